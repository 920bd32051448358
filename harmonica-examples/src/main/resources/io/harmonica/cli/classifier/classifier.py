# A small convolutional classifier of images, and the features in front of its last layer.

class ClassifierKernels(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  # Images [n, C, H, W] to features [n, 64].
  def features(self: __torch__.ClassifierKernels, x: Tensor, weight1: Tensor, bias1: Tensor, weight2: Tensor, bias2: Tensor, weight3: Tensor, bias3: Tensor) -> Tensor:
    h = torch.max_pool2d(torch.relu(torch.conv2d(x, weight1, bias1, [1, 1], [1, 1])), [2, 2])
    h = torch.max_pool2d(torch.relu(torch.conv2d(h, weight2, bias2, [1, 1], [1, 1])), [2, 2])
    return torch.relu(torch.linear(h.flatten(1), weight3, bias3))

  # Features [n, 64] to log-probabilities of the classes [n, K].
  def classify(self: __torch__.ClassifierKernels, features: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    return torch.log_softmax(torch.linear(features, weight, bias), 1)
