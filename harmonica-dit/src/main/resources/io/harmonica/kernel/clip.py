# The two towers of CLIP (Radford et al., 2021), one method per fused call.
#
# n texts or images, L tokens, d width. HEADS is filled in by Java. All of it is float32.

class ClipKernels(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  # Token ids [n, L] to vectors [n, L, d], each with that of its place.
  def words(self: __torch__.ClipKernels, ids: Tensor, table: Tensor, places: Tensor) -> Tensor:
    return torch.embedding(table, ids) + torch.slice(places, 0, 0, ids.size(1))

  # Bytes [n, H, W, 3] to [n, 3, S, S], 0 to 255. The rows of across and down say of which old pixels a new one is made. Each
  # direction ends in whole numbers, as the library does by which CLIP's images were resized.
  def resize(self: __torch__.ClipKernels, pixels: Tensor, across: Tensor, down: Tensor) -> Tensor:
    x = torch.to(pixels, 6).permute([0, 3, 1, 2])
    x = torch.clamp(torch.floor(torch.matmul(x, across.t()) + 0.5), 0., 255.)
    return torch.clamp(torch.floor(torch.matmul(down, x) + 0.5), 0., 255.)

  # Pixels [n, 3, S, S] to vectors of patches, that of the whole image before them, [n, 1 + patches, d].
  def patches(self: __torch__.ClipKernels, pixels: Tensor, mean: Tensor, deviation: Tensor, weight: Tensor, whole: Tensor, places: Tensor) -> Tensor:
    x = (pixels / 255. - mean.view([1, 3, 1, 1])) / deviation.view([1, 3, 1, 1])
    side = weight.size(2)
    tokens = torch.conv2d(x, weight, None, [side, side]).flatten(2).transpose(1, 2)
    first = whole.view([1, 1, -1]).expand([x.size(0), 1, -1])
    return torch.cat([first, tokens], 1) + places

  def norm(self: __torch__.ClipKernels, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    return torch.layer_norm(x, [x.size(-1)], weight, bias, 1e-5)

  # Self-attention, added to its input: [n, L, d] to the same. The mask, [L, L], is added to the scores.
  def attention(self: __torch__.ClipKernels, x: Tensor, mask: Tensor, norm: Tensor, norm_bias: Tensor, query: Tensor, query_bias: Tensor, key: Tensor, key_bias: Tensor, value: Tensor, value_bias: Tensor, out: Tensor, out_bias: Tensor) -> Tensor:
    n, length, width = x.size(0), x.size(1), x.size(2)
    h = self.norm(x, norm, norm_bias)
    q = torch.linear(h, query, query_bias).view([n, length, HEADS, width // HEADS]).transpose(1, 2)
    k = torch.linear(h, key, key_bias).view([n, length, HEADS, width // HEADS]).transpose(1, 2)
    v = torch.linear(h, value, value_bias).view([n, length, HEADS, width // HEADS]).transpose(1, 2)
    mixed = torch.scaled_dot_product_attention(q, k, v, mask)
    return x + torch.linear(mixed.transpose(1, 2).reshape([n, length, width]), out, out_bias)

  # The feed-forward layer, added to its input, with the sigmoid in place of the GELU that most CLIPs have.
  def quick_feed_forward(self: __torch__.ClipKernels, x: Tensor, norm: Tensor, norm_bias: Tensor, up: Tensor, up_bias: Tensor, down: Tensor, down_bias: Tensor) -> Tensor:
    h = torch.linear(self.norm(x, norm, norm_bias), up, up_bias)
    return x + torch.linear(h * torch.sigmoid(h * 1.702), down, down_bias)

  # The same with the GELU.
  def feed_forward(self: __torch__.ClipKernels, x: Tensor, norm: Tensor, norm_bias: Tensor, up: Tensor, up_bias: Tensor, down: Tensor, down_bias: Tensor) -> Tensor:
    h = torch.gelu(torch.linear(self.norm(x, norm, norm_bias), up, up_bias))
    return x + torch.linear(h, down, down_bias)

  # Vectors [n, L, d] to directions [n, p] of length 1: of one token each, by its place among all n L.
  def direction(self: __torch__.ClipKernels, x: Tensor, chosen: Tensor, norm: Tensor, norm_bias: Tensor, projection: Tensor) -> Tensor:
    one = torch.index_select(x.reshape([-1, x.size(2)]), 0, chosen)
    y = torch.linear(self.norm(one, norm, norm_bias), projection)
    return y / torch.sqrt(torch.sum(y * y, [-1], True))
