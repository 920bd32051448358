# The decoder of a variational autoencoder for latent diffusion (Rombach et al., 2022), one method per
# fused call.
#
# n samples, c channels, H and W height and width. GROUPS, of the group norms, is filled in by Java.
# Nothing here is differentiated, so intermediate results are overwritten in place where that is possible.

class VaeKernels(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  # A linear map of the channels at every place, [n, c, H, W] to [n, c', H, W].
  def mix(self: __torch__.VaeKernels, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    return torch.conv2d(x, weight, bias)

  # Looks at 3 x 3 neighbourhoods, [n, c, H, W] to [n, c', H, W].
  def convolve(self: __torch__.VaeKernels, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    return torch.conv2d(x, weight, bias, [1, 1], [1, 1])

  # Normalises, activates, then convolves.
  def activate(self: __torch__.VaeKernels, x: Tensor, norm: Tensor, norm_bias: Tensor, conv: Tensor, conv_bias: Tensor) -> Tensor:
    h = torch.silu_(torch.group_norm(x, GROUPS, norm, norm_bias, 1e-6))
    return torch.conv2d(h, conv, conv_bias, [1, 1], [1, 1])

  # A residual block that keeps the channels.
  def resnet(self: __torch__.VaeKernels, x: Tensor, norm1: Tensor, norm1_bias: Tensor, conv1: Tensor, conv1_bias: Tensor, norm2: Tensor, norm2_bias: Tensor, conv2: Tensor, conv2_bias: Tensor) -> Tensor:
    h = self.activate(self.activate(x, norm1, norm1_bias, conv1, conv1_bias), norm2, norm2_bias, conv2, conv2_bias)
    return torch.add_(h, x)

  # A residual block that changes the channels: its input goes through a linear map, the shortcut.
  def resnet_shortcut(self: __torch__.VaeKernels, x: Tensor, norm1: Tensor, norm1_bias: Tensor, conv1: Tensor, conv1_bias: Tensor, norm2: Tensor, norm2_bias: Tensor, conv2: Tensor, conv2_bias: Tensor, shortcut: Tensor, shortcut_bias: Tensor) -> Tensor:
    h = self.activate(self.activate(x, norm1, norm1_bias, conv1, conv1_bias), norm2, norm2_bias, conv2, conv2_bias)
    return torch.add_(h, torch.conv2d(x, shortcut, shortcut_bias))

  # Attention of one head between all places, added to its input: [n, c, H, W] to the same.
  def attention(self: __torch__.VaeKernels, x: Tensor, norm: Tensor, norm_bias: Tensor, query: Tensor, query_bias: Tensor, key: Tensor, key_bias: Tensor, value: Tensor, value_bias: Tensor, out: Tensor, out_bias: Tensor) -> Tensor:
    h = torch.group_norm(x, GROUPS, norm, norm_bias, 1e-6).flatten(2).transpose(1, 2).unsqueeze(1)
    mixed = torch.scaled_dot_product_attention(torch.linear(h, query, query_bias), torch.linear(h, key, key_bias), torch.linear(h, value, value_bias))
    places = torch.linear(mixed.squeeze(1), out, out_bias)
    return x + places.transpose(1, 2).reshape(x.size())

  # Doubles height and width by repeating every place, then convolves: [n, c, H, W] to [n, c, 2H, 2W].
  def upsample(self: __torch__.VaeKernels, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    larger = torch.upsample_nearest2d(x, [2 * x.size(2), 2 * x.size(3)])
    return torch.conv2d(larger, weight, bias, [1, 1], [1, 1])
