class T5(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  encoder_layers : int
  decoder_layers : int
  heads : int
  epsilon : float
  buckets : int
  log_reach : float
  gated : bool
  output_scale : float
  start : int
  half : bool
  widened : bool
  no : int
  yes : int

  def norm(self, x: Tensor, name: str, w: Dict[str, Tensor]) -> Tensor:
    return torch.rms_norm(x, [x.size(-1)], w[name + ".weight"], self.epsilon)

  # Which learnt distance each pair of positions has: near ones have their own, far ones share by logarithm, both ways.
  def bucket_of(self, mask: Tensor) -> Tensor:
    order = torch.cumsum(torch.ones_like(torch.select(mask, 0, 0)), 0)
    way = order.unsqueeze(0) - order.unsqueeze(1)
    side = self.buckets // 2
    exact = side // 2
    distance = torch.abs(way)
    log = torch.log(torch.clamp_min(distance, 1.) / float(exact)) / self.log_reach
    shared = torch.clamp_max((log * float(side - exact)).to(4) + exact, side - 1)
    near = torch.lt(distance, float(exact))
    return torch.where(near, distance.to(4), shared) + torch.gt(way, 0.).to(4) * side

  # Position bias and mask of the encoder, the same in each of its layers -> [batch, heads, tokens, tokens].
  def encoder_bias(self, mask: Tensor, w: Dict[str, Tensor]) -> Tensor:
    learnt = w["encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight"]
    by_head = torch.embedding(learnt, self.bucket_of(mask)).permute([2, 0, 1]).unsqueeze(0)
    # Attention on CPU takes its fast way only where the last stride is 1.
    return (by_head + self.bias_of(mask)).contiguous()

  def attention(self, asked: Tensor, x: Tensor, bias: Tensor, at: str, w: Dict[str, Tensor], lora: Dict[str, Tensor]) -> Tensor:
    q = self.split_heads(self.project(asked, at + ".q", w, lora), self.heads)
    k = self.split_heads(self.project(x, at + ".k", w, lora), self.heads)
    v = self.split_heads(self.project(x, at + ".v", w, lora), self.heads)
    # T5 does not divide by the root of the width.
    return self.project(self.attend(q, k, v, bias, 1.), at + ".o", w, lora)

  # Attention of the only token of the decoder to itself.
  def attention_alone(self, x: Tensor, at: str, w: Dict[str, Tensor], lora: Dict[str, Tensor]) -> Tensor:
    q = self.split_heads(self.project(x, at + ".q", w, lora), self.heads)
    k = self.split_heads(self.project(x, at + ".k", w, lora), self.heads)
    v = self.split_heads(self.project(x, at + ".v", w, lora), self.heads)
    # Written out, since a softmax over one score must give no gradient at all: AdamW would make steps of rounding noise.
    share = torch.softmax(torch.sum(q * k, [-1], True), -1)
    z = (v * share).transpose(1, 2).reshape([x.size(0), 1, -1])
    return self.project(z, at + ".o", w, lora)

  def feed_forward(self, x: Tensor, at: str, w: Dict[str, Tensor], lora: Dict[str, Tensor]) -> Tensor:
    z = self.norm(x, at + ".layer_norm", w)
    inside = at + ".DenseReluDense."
    if self.gated:
      gate = torch.gelu(self.project(z, inside + "wi_0", w, lora), approximate="tanh")
      z = gate * self.project(z, inside + "wi_1", w, lora)
    else:
      z = torch.relu(self.project(z, inside + "wi", w, lora))
    return x + self.project(z, inside + "wo", w, lora)

  def encoder_layer(self, x: Tensor, bias: Tensor, index: int, w: Dict[str, Tensor], lora: Dict[str, Tensor]) -> Tensor:
    at = "encoder.block." + str(index) + ".layer."
    z = self.norm(x, at + "0.layer_norm", w)
    x = x + self.attention(z, z, bias, at + "0.SelfAttention", w, lora)
    return self.feed_forward(x, at + "1", w, lora)

  # y: [batch, 1, width], the decoder's only token. x: what the encoder made of the prompt.
  def decoder_layer(self, y: Tensor, x: Tensor, bias: Tensor, index: int, w: Dict[str, Tensor], lora: Dict[str, Tensor]) -> Tensor:
    at = "decoder.block." + str(index) + ".layer."
    z = self.norm(y, at + "0.layer_norm", w)
    y = y + self.attention_alone(z, at + "0.SelfAttention", w, lora)
    z = self.norm(y, at + "1.layer_norm", w)
    y = y + self.attention(z, x, bias, at + "1.EncDecAttention", w, lora)
    return self.feed_forward(y, at + "2", w, lora)

  def embed(self, ids: Tensor, w: Dict[str, Tensor]) -> Tensor:
    x = torch.embedding(w["shared.weight"], ids)
    if self.half:
      x = x.to(15)
    return x

  # Embeddings and the first layers of the encoder, as many as split says -> [batch, tokens, width].
  def lower(self, ids: Tensor, mask: Tensor, split: Tensor, w: Dict[str, Tensor], lora: Dict[str, Tensor]) -> Tensor:
    x = self.embed(ids, w)
    bias = self.encoder_bias(mask, w)
    # A split within the decoder leaves the whole encoder below it.
    for index in range(min(int(split), self.encoder_layers)):
      x = self.encoder_layer(x, bias, index, w, lora)
    return x

  # The other layers and the decoder's first token -> logits [batch, 2] of no and yes. There is no other place to read.
  def upper(self, x: Tensor, mask: Tensor, at: Tensor, split: int, w: Dict[str, Tensor], lora: Dict[str, Tensor]) -> Tensor:
    bias = self.encoder_bias(mask, w)
    for index in range(split, self.encoder_layers):
      x = self.encoder_layer(x, bias, index, w, lora)
    x = self.norm(x, "encoder.final_layer_norm", w)
    begin = torch.full_like(at, self.start).unsqueeze(1)
    y = self.embed(begin, w)
    visible = self.bias_of(mask).expand([x.size(0), self.heads, 1, x.size(1)])
    for index in range(self.decoder_layers):
      y = self.decoder_layer(y, x, visible, index, w, lora)
    h = self.norm(y.squeeze(1).to(6), "decoder.final_layer_norm", w) * self.output_scale
    # Whether the head is tied shows in the file alone: some that say so hold one of their own.
    if "lm_head.weight" in w:
      words = w["lm_head.weight"]
    else:
      words = w["shared.weight"]
    return self.answers_of(h, words)
