
  # The part that every family shares: it follows a family's text, inside the same class. A family gives `lower`, `upper` and `answer`.

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
