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

  # Cached outputs of `lower`: bank [examples, tokens, width]. Writes those of a batch from row `start` on.
  def keep(self, x: Tensor, start: Tensor, bank: Tensor) -> Tensor:
    place = torch.narrow(torch.narrow(bank, 0, int(start), x.size(0)), 1, 0, x.size(1))
    place.copy_(x)
    return start

  def kept(self, rows: Tensor, length: Tensor, bank: Tensor) -> Tensor:
    return torch.index_select(torch.narrow(bank, 1, 0, int(length)), 0, rows)

  def to_half(self, x: Tensor) -> Tensor:
    return x.to(15)

  # w + scaling * b a, for merging an update into the weights it was trained on.
  def merged(self, x: Tensor, scaling: Tensor, a: Tensor, b: Tensor) -> Tensor:
    return x + torch.matmul(b, a) * scaling

  # The row weights say what each row's loss is made of: KL(teacher || student) and cross-entropy with the label.
  def loss_of(self, logits: Tensor, labels: Tensor, teacher: Tensor, kl_weights: Tensor, ce_weights: Tensor) -> Tensor:
    student = torch.log_softmax(logits, -1)
    wanted = torch.log_softmax(teacher, -1)
    kl = torch.sum(torch.exp(wanted) * (wanted - student), [-1])
    ce = torch.neg(torch.gather(student, 1, labels.unsqueeze(1)).squeeze(1))
    return torch.sum(kl * kl_weights) + torch.sum(ce * ce_weights)

  # m names the tensors that are trained. Fresh leaves share their memory, so the inputs themselves never require grad.
  def leaves(self, lora: Dict[str, Tensor], m: Dict[str, Tensor]) -> Dict[str, Tensor]:
    out: Dict[str, Tensor] = {}
    for name in lora.keys():
      if name in m:
        out[name] = lora[name].detach().requires_grad_(True)
      else:
        out[name] = lora[name]
    return out

  def gradients_of(self, loss: Tensor, leaf: Dict[str, Tensor], m: Dict[str, Tensor]) -> List[Tensor]:
    inputs: List[Tensor] = []
    for name in sorted(m.keys()):
      inputs.append(leaf[name])
    found = torch.autograd.grad([loss], inputs)
    out: List[Tensor] = []
    for i in range(len(inputs)):
      g = found[i]
      if g is None:
        out.append(torch.zeros_like(inputs[i]))
      else:
        out.append(g)
    return out

  # All gradients flattened one after the other, sorted by name.
  def gradients(self, x: Tensor, mask: Tensor, at: Tensor, split: Tensor, labels: Tensor, teacher: Tensor, kl_weights: Tensor,
                ce_weights: Tensor, w: Dict[str, Tensor], lora: Dict[str, Tensor], m: Dict[str, Tensor]) -> Tensor:
    leaf = self.leaves(lora, m)
    logits = self.upper(x, mask, at, int(split), w, leaf)
    loss = self.loss_of(logits, labels, teacher, kl_weights, ce_weights)
    flat: List[Tensor] = []
    for g in self.gradients_of(loss, leaf, m):
      flat.append(g.reshape([-1]))
    return torch.cat(flat)

  # One step of AdamW as torch.optim.AdamW takes it. hyper: rate, decay, beta1, beta2, epsilon, step counted from 1.
  def step(self, x: Tensor, mask: Tensor, at: Tensor, split: Tensor, labels: Tensor, teacher: Tensor, kl_weights: Tensor,
           ce_weights: Tensor, hyper: Tensor, w: Dict[str, Tensor], lora: Dict[str, Tensor], m: Dict[str, Tensor],
           v: Dict[str, Tensor]) -> Tensor:
    leaf = self.leaves(lora, m)
    logits = self.upper(x, mask, at, int(split), w, leaf)
    loss = self.loss_of(logits, labels, teacher, kl_weights, ce_weights)
    found = self.gradients_of(loss, leaf, m)
    rate = float(hyper[0])
    decay = float(hyper[1])
    beta1 = float(hyper[2])
    beta2 = float(hyper[3])
    epsilon = float(hyper[4])
    t = float(hyper[5])
    root = (1. - beta2 ** t) ** 0.5
    size = rate / (1. - beta1 ** t)
    i = 0
    for name in sorted(m.keys()):
      p = lora[name]
      g = found[i]
      first = m[name]
      second = v[name]
      p.mul_(1. - rate * decay)
      first.mul_(beta1).add_(g, alpha=1. - beta1)
      second.mul_(beta2).addcmul_(g, g, value=1. - beta2)
      p.addcdiv_(first, (second.sqrt() / root).add_(epsilon), value=-size)
      i = i + 1
    return loss.detach()

  # Running mean: mean <- mean + share * (lora - mean).
  def average(self, share: Tensor, lora: Dict[str, Tensor], mean: Dict[str, Tensor]) -> Tensor:
    for name in mean.keys():
      mean[name].add_((lora[name] - mean[name]) * share)
    return share
