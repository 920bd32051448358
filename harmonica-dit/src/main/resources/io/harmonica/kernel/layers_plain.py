
  # Linear layers for engines that were built without oneDNN.
  def linear(self: __torch__.TransformerKernels, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    return torch.linear(x, weight, bias)

  def linear_gelu(self: __torch__.TransformerKernels, x: Tensor, weight: Tensor, bias: Tensor, approximate: str) -> Tensor:
    return torch.gelu(torch.linear(x, weight, bias), approximate=approximate)
