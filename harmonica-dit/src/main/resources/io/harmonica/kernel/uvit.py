# The parts of U-ViT (Bao et al., 2023), one method per fused call.
#
# n samples, L tokens of label, time and patches, d hidden width. HEADS and PATCH are filled in by Java. Activations between the
# calls are float32, those out of a branch included; within a call the matrices are multiplied in the type of the
# weights. The methods linear and linear_gelu follow in layers_onednn.py or layers_plain.py, which give the class its name.

class TransformerKernels(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  # Times [n] to vectors [n, d]. The frequencies [1, d / 2] are constant.
  def waves(self: __torch__.TransformerKernels, times: Tensor, frequencies: Tensor) -> Tensor:
    angles = times.unsqueeze(1) * frequencies
    return torch.cat([torch.cos(angles), torch.sin(angles)], 1)

  # Two layers that some models send the time's vector through.
  def time(self: __torch__.TransformerKernels, waves: Tensor, weight1: Tensor, bias1: Tensor, weight2: Tensor, bias2: Tensor) -> Tensor:
    return torch.linear(torch.silu(torch.linear(waves.type_as(weight1), weight1, bias1)), weight2, bias2).to(6)

  # Pixels or latents [n, C, H, W], time [n, d] and labels [n] to tokens [n, L, d]: label, time, patches.
  def embed(self: __torch__.TransformerKernels, x: Tensor, time: Tensor, labels: Tensor, table: Tensor, weight: Tensor, bias: Tensor, position: Tensor) -> Tensor:
    n, channels, rows, columns = x.size(0), x.size(1), x.size(2) // PATCH, x.size(3) // PATCH
    patches = x.type_as(weight).view([n, channels, rows, PATCH, columns, PATCH]).permute([0, 2, 4, 1, 3, 5])
    tokens = self.linear(patches.reshape([n, rows * columns, -1]), weight.flatten(1), bias).to(6)
    label = torch.embedding(table, labels).to(6)
    return torch.cat([label.unsqueeze(1), time.unsqueeze(1), tokens], 1) + position.to(6)

  # A norm with weights.
  def norm(self: __torch__.TransformerKernels, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    return torch.layer_norm(x, [x.size(2)], weight.to(6), bias.to(6), 1e-5)

  # The self-attention branch: [n, L, d] to [n, L, d].
  def attention(self: __torch__.TransformerKernels, x: Tensor, norm: Tensor, norm_bias: Tensor, qkv: Tensor, qkv_bias: Tensor, out: Tensor, out_bias: Tensor) -> Tensor:
    n, length, width = x.size(0), x.size(1), x.size(2)
    h = self.norm(x, norm, norm_bias)
    heads = self.linear(h.type_as(qkv), qkv, qkv_bias).view([n, length, 3, HEADS, width // HEADS]).permute([2, 0, 3, 1, 4])
    mixed = torch.scaled_dot_product_attention(heads[0], heads[1], heads[2])
    return self.linear(mixed.transpose(1, 2).reshape([n, length, width]), out, out_bias).to(6)

  # The feed-forward branch: [n, L, d] to [n, L, d].
  def feed_forward(self: __torch__.TransformerKernels, x: Tensor, norm: Tensor, norm_bias: Tensor, weight1: Tensor, bias1: Tensor, weight2: Tensor, bias2: Tensor) -> Tensor:
    h = self.norm(x, norm, norm_bias)
    return self.linear(self.linear_gelu(h.type_as(weight1), weight1, bias1, "none"), weight2, bias2).to(6)

  # Adds a branch's output, fresh or cached. The tokens are overwritten unless a graph may need them.
  def add(self: __torch__.TransformerKernels, x: Tensor, branch: Tensor) -> Tensor:
    if torch.is_grad_enabled() and (x.requires_grad or branch.requires_grad):
      y = x + branch
    else:
      y = x.add_(branch)
    return y

  # Brings what an earlier block put out back in: twice [n, L, d] to [n, L, d].
  def skip(self: __torch__.TransformerKernels, x: Tensor, earlier: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    return self.linear(torch.cat([x, earlier], 2).type_as(weight), weight, bias).to(6)

  # The last layer and the way back from tokens to an image, [n, C, H, W] for an input of that height and width.
  def image(self: __torch__.TransformerKernels, x: Tensor, norm: Tensor, norm_bias: Tensor, weight: Tensor, bias: Tensor, input: Tensor) -> Tensor:
    n, channels, height, width = input.size(0), input.size(1), input.size(2), input.size(3)
    rows = height // PATCH * (width // PATCH)
    h = self.norm(x, norm, norm_bias).narrow(1, x.size(1) - rows, rows)
    patches = torch.linear(h.type_as(weight), weight, bias).to(6)
    image = patches.view([n, height // PATCH, width // PATCH, PATCH, PATCH, channels]).permute([0, 5, 1, 3, 2, 4])
    return image.reshape([n, channels, height, width])

  # A convolution that some models end with.
  def convolve(self: __torch__.TransformerKernels, image: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    return torch.conv2d(image.type_as(weight), weight, bias, [1, 1], [1, 1]).to(6)
