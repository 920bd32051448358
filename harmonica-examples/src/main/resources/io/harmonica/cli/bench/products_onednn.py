
  # The same by oneDNN, which on some processors is twice as fast as the default.
  def linear_onednn(self: __torch__.ProductKernels, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    if x.is_cpu and (weight.dtype == 6 or ops.mkldnn._is_mkldnn_bf16_supported()):
      y = ops.mkldnn._linear_pointwise(x, weight, bias, "none", annotate(List[Optional[number]], []), "")
    else:
      y = torch.linear(x, weight, bias)
    return y
