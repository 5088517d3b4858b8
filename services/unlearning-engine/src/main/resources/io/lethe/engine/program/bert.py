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
  def layer(self, x: Tensor, asked: Tensor, bias: Tensor, index: int, w: Dict[str, Tensor], lora: Dict[str, Tensor]) -> Tensor:
    at = "encoder.layer." + str(index) + "."
    q = self.split_heads(self.project(asked, at + "attention.self.query", w, lora), self.heads)
    k = self.split_heads(self.project(x, at + "attention.self.key", w, lora), self.heads)
    v = self.split_heads(self.project(x, at + "attention.self.value", w, lora), self.heads)
    spread = bias.expand([bias.size(0), 1, asked.size(1), bias.size(3)])
    z = self.attend(q, k, v, spread, 1. / torch.sqrt(float(q.size(-1))))
    y = self.norm(self.project(z, at + "attention.output.dense", w, lora) + asked, at + "attention.output.LayerNorm", w)
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

  # The other layers and the answer at position `at` -> logits [batch, 2] of no and yes, by the tied word embeddings.
  def upper(self, x: Tensor, mask: Tensor, at: Tensor, split: int, w: Dict[str, Tensor], lora: Dict[str, Tensor]) -> Tensor:
    bias = self.bias_of(mask)
    for index in range(split, self.layers - 1):
      x = self.layer(x, x, bias, index, w, lora)
    # Nobody reads the last layer's other positions.
    asked = self.at_places(x, at)
    h = self.layer(x, asked, bias, self.layers - 1, w, lora).squeeze(1).to(6)
    return self.answers_of(h, w["embeddings.word_embeddings.weight"])
