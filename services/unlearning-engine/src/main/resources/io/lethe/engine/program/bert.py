class Bert(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  layers : int
  heads : int
  epsilon : float
  offset : int
  half : bool
  widened : bool
  no : int
  yes : int

  def norm(self, x: Tensor, name: str, w: Dict[str, Tensor]) -> Tensor:
    return torch.layer_norm(x, [x.size(-1)], w[name + ".weight"], w[name + ".bias"], self.epsilon)

  # x: [batch, tokens, width], what keys and values are read from. asked: the positions that ask, x itself or fewer.
  def attended(self, x: Tensor, asked: Tensor, bias: Tensor, at: str, w: Dict[str, Tensor], lora: Dict[str, Tensor]) -> Tensor:
    q = self.split_heads(self.project(asked, at + "attention.self.query", w, lora), self.heads)
    k = self.split_heads(self.project(x, at + "attention.self.key", w, lora), self.heads)
    v = self.split_heads(self.project(x, at + "attention.self.value", w, lora), self.heads)
    spread = bias.expand([bias.size(0), 1, asked.size(1), bias.size(3)])
    z = self.attend(q, k, v, spread, 1. / torch.sqrt(float(q.size(-1))))
    return self.norm(self.project(z, at + "attention.output.dense", w, lora) + asked, at + "attention.output.LayerNorm", w)

  def layer(self, x: Tensor, asked: Tensor, bias: Tensor, index: int, w: Dict[str, Tensor], lora: Dict[str, Tensor]) -> Tensor:
    at = "encoder.layer." + str(index) + "."
    y = self.attended(x, asked, bias, at, w, lora)
    z = torch.gelu(self.project(y, at + "intermediate.dense", w, lora))
    return self.norm(self.project(z, at + "output.dense", w, lora) + y, at + "output.LayerNorm", w)

  def embed(self, ids: Tensor, w: Dict[str, Tensor]) -> Tensor:
    words = torch.embedding(w["embeddings.word_embeddings.weight"], ids)
    # RoBERTa counts positions from behind the id of its padding.
    positions = torch.narrow(w["embeddings.position_embeddings.weight"], 0, self.offset, ids.size(1))
    x = words + torch.select(w["embeddings.token_type_embeddings.weight"], 0, 0) + positions
    x = self.norm(x, "embeddings.LayerNorm", w)
    if self.half:
      x = x.to(15)
    return x

  # Embeddings and the first layers, as many as split says -> [batch, tokens, width].
  def lower(self, ids: Tensor, mask: Tensor, split: Tensor, w: Dict[str, Tensor], lora: Dict[str, Tensor]) -> Tensor:
    x = self.embed(ids, w)
    bias = self.bias_of(mask)
    for index in range(int(split)):
      x = self.layer(x, x, bias, index, w, lora)
    return x

  # All that the model's last projection has to do with at position `at`: what is added to what it makes, and its inputs
  # -> [batch, 1, width + inputs].
  def read(self, ids: Tensor, mask: Tensor, at: Tensor, w: Dict[str, Tensor], lora: Dict[str, Tensor]) -> Tensor:
    x = self.embed(ids, w)
    bias = self.bias_of(mask)
    for index in range(self.layers - 1):
      x = self.layer(x, x, bias, index, w, lora)
    last = "encoder.layer." + str(self.layers - 1) + "."
    y = self.attended(x, self.at_places(x, at), bias, last, w, lora)
    return torch.cat([y, torch.gelu(self.project(y, last + "intermediate.dense", w, lora))], 2)

  # The same with what the frozen projection makes of its inputs added already, so that its update alone is left to do.
  def projected(self, x: Tensor, w: Dict[str, Tensor], lora: Dict[str, Tensor]) -> Tensor:
    name = self.last_projection()
    width = w[name + ".weight"].size(0)
    inputs = torch.narrow(x, 2, width, x.size(2) - width)
    y = torch.linear(inputs, w[name + ".weight"], w[name + ".bias"]) + torch.narrow(x, 2, 0, width)
    return torch.cat([y, inputs], 2)

  def last_projection(self) -> str:
    return "encoder.layer." + str(self.layers - 1) + ".output.dense"

  # The last layer's state at the answer from what `projected` gave.
  def last_from(self, x: Tensor, w: Dict[str, Tensor], lora: Dict[str, Tensor]) -> Tensor:
    name = self.last_projection()
    width = w[name + ".weight"].size(0)
    y = torch.narrow(x, 2, 0, width)
    if name + ".lora_A.weight" in lora:
      y = y + self.lora_of(torch.narrow(x, 2, width, x.size(2) - width), name, lora)
    return self.norm(y, "encoder.layer." + str(self.layers - 1) + ".output.LayerNorm", w)

  # The other layers, or what is behind `projected` where split counts them all, and the answer at position `at` -> logits [batch, 2] of no and yes, by the tied word embeddings.
  def upper(self, x: Tensor, mask: Tensor, at: Tensor, split: int, w: Dict[str, Tensor], lora: Dict[str, Tensor]) -> Tensor:
    if split == self.layers:
      h = self.last_from(x, w, lora).squeeze(1).to(6)
    else:
      bias = self.bias_of(mask)
      for index in range(split, self.layers - 1):
        x = self.layer(x, x, bias, index, w, lora)
      # Nobody reads the last layer's other positions.
      asked = self.at_places(x, at)
      h = self.layer(x, asked, bias, self.layers - 1, w, lora).squeeze(1).to(6)
    return self.answers_of(h, w["embeddings.word_embeddings.weight"])
