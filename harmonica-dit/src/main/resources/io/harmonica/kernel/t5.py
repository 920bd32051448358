# The encoder of T5 v1.1 (Raffel et al., 2020), one method per fused call.
#
# n texts, L tokens, d width. HEADS and HEAD_WIDTH are filled in by Java. Matrices are multiplied in the type of
# the weights; the tokens between the calls, norms, attention scores and their softmax are float32. The scores
# are not scaled, which would cost them most digits in a narrow type.

class T5Kernels(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  # Token ids [n, L] to vectors [n, L, d].
  def embed(self: __torch__.T5Kernels, ids: Tensor, table: Tensor) -> Tensor:
    return torch.embedding(table, ids).to(6)

  # What attention adds to its scores for a pair of tokens: by the class of their distance, [L, L], a number for
  # each head, and by the mask, [n, L] with 0 for a token and 1 for padding, nothing or next to minus infinity.
  # The result is [n, HEADS, L, L].
  def bias(self: __torch__.T5Kernels, distances: Tensor, table: Tensor, padding: Tensor) -> Tensor:
    places = torch.embedding(table, distances).permute([2, 0, 1]).unsqueeze(0)
    return places + padding.unsqueeze(1).unsqueeze(1) * -3.4028234663852886e+38

  # Divides vectors by their root mean square.
  def norm(self: __torch__.T5Kernels, x: Tensor, weight: Tensor, epsilon: Tensor) -> Tensor:
    return x * torch.rsqrt(torch.mean(x * x, [-1], True) + epsilon) * weight

  # Self-attention, added to its input: [n, L, d] to the same.
  def attention(self: __torch__.T5Kernels, x: Tensor, bias: Tensor, norm: Tensor, epsilon: Tensor, query: Tensor, key: Tensor, value: Tensor, out: Tensor) -> Tensor:
    n, length = x.size(0), x.size(1)
    h = self.norm(x, norm, epsilon).type_as(query)
    q = torch.linear(h, query).view([n, length, HEADS, HEAD_WIDTH]).transpose(1, 2).to(6)
    k = torch.linear(h, key).view([n, length, HEADS, HEAD_WIDTH]).transpose(1, 2).to(6)
    v = torch.linear(h, value).view([n, length, HEADS, HEAD_WIDTH]).transpose(1, 2).to(6)
    mixed = torch.scaled_dot_product_attention(q, k, v, bias, 0., False, scale=1.)
    joined = mixed.transpose(1, 2).reshape([n, length, HEADS * HEAD_WIDTH])
    return x + torch.linear(joined.type_as(out), out).to(6)

  # The gated feed-forward layer, added to its input: [n, L, d] to the same.
  def feed_forward(self: __torch__.T5Kernels, x: Tensor, norm: Tensor, epsilon: Tensor, gate: Tensor, up: Tensor, down: Tensor) -> Tensor:
    h = self.norm(x, norm, epsilon).type_as(gate)
    gated = torch.gelu(torch.linear(h, gate), approximate="tanh") * torch.linear(h, up)
    return x + torch.linear(gated, down).to(6)
