
  # Linear layers by oneDNN, which multiplies float32 about a fifth faster than the default on some processors and
  # applies gelu on the way. It knows no gradients and no GPU, so that where one of those is asked for other layers run.
  def fits(self: __torch__.TransformerKernels, x: Tensor, weight: Tensor) -> bool:
    learns = torch.is_grad_enabled() and (x.requires_grad or weight.requires_grad)
    return x.is_cpu and not learns and (weight.dtype == 6 or (weight.dtype == 15 and ops.mkldnn._is_mkldnn_bf16_supported()))

  def linear(self: __torch__.TransformerKernels, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    if self.fits(x, weight):
      y = ops.mkldnn._linear_pointwise(x, weight, bias, "none", annotate(List[Optional[number]], []), "")
    else:
      y = self.general_linear(x, weight, bias)
    return y

  def linear_gelu(self: __torch__.TransformerKernels, x: Tensor, weight: Tensor, bias: Tensor, approximate: str) -> Tensor:
    if self.fits(x, weight):
      y = ops.mkldnn._linear_pointwise(x, weight, bias, "gelu", annotate(List[Optional[number]], []), approximate)
    else:
      y = torch.gelu(self.general_linear(x, weight, bias), approximate=approximate)
    return y

  # What does not fit above. Where gradients flow through frozen weights, a convolution over single tokens: the one way to a oneDNN product that knows its
  # gradient. The permuted tokens are what it calls channels last, so that nothing is copied.
  def general_linear(self: __torch__.TransformerKernels, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    if x.is_cpu and x.dim() == 3 and weight.dtype == 6 and not weight.requires_grad:
      tokens = x.unsqueeze(2).permute([0, 3, 1, 2])
      y = torch.conv2d(tokens, weight.unsqueeze(2).unsqueeze(3), bias).permute([0, 2, 3, 1]).squeeze(2)
    else:
      y = torch.linear(x, weight, bias)
    return y
