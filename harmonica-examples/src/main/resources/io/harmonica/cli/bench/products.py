# Bare matrix products: the floor of what a branch must take.

class ProductKernels(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  # [n, L, a] by [b, a] to [n, L, b].
  def linear(self: __torch__.ProductKernels, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    return torch.linear(x, weight, bias)

  # The two products of attention, all three [n, heads, L, width].
  def mix(self: __torch__.ProductKernels, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
    return torch.matmul(torch.matmul(query, key.transpose(2, 3)), value)

  # Reads one array and writes another.
  def copy(self: __torch__.ProductKernels, target: Tensor, source: Tensor) -> Tensor:
    return target.detach().copy_(source)
