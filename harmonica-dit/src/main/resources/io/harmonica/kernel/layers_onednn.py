
  # Linear layers by oneDNN, which multiplies float32 about a fifth faster than the default on some processors and
  # applies gelu on the way. It knows no gradients and no GPU, so that where one of those is asked for the plain layers run.
  def fits(self: __torch__.TransformerKernels, x: Tensor, weight: Tensor) -> bool:
    learns = torch.is_grad_enabled() and (x.requires_grad or weight.requires_grad)
    return x.is_cpu and not learns and (weight.dtype == 6 or (weight.dtype == 15 and ops.mkldnn._is_mkldnn_bf16_supported()))

  def linear(self: __torch__.TransformerKernels, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    if self.fits(x, weight):
      y = ops.mkldnn._linear_pointwise(x, weight, bias, "none", annotate(List[Optional[number]], []), "")
    else:
      y = torch.linear(x, weight, bias)
    return y

  def linear_gelu(self: __torch__.TransformerKernels, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    if self.fits(x, weight):
      y = ops.mkldnn._linear_pointwise(x, weight, bias, "gelu", annotate(List[Optional[number]], []), "tanh")
    else:
      y = torch.gelu(torch.linear(x, weight, bias), approximate="tanh")
    return y
