
  # The part that every family shares: it follows a family's text, inside the same class. A family gives `lower`, `upper` and `answer`.

  # Cached outputs of `lower`: bank [examples, tokens, width]. Writes those of a batch from row `start` on.
  def keep(self, x: Tensor, start: Tensor, bank: Tensor) -> Tensor:
    place = torch.narrow(torch.narrow(bank, 0, int(start), x.size(0)), 1, 0, x.size(1))
    place.copy_(x)
    return start

  def kept(self, rows: Tensor, length: Tensor, bank: Tensor) -> Tensor:
    return torch.index_select(torch.narrow(bank, 1, 0, int(length)), 0, self.beside(rows, bank))

  def to_half(self, x: Tensor) -> Tensor:
    return x.to(15)

  # w + scaling * b a, for merging an update into the weights it was trained on.
  def merged(self, x: Tensor, scaling: Tensor, a: Tensor, b: Tensor) -> Tensor:
    return x + torch.matmul(b, a) * scaling

  # t says what each row's loss is made of; a part that is missing costs nothing, and a negative weight ascends.
  #   labels [rows]; teacher [rows, answers], logits
  #   kl [rows]: weight of KL(teacher || student)
  #   ce [rows]: weight of the cross-entropy with the label, NLL
  #   soft [rows]: weight of -sum_v softmax(teacher)_v log(softmax(student)_v + 1e-12), which is KL plus the teacher's entropy
  #   preference, reference, sharpness [rows]: weight, NLL of the reference and beta of -(2 / beta) log sigmoid(beta (NLL - reference))
  def loss_of(self, logits: Tensor, t: Dict[str, Tensor]) -> Tensor:
    student = torch.log_softmax(logits, -1)
    wanted = torch.log_softmax(t["teacher"], -1)
    kl = torch.sum(torch.exp(wanted) * (wanted - student), [-1])
    ce = torch.neg(torch.gather(student, 1, t["labels"].unsqueeze(1)).squeeze(1))
    loss = torch.sum(kl * t["kl"]) + torch.sum(ce * t["ce"])
    if "soft" in t:
      likely = torch.log(torch.softmax(logits, -1) + 1e-12)
      loss = loss - torch.sum(torch.sum(torch.softmax(t["teacher"], -1) * likely, [-1]) * t["soft"])
    if "preference" in t:
      beta = t["sharpness"]
      kept = torch.log_sigmoid(beta * (ce - t["reference"]))
      loss = loss - torch.sum(kept * t["preference"] * 2. / beta)
    return loss

  # Mean cross-entropy with labels drawn from the answers themselves: a row's label is the first answer whose share of
  # the probability, added up, passes its draw [rows], uniform within 0..1.
  def drawn_loss(self, logits: Tensor, draw: Tensor) -> Tensor:
    student = torch.log_softmax(logits, -1)
    passed = torch.cumsum(torch.exp(student.detach()), -1) < draw.unsqueeze(1)
    label = torch.sum(passed.to(4), [-1], True).clamp(0, logits.size(-1) - 1)
    return torch.neg(torch.mean(torch.gather(student, 1, label)))

  def all_beside(self, t: Dict[str, Tensor], x: Tensor) -> Dict[str, Tensor]:
    out: Dict[str, Tensor] = {}
    for name in t.keys():
      out[name] = self.beside(t[name], x)
    return out

  # m names the tensors that are trained. Fresh leaves share their memory, so the inputs themselves never require grad.
  def leaves(self, lora: Dict[str, Tensor], m: Dict[str, Tensor]) -> Dict[str, Tensor]:
    out: Dict[str, Tensor] = {}
    for name in lora.keys():
      if name in m:
        out[name] = lora[name].detach().requires_grad_(True)
      else:
        out[name] = lora[name]
    return out

  # The gradient of half the squared norm of what is trained, added with t's weight where it has one.
  def shrunk(self, found: List[Tensor], t: Dict[str, Tensor], lora: Dict[str, Tensor], m: Dict[str, Tensor]) -> List[Tensor]:
    if "ridge" not in t:
      return found
    out: List[Tensor] = []
    i = 0
    for name in sorted(m.keys()):
      out.append(found[i] + lora[name] * t["ridge"].to(found[i].dtype))
      i = i + 1
    return out

  # again: true where the same outputs are differentiated once more.
  def gradients_of(self, loss: Tensor, leaf: Dict[str, Tensor], m: Dict[str, Tensor], again: bool) -> List[Tensor]:
    inputs: List[Tensor] = []
    for name in sorted(m.keys()):
      inputs.append(leaf[name])
    found = torch.autograd.grad([loss], inputs, None, again, False, True)
    out: List[Tensor] = []
    for i in range(len(inputs)):
      g = found[i]
      if g is None:
        out.append(torch.zeros_like(inputs[i]))
      else:
        out.append(g)
    return out

  # All gradients flattened one after the other, sorted by name.
  def gradients(self, x: Tensor, mask: Tensor, at: Tensor, split: Tensor, t: Dict[str, Tensor], w: Dict[str, Tensor],
                lora: Dict[str, Tensor], m: Dict[str, Tensor]) -> Tensor:
    leaf = self.leaves(lora, m)
    t = self.all_beside(t, x)
    logits = self.upper(x, self.beside(mask, x), self.beside(at, x), int(split), w, leaf)
    loss = self.loss_of(logits, t)
    flat: List[Tensor] = []
    for g in self.shrunk(self.gradients_of(loss, leaf, m, False), t, lora, m):
      flat.append(g.reshape([-1]))
    return torch.cat(flat)

  # One step of an optimiser. Numbers that int() and float() read are in the processor's memory, whatever w lies in.
  # hyper: rate, decay, beta1, beta2, epsilon, step counted from 1; for Sophia also
  # rho * rows, what makes the estimate of the Hessian this time (0 nothing, 1 drawn labels, 2 the loss itself), and
  # how often a gradient enters the momentum.
  def step(self, x: Tensor, mask: Tensor, at: Tensor, split: Tensor, t: Dict[str, Tensor], hyper: Tensor, w: Dict[str, Tensor],
           lora: Dict[str, Tensor], m: Dict[str, Tensor], v: Dict[str, Tensor]) -> Tensor:
    leaf = self.leaves(lora, m)
    t = self.all_beside(t, x)
    logits = self.upper(x, self.beside(mask, x), self.beside(at, x), int(split), w, leaf)
    loss = self.loss_of(logits, t)
    self.update(logits, loss, leaf, t, hyper, lora, m, v)
    return loss.detach()

  def update(self, logits: Tensor, loss: Tensor, leaf: Dict[str, Tensor], t: Dict[str, Tensor], hyper: Tensor,
             lora: Dict[str, Tensor], m: Dict[str, Tensor], v: Dict[str, Tensor]) -> Tensor:
    if hyper.size(0) > 6:
      estimate = int(hyper[7])
      if estimate == 1:
        self.curve(self.gradients_of(self.drawn_loss(logits, t["draw"]), leaf, m, True), hyper, v)
      found = self.shrunk(self.gradients_of(loss, leaf, m, False), t, lora, m)
      if estimate == 2:
        self.curve(found, hyper, v)
      self.sophia(found, hyper, lora, m, v)
    else:
      self.adamw(self.shrunk(self.gradients_of(loss, leaf, m, False), t, lora, m), hyper, lora, m, v)
    return hyper

  # As torch.optim.AdamW takes a step.
  def adamw(self, found: List[Tensor], hyper: Tensor, lora: Dict[str, Tensor], m: Dict[str, Tensor], v: Dict[str, Tensor]) -> Tensor:
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
    return hyper

  # Takes squared gradients into the running estimate of the Hessian's diagonal.
  def curve(self, found: List[Tensor], hyper: Tensor, v: Dict[str, Tensor]) -> Tensor:
    beta2 = float(hyper[3])
    i = 0
    for name in sorted(v.keys()):
      g = found[i]
      v[name].mul_(beta2).addcmul_(g, g, value=1. - beta2)
      i = i + 1
    return hyper

  # A momentum of signs, shortened where the curvature is large.
  def sophia(self, found: List[Tensor], hyper: Tensor, lora: Dict[str, Tensor], m: Dict[str, Tensor], v: Dict[str, Tensor]) -> Tensor:
    rate = float(hyper[0])
    decay = float(hyper[1])
    beta1 = float(hyper[2])
    epsilon = float(hyper[4])
    scale = float(hyper[6])
    i = 0
    for name in sorted(m.keys()):
      p = lora[name]
      first = m[name]
      for _ in range(int(hyper[8])):
        first.mul_(beta1).add_(found[i], alpha=1. - beta1)
      p.mul_(1. - rate * decay)
      share = (first.abs() / (v[name] * scale + epsilon)).clamp(0., 1.)
      p.addcmul_(first.sign(), share, value=-rate)
      i = i + 1
    return hyper

  # Running mean: mean <- mean + share * (lora - mean).
  def average(self, share: Tensor, lora: Dict[str, Tensor], mean: Dict[str, Tensor]) -> Tensor:
    for name in mean.keys():
      mean[name].add_((lora[name] - mean[name]) * share)
    return share

  # Mean over the tokens of what the first layers make of prompts -> [batch, width], what rows are compared by.
  def meaning(self, ids: Tensor, mask: Tensor, split: Tensor, w: Dict[str, Tensor], lora: Dict[str, Tensor]) -> Tensor:
    x = self.lower(ids, mask, split, w, lora).to(6)
    read = mask.to(6).unsqueeze(2)
    return torch.sum(x * read, [1]) / torch.sum(read, [1])

  # One step that steers what the first layers make of prompts, as many as split says: the states of the first rows to
  # t's direction [width], those of the others to t's reference [others, tokens, width]. weights [batch]; a row's loss
  # is the mean squared distance over its tokens and the width.
  def steer(self, ids: Tensor, mask: Tensor, split: Tensor, t: Dict[str, Tensor], hyper: Tensor, w: Dict[str, Tensor],
            lora: Dict[str, Tensor], m: Dict[str, Tensor], v: Dict[str, Tensor]) -> Tensor:
    leaf = self.leaves(lora, m)
    ids = self.beside(ids, lora["_"])
    mask = self.beside(mask, ids)
    t = self.all_beside(t, ids)
    h = self.lower(ids, mask, split, w, leaf).to(6)
    loss = self.steering_of(h, mask, t)
    self.update(h, loss, leaf, t, hyper, lora, m, v)
    return loss.detach()

  def steering_of(self, h: Tensor, mask: Tensor, t: Dict[str, Tensor]) -> Tensor:
    reference = t["reference"]
    aim = t["direction"].expand([h.size(0) - reference.size(0), h.size(1), h.size(2)])
    apart = torch.mean((h - torch.cat([aim, reference])) ** 2, [-1])
    read = mask.to(6)
    rows = torch.sum(apart * read, [-1]) / torch.sum(read, [-1])
    return torch.sum(rows * t["weights"])
