class Decoder(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  layers : int
  heads : int
  key_heads : int
  epsilon : float
  heads_normed : bool
  tied : bool
  half : bool
  widened : bool
  no : int
  yes : int

  def norm(self, x: Tensor, name: str, w: Dict[str, Tensor]) -> Tensor:
    return torch.rms_norm(x, [x.size(-1)], w[name + ".weight"], self.epsilon)

  # Rotary angles by place among the tokens, so that padding on the left turns nothing -> [batch, 1, tokens, head width].
  def angles_of(self, mask: Tensor, w: Dict[str, Tensor]) -> Tensor:
    places = torch.clamp_min(torch.cumsum(mask.to(6), 1) - 1., 0.)
    angles = places.unsqueeze(-1) * w["rotary.frequencies"]
    return torch.cat([angles, angles], -1).unsqueeze(1)

  def turn(self, x: Tensor, angles: Tensor) -> Tensor:
    width = x.size(-1) // 2
    turned = torch.cat([torch.neg(torch.narrow(x, -1, width, width)), torch.narrow(x, -1, 0, width)], -1)
    return x * torch.cos(angles).to(x.dtype) + turned * torch.sin(angles).to(x.dtype)

  # What each position may see: tokens up to itself -> [batch, 1, tokens, tokens], 0 or minus a lot.
  def causal_bias(self, mask: Tensor) -> Tensor:
    order = torch.cumsum(torch.ones_like(torch.select(mask, 0, 0)), 0)
    seen = torch.le(order.unsqueeze(0), order.unsqueeze(1)).to(6)
    return (seen * mask.to(6).unsqueeze(1) - 1.).unsqueeze(1) * 1e30

  # Groups of query heads share a key head.
  def repeat_heads(self, x: Tensor) -> Tensor:
    groups = self.heads // self.key_heads
    if groups > 1:
      spread = x.unsqueeze(2).expand([x.size(0), x.size(1), groups, x.size(2), x.size(3)])
      x = spread.reshape([x.size(0), self.heads, x.size(2), x.size(3)])
    return x

  # x: [batch, tokens, width], what keys and values are read from. asked: the positions that ask, with angles and bias of their own.
  def layer(self, x: Tensor, angles: Tensor, asked: Tensor, asked_angles: Tensor, bias: Tensor, index: int,
            w: Dict[str, Tensor], lora: Dict[str, Tensor]) -> Tensor:
    at = "model.layers." + str(index) + "."
    source = self.norm(x, at + "input_layernorm", w)
    question = self.norm(asked, at + "input_layernorm", w)
    q = self.split_heads(self.project(question, at + "self_attn.q_proj", w, lora), self.heads)
    k = self.split_heads(self.project(source, at + "self_attn.k_proj", w, lora), self.key_heads)
    v = self.split_heads(self.project(source, at + "self_attn.v_proj", w, lora), self.key_heads)
    if self.heads_normed:
      q = self.norm(q, at + "self_attn.q_norm", w)
      k = self.norm(k, at + "self_attn.k_norm", w)
    q = self.turn(q, asked_angles)
    k = self.repeat_heads(self.turn(k, angles))
    z = self.attend(q, k, self.repeat_heads(v), bias, 1. / torch.sqrt(float(q.size(-1))))
    y = asked + self.project(z, at + "self_attn.o_proj", w, lora)
    z = self.norm(y, at + "post_attention_layernorm", w)
    gate = torch.silu(self.project(z, at + "mlp.gate_proj", w, lora))
    z = gate * self.project(z, at + "mlp.up_proj", w, lora)
    return y + self.project(z, at + "mlp.down_proj", w, lora)

  def embed(self, ids: Tensor, w: Dict[str, Tensor]) -> Tensor:
    x = torch.embedding(w["model.embed_tokens.weight"], ids)
    if self.half:
      x = x.to(15)
    return x

  # Embeddings and the first layers, as many as split says -> [batch, tokens, width].
  def lower(self, ids: Tensor, mask: Tensor, split: Tensor, w: Dict[str, Tensor], lora: Dict[str, Tensor]) -> Tensor:
    x = self.embed(ids, w)
    bias = self.causal_bias(mask)
    angles = self.angles_of(mask, w)
    for index in range(int(split)):
      x = self.layer(x, angles, x, angles, bias, index, w, lora)
    return x

  # The other layers and what follows position `at` -> logits [batch, 2] of no and yes.
  def upper(self, x: Tensor, mask: Tensor, at: Tensor, split: int, w: Dict[str, Tensor], lora: Dict[str, Tensor]) -> Tensor:
    bias = self.causal_bias(mask)
    angles = self.angles_of(mask, w)
    for index in range(split, self.layers - 1):
      x = self.layer(x, angles, x, angles, bias, index, w, lora)
    # Nobody reads the last layer's other positions.
    asked = self.at_places(x, at)
    asked_angles = self.at_places(angles.squeeze(1), at).unsqueeze(1)
    asked_bias = self.at_places(bias.squeeze(1), at).unsqueeze(1)
    h = self.layer(x, angles, asked, asked_angles, asked_bias, self.layers - 1, w, lora)
    h = self.norm(h.squeeze(1).to(6), "model.norm", w)
    if self.tied:
      words = w["model.embed_tokens.weight"]
    else:
      words = w["lm_head.weight"]
    return self.answers_of(h, words)
