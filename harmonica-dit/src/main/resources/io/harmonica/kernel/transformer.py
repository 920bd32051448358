# The parts of Diffusion Transformers, one method per fused call: DiT (Peebles and Xie, 2023) and PixArt (Chen et al., 2023).
#
# n samples, L tokens of the image, S tokens of the caption, d hidden width. HEADS and PATCH are filled in by Java. Activations between
# the calls are float32, those out of a branch included; within a call the matrices are multiplied in the
# type of the weights, so that giving bfloat16 weights is all it takes to compute in bfloat16. With float32
# weights, type_as and to(6), which means float32, do nothing. The methods linear and linear_gelu follow in
# layers_onednn.py or layers_plain.py.

class TransformerKernels(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  # Pixels or latents [n, C, H, W] to tokens [n, L, d], with the position embedding [1, L, d] added. A product of patches rather
  # than the convolution that the weights [d, C, PATCH, PATCH] are of: a convolution leaves the tokens transposed in memory, and
  # every later layer would pay for that.
  def embed(self: __torch__.TransformerKernels, x: Tensor, weight: Tensor, bias: Tensor, position: Tensor) -> Tensor:
    n, channels, rows, columns = x.size(0), x.size(1), x.size(2) // PATCH, x.size(3) // PATCH
    patches = x.type_as(weight).view([n, channels, rows, PATCH, columns, PATCH]).permute([0, 2, 4, 1, 3, 5])
    return self.linear(patches.reshape([n, rows * columns, -1]), weight.flatten(1), bias).to(6) + position

  # Numbers [n], such as times, to vectors [n, width]. The frequencies [1, 128] are constant.
  def waves(self: __torch__.TransformerKernels, values: Tensor, frequencies: Tensor, weight1: Tensor, bias1: Tensor, weight2: Tensor, bias2: Tensor) -> Tensor:
    angles = values.unsqueeze(1) * frequencies
    waves = torch.cat([torch.cos(angles), torch.sin(angles)], 1).type_as(weight1)
    return torch.linear(torch.silu(torch.linear(waves, weight1, bias1)), weight2, bias2).to(6)

  # Adds the labels' [n] rows of a table to the conditioning vectors [n, d].
  def add_labels(self: __torch__.TransformerKernels, c: Tensor, labels: Tensor, table: Tensor) -> Tensor:
    return c + torch.embedding(table, labels).to(6)

  # What a text encoder made of captions, [n, S, k], to tokens [n, S, d] for cross-attention.
  def caption(self: __torch__.TransformerKernels, embeddings: Tensor, weight1: Tensor, bias1: Tensor, weight2: Tensor, bias2: Tensor) -> Tensor:
    h = torch.linear(embeddings.type_as(weight1), weight1, bias1)
    return torch.linear(torch.gelu(h, approximate="tanh"), weight2, bias2).to(6)

  # The conditioning vector to a block's six (the last layer's two) rows of shift, scale and gate, [n, 6d].
  def modulation(self: __torch__.TransformerKernels, c: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    return self.linear(torch.silu(c).type_as(weight), weight, bias).to(6)

  # Rows that are the same for all blocks, or one row for all [n, d], plus the block's own table [rows, d]: [n, rows * d].
  def add_table(self: __torch__.TransformerKernels, rows: Tensor, table: Tensor) -> Tensor:
    return (rows.view([rows.size(0), -1, table.size(1)]) + table.to(6)).flatten(1)

  # The self-attention branch, before its gate: [n, L, d] to [n, L, d].
  def attention(self: __torch__.TransformerKernels, x: Tensor, modulation: Tensor, qkv: Tensor, qkv_bias: Tensor, out: Tensor, out_bias: Tensor) -> Tensor:
    n, length, width = x.size(0), x.size(1), x.size(2)
    rows = modulation.unsqueeze(1).chunk(6, 2)
    h = torch.addcmul(rows[0], torch.layer_norm(x, [width], None, None, 1e-6), rows[1] + 1)
    heads = self.linear(h.type_as(qkv), qkv, qkv_bias).view([n, length, 3, HEADS, width // HEADS]).permute([2, 0, 3, 1, 4])
    mixed = torch.scaled_dot_product_attention(heads[0], heads[1], heads[2])
    return self.linear(mixed.transpose(1, 2).reshape([n, length, width]), out, out_bias).to(6)

  # The cross-attention branch, which has no gate and no norm: [n, L, d] to [n, L, d]. The caption's tokens are [n, S, d], and what
  # is added to the scores [n, 1, 1, S] hides those that are padding.
  def cross_attention(self: __torch__.TransformerKernels, x: Tensor, caption: Tensor, hide: Tensor, q: Tensor, q_bias: Tensor, kv: Tensor, kv_bias: Tensor, out: Tensor, out_bias: Tensor) -> Tensor:
    n, length, width = x.size(0), x.size(1), x.size(2)
    asked = self.linear(x.type_as(q), q, q_bias).view([n, length, HEADS, width // HEADS]).transpose(1, 2)
    heads = self.linear(caption.type_as(kv), kv, kv_bias).view([n, caption.size(1), 2, HEADS, width // HEADS]).permute([2, 0, 3, 1, 4])
    mixed = torch.scaled_dot_product_attention(asked, heads[0], heads[1], hide.type_as(asked))
    return self.linear(mixed.transpose(1, 2).reshape([n, length, width]), out, out_bias).to(6)

  # The feed-forward branch, before its gate: [n, L, d] to [n, L, d].
  def feed_forward(self: __torch__.TransformerKernels, x: Tensor, modulation: Tensor, weight1: Tensor, bias1: Tensor, weight2: Tensor, bias2: Tensor) -> Tensor:
    rows = modulation.unsqueeze(1).chunk(6, 2)
    h = torch.addcmul(rows[3], torch.layer_norm(x, [x.size(2)], None, None, 1e-6), rows[4] + 1)
    return self.linear(self.linear_gelu(h.type_as(weight1), weight1, bias1, "tanh"), weight2, bias2).to(6)

  # Adds a branch's output, fresh or cached, through its current gate. The tokens are overwritten, which is several times
  # faster than new memory, unless a graph may need them.
  def add_attention(self: __torch__.TransformerKernels, x: Tensor, modulation: Tensor, branch: Tensor) -> Tensor:
    return self.add(x, modulation.view([x.size(0), 6, 1, x.size(2)]).select(1, 2), branch)

  def add_feed_forward(self: __torch__.TransformerKernels, x: Tensor, modulation: Tensor, branch: Tensor) -> Tensor:
    return self.add(x, modulation.view([x.size(0), 6, 1, x.size(2)]).select(1, 5), branch)

  def add(self: __torch__.TransformerKernels, x: Tensor, gate: Tensor, branch: Tensor) -> Tensor:
    if torch.is_grad_enabled() and (x.requires_grad or gate.requires_grad or branch.requires_grad):
      y = torch.addcmul(x, gate, branch)
    else:
      y = x.addcmul_(gate, branch)
    return y

  # The last layer and the way back from tokens to an image, [n, channels, H, W] for an input of that height and width.
  def final(self: __torch__.TransformerKernels, x: Tensor, modulation: Tensor, weight: Tensor, bias: Tensor, input: Tensor) -> Tensor:
    rows = modulation.unsqueeze(1).chunk(2, 2)
    h = torch.addcmul(rows[0], torch.layer_norm(x, [x.size(2)], None, None, 1e-6), rows[1] + 1)
    patches = torch.linear(h.type_as(weight), weight, bias).to(6)
    n, height, width, channels = x.size(0), input.size(2), input.size(3), patches.size(2) // (PATCH * PATCH)
    image = patches.view([n, height // PATCH, width // PATCH, PATCH, PATCH, channels]).permute([0, 5, 1, 3, 2, 4])
    return image.reshape([n, channels, height, width])
