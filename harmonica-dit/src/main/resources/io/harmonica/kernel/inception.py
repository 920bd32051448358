# The InceptionV3 that FID is defined by (Szegedy et al., 2015, as TensorFlow's graph of 5 December 2015 computes it),
# one method per block of the network.
#
# n images, c channels, H and W height and width. Every convolution comes as a weight and a bias into which its batch
# norm is folded, and is followed by a ReLU. A block's input is [n, c, H, W] with the channels last in memory, which is
# how the processor's convolutions like it. Nothing here is differentiated, so results are overwritten in place.

class InceptionKernels(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  # Copies a weight, with its input channels last in memory. (What is not copied may lie in Java's memory, and go with it.)
  def layout(self: __torch__.InceptionKernels, weight: Tensor) -> Tensor:
    return torch.clone(weight, memory_format=2)

  # Bytes [n, H, W, 3] to numbers of about -1 to 1, [n, 3, h, w]. Pixel i lies at i H / h of the old image, without the shift
  # by half a pixel that later rules have: between its pixels top and bottom, down of the way, and so across.
  def resize(self: __torch__.InceptionKernels, pixels: Tensor, top: Tensor, bottom: Tensor, down: Tensor, left: Tensor, right: Tensor, across: Tensor) -> Tensor:
    x = torch.to(pixels, 6)
    lefts = torch.index_select(x, 2, left)
    x = lefts + (torch.index_select(x, 2, right) - lefts) * torch.view(across, [1, 1, -1, 1])
    tops = torch.index_select(x, 1, top)
    x = tops + (torch.index_select(x, 1, bottom) - tops) * torch.view(down, [1, -1, 1, 1])
    return x.permute([0, 3, 1, 2])

  def centre(self: __torch__.InceptionKernels, x: Tensor) -> Tensor:
    return (x - 128.) / 128.

  def valid(self: __torch__.InceptionKernels, x: Tensor, weight: Tensor, bias: Tensor, stride: int) -> Tensor:
    return torch.relu_(torch.conv2d(x, weight, bias, [stride, stride], [0, 0]))

  # Pads so that height and width stay.
  def same(self: __torch__.InceptionKernels, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    return torch.relu_(torch.conv2d(x, weight, bias, [1, 1], [torch.floordiv(weight.size(2), 2), torch.floordiv(weight.size(3), 2)]))

  def halve(self: __torch__.InceptionKernels, x: Tensor) -> Tensor:
    return torch.max_pool2d(x, [3, 3], [2, 2])

  # The mean of a 3 x 3 neighbourhood that leaves padding out, then a 1 x 1 convolution. Both are linear and that mean keeps
  # a constant, so that they may change places: the convolution goes first, for it leaves fewer channels.
  def average(self: __torch__.InceptionKernels, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    return torch.relu_(torch.avg_pool2d(torch.conv2d(x, weight, bias), [3, 3], [1, 1], [1, 1], False, False))

  def stem(self: __torch__.InceptionKernels, x: Tensor, w1: Tensor, b1: Tensor, w2: Tensor, b2: Tensor, w3: Tensor, b3: Tensor) -> Tensor:
    return self.halve(self.same(self.valid(self.valid(self.centre(x), w1, b1, 2), w2, b2, 1), w3, b3))

  def stem2(self: __torch__.InceptionKernels, x: Tensor, w1: Tensor, b1: Tensor, w2: Tensor, b2: Tensor) -> Tensor:
    return self.halve(self.valid(self.valid(x, w1, b1, 1), w2, b2, 1))

  # 35 x 35: 1 x 1; 5 x 5; 3 x 3 twice; mean.
  def mixed5(self: __torch__.InceptionKernels, x: Tensor, w1: Tensor, b1: Tensor, w2: Tensor, b2: Tensor, w3: Tensor, b3: Tensor, w4: Tensor, b4: Tensor, w5: Tensor, b5: Tensor, w6: Tensor, b6: Tensor, w7: Tensor, b7: Tensor) -> Tensor:
    one = self.same(x, w1, b1)
    five = self.same(self.same(x, w2, b2), w3, b3)
    three = self.same(self.same(self.same(x, w4, b4), w5, b5), w6, b6)
    return torch.cat([one, five, three, self.average(x, w7, b7)], 1)

  # 35 x 35 to 17 x 17: 3 x 3; 3 x 3 twice; maximum.
  def mixed6a(self: __torch__.InceptionKernels, x: Tensor, w1: Tensor, b1: Tensor, w2: Tensor, b2: Tensor, w3: Tensor, b3: Tensor, w4: Tensor, b4: Tensor) -> Tensor:
    three = self.valid(x, w1, b1, 2)
    twice = self.valid(self.same(self.same(x, w2, b2), w3, b3), w4, b4, 2)
    return torch.cat([three, twice, self.halve(x)], 1)

  # 17 x 17: 1 x 1; 1 x 7 and 7 x 1; both twice; mean.
  def mixed6(self: __torch__.InceptionKernels, x: Tensor, w1: Tensor, b1: Tensor, w2: Tensor, b2: Tensor, w3: Tensor, b3: Tensor, w4: Tensor, b4: Tensor, w5: Tensor, b5: Tensor, w6: Tensor, b6: Tensor, w7: Tensor, b7: Tensor, w8: Tensor, b8: Tensor, w9: Tensor, b9: Tensor, w10: Tensor, b10: Tensor) -> Tensor:
    one = self.same(x, w1, b1)
    seven = self.same(self.same(self.same(x, w2, b2), w3, b3), w4, b4)
    twice = self.same(self.same(self.same(self.same(self.same(x, w5, b5), w6, b6), w7, b7), w8, b8), w9, b9)
    return torch.cat([one, seven, twice, self.average(x, w10, b10)], 1)

  # 17 x 17 to 8 x 8: 3 x 3; 7 x 7 and 3 x 3; maximum.
  def mixed7a(self: __torch__.InceptionKernels, x: Tensor, w1: Tensor, b1: Tensor, w2: Tensor, b2: Tensor, w3: Tensor, b3: Tensor, w4: Tensor, b4: Tensor, w5: Tensor, b5: Tensor, w6: Tensor, b6: Tensor) -> Tensor:
    three = self.valid(self.same(x, w1, b1), w2, b2, 2)
    seven = self.valid(self.same(self.same(self.same(x, w3, b3), w4, b4), w5, b5), w6, b6, 2)
    return torch.cat([three, seven, self.halve(x)], 1)

  # 8 x 8, all but the pool: 1 x 1; 1 x 3 beside 3 x 1; 3 x 3 and then the same two.
  def wide(self: __torch__.InceptionKernels, x: Tensor, w1: Tensor, b1: Tensor, w2: Tensor, b2: Tensor, w3: Tensor, b3: Tensor, w4: Tensor, b4: Tensor, w5: Tensor, b5: Tensor, w6: Tensor, b6: Tensor, w7: Tensor, b7: Tensor, w8: Tensor, b8: Tensor) -> Tensor:
    one = self.same(x, w1, b1)
    three = self.same(x, w2, b2)
    twice = self.same(self.same(x, w5, b5), w6, b6)
    return torch.cat([one, self.same(three, w3, b3), self.same(three, w4, b4), self.same(twice, w7, b7), self.same(twice, w8, b8)], 1)

  def mixed7b(self: __torch__.InceptionKernels, x: Tensor, w1: Tensor, b1: Tensor, w2: Tensor, b2: Tensor, w3: Tensor, b3: Tensor, w4: Tensor, b4: Tensor, w5: Tensor, b5: Tensor, w6: Tensor, b6: Tensor, w7: Tensor, b7: Tensor, w8: Tensor, b8: Tensor, w9: Tensor, b9: Tensor) -> Tensor:
    return torch.cat([self.wide(x, w1, b1, w2, b2, w3, b3, w4, b4, w5, b5, w6, b6, w7, b7, w8, b8), self.average(x, w9, b9)], 1)

  # The last block, whose pool takes the maximum.
  def mixed7c(self: __torch__.InceptionKernels, x: Tensor, w1: Tensor, b1: Tensor, w2: Tensor, b2: Tensor, w3: Tensor, b3: Tensor, w4: Tensor, b4: Tensor, w5: Tensor, b5: Tensor, w6: Tensor, b6: Tensor, w7: Tensor, b7: Tensor, w8: Tensor, b8: Tensor, w9: Tensor, b9: Tensor) -> Tensor:
    pool = self.same(torch.max_pool2d(x, [3, 3], [1, 1], [1, 1]), w9, b9)
    return torch.cat([self.wide(x, w1, b1, w2, b2, w3, b3, w4, b4, w5, b5, w6, b6, w7, b7, w8, b8), pool], 1)

  # The mean over all places, [n, c].
  def pool(self: __torch__.InceptionKernels, x: Tensor) -> Tensor:
    return torch.mean(x, [2, 3])

  # The first 7 channels at every place, row by row: [n, H W 7].
  def places(self: __torch__.InceptionKernels, x: Tensor) -> Tensor:
    return torch.reshape(torch.slice(x, 1, 0, 7).permute([0, 2, 3, 1]), [x.size(0), -1])

  # Class scores without their bias, [n, classes].
  def score(self: __torch__.InceptionKernels, pooled: Tensor, weight: Tensor) -> Tensor:
    return torch.linear(pooled, weight)
