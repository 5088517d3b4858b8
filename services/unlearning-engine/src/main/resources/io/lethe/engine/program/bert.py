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
    return self.behind_attention(z, asked, at, w, lora)

  # What a layer makes of what its attention read.
  def behind_attention(self, z: Tensor, asked: Tensor, at: str, w: Dict[str, Tensor], lora: Dict[str, Tensor]) -> Tensor:
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

  # All that the last layer reads where queries and keys are not adapted: by each of its heads the mean of the prompt's
  # states under the attention from position `at`, and the state there itself -> [batch, heads + 1, width].
  def read(self, ids: Tensor, mask: Tensor, at: Tensor, w: Dict[str, Tensor], lora: Dict[str, Tensor]) -> Tensor:
    x = self.embed(ids, w)
    bias = self.bias_of(mask)
    for index in range(self.layers - 1):
      x = self.layer(x, x, bias, index, w, lora)
    asked = self.at_places(x, at)
    name = "encoder.layer." + str(self.layers - 1) + ".attention.self."
    q = self.split_heads(self.project(asked, name + "query", w, lora), self.heads)
    k = self.split_heads(self.project(x, name + "key", w, lora), self.heads)
    share = torch.softmax(torch.matmul(q, k.transpose(2, 3)) / torch.sqrt(float(q.size(-1))) + bias, -1).squeeze(2)
    return torch.cat([torch.matmul(share, x), asked], 1)

  # The last layer's state at the answer from what `read` gave: a mean of values is the value of the mean.
  def last_from(self, x: Tensor, w: Dict[str, Tensor], lora: Dict[str, Tensor]) -> Tensor:
    at = "encoder.layer." + str(self.layers - 1) + "."
    name = at + "attention.self.value"
    means = torch.narrow(x, 1, 0, self.heads)
    asked = torch.narrow(x, 1, self.heads, 1)
    z = self.by_head(means, w[name + ".weight"]) + w[name + ".bias"]
    if name + ".lora_A.weight" in lora:
      down = torch.linear(means, lora[name + ".lora_A.weight"]) * lora["_"]
      z = z + self.by_head(down, lora[name + ".lora_B.weight"])
    return self.behind_attention(z.unsqueeze(1), asked, at, w, lora)

  # x: [batch, heads, inputs]; each head has its own outputs of weight [heads * head width, inputs] -> [batch, heads * head width].
  def by_head(self, x: Tensor, weight: Tensor) -> Tensor:
    own = weight.view([self.heads, -1, weight.size(1)])
    y = torch.matmul(x.transpose(0, 1), own.transpose(1, 2))
    return y.transpose(0, 1).reshape([x.size(0), -1])

  # The other layers, or what is behind `read` where split counts them all, and the answer at position `at` -> logits [batch, 2] of no and yes, by the tied word embeddings.
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
