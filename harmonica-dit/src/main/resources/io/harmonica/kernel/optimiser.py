# AdamW without weight decay, and the moving average of the weights, in place and in one call a tensor.

class OptimiserKernels(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  # rates: [learning rate / (1 - beta1^step), 1 / (1 - beta2^step), share of the new weight in the average]
  def step(self: __torch__.OptimiserKernels, weight: Tensor, gradient: Tensor, first: Tensor, second: Tensor, average: Tensor, rates: Tensor) -> Tensor:
    leaf = weight.detach()
    first.lerp_(gradient, 0.1)
    second.mul_(0.999).addcmul_(gradient, gradient, value=0.001)
    leaf.sub_(first / (torch.sqrt(second * rates[1]) + 1e-8) * rates[0])
    average.lerp_(leaf, rates[2])
    gradient.zero_()
    return average

  # Sets a gradient to zero.
  def clear(self: __torch__.OptimiserKernels, gradient: Tensor) -> Tensor:
    return gradient.zero_()

  # Fills a tensor of the state with saved values.
  def fill(self: __torch__.OptimiserKernels, target: Tensor, values: Tensor) -> Tensor:
    return target.detach().copy_(values)
