class Bert(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  layers : int
  heads : int
  epsilon : float
  half : bool
  no : int
  yes : int

  # w: frozen weights by Hugging Face name. lora: LoRA tensors by the same names; "_" holds their scaling.
  # A projection is adapted if and only if its lora_A is there.
  def project(self, x: Tensor, name: str, w: Dict[str, Tensor], lora: Dict[str, Tensor]) -> Tensor:
    y = torch.linear(x, w[name + ".weight"], w[name + ".bias"])
    a = name + ".lora_A.weight"
    if a in lora:
      down = lora[a]
      up = lora[name + ".lora_B.weight"]
      if self.half:
        down = down.to(15)
        up = up.to(15)
      # The scaling is applied at the narrow end, where it costs least.
      y = y + torch.linear(torch.linear(x, down) * lora["_"].to(down.dtype), up)
    return y

  def norm(self, x: Tensor, name: str, w: Dict[str, Tensor]) -> Tensor:
    return torch.layer_norm(x, [x.size(-1)], w[name + ".weight"], w[name + ".bias"], self.epsilon)

  def split_heads(self, x: Tensor) -> Tensor:
    return x.view([x.size(0), x.size(1), self.heads, -1]).transpose(1, 2)

  # x: [batch, tokens, width], what keys and values are read from. asked: the positions that ask, x itself or fewer.
  def layer(self, x: Tensor, asked: Tensor, bias: Tensor, index: int, w: Dict[str, Tensor], lora: Dict[str, Tensor]) -> Tensor:
    at = "encoder.layer." + str(index) + "."
    q = self.split_heads(self.project(asked, at + "attention.self.query", w, lora))
    k = self.split_heads(self.project(x, at + "attention.self.key", w, lora))
    v = self.split_heads(self.project(x, at + "attention.self.value", w, lora))
    if self.half:
      # The bf16 flash backward is slow on CPU.
      q = q.to(6)
      k = k.to(6)
      v = v.to(6)
    spread = bias.expand([bias.size(0), 1, asked.size(1), bias.size(3)])
    z = torch.scaled_dot_product_attention(q, k, v, spread, 0., False)
    z = z.transpose(1, 2).reshape([asked.size(0), asked.size(1), asked.size(2)])
    if self.half:
      z = z.to(15)
    y = self.norm(self.project(z, at + "attention.output.dense", w, lora) + asked, at + "attention.output.LayerNorm", w)
    z = torch.gelu(self.project(y, at + "intermediate.dense", w, lora))
    return self.norm(self.project(z, at + "output.dense", w, lora) + y, at + "output.LayerNorm", w)

  # mask: [batch, tokens], 1 for a token and 0 for padding -> [batch, 1, 1, tokens], 0 or minus a lot.
  def bias_of(self, mask: Tensor) -> Tensor:
    return (mask.to(6) - 1.).unsqueeze(1).unsqueeze(1) * 1e30

  def embed(self, ids: Tensor, w: Dict[str, Tensor]) -> Tensor:
    words = torch.embedding(w["embeddings.word_embeddings.weight"], ids)
    positions = torch.narrow(w["embeddings.position_embeddings.weight"], 0, 0, ids.size(1))
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
    rows = torch.arange(x.size(0), dtype=4)
    # Nobody reads the last layer's other positions.
    asked = torch.index(x, [rows, at]).unsqueeze(1)
    h = self.layer(x, asked, bias, self.layers - 1, w, lora).squeeze(1).to(6)
    words = w["embeddings.word_embeddings.weight"]
    answers = torch.stack([torch.select(words, 0, self.no), torch.select(words, 0, self.yes)])
    return torch.linear(h, answers)

  def answer(self, ids: Tensor, mask: Tensor, at: Tensor, w: Dict[str, Tensor], lora: Dict[str, Tensor]) -> Tensor:
    x = self.embed(ids, w)
    return self.upper(x, mask, at, 0, w, lora)

  def answer_from(self, x: Tensor, mask: Tensor, at: Tensor, split: Tensor, w: Dict[str, Tensor], lora: Dict[str, Tensor]) -> Tensor:
    return self.upper(x, mask, at, int(split), w, lora)
