
  # Tuning the last projection's B to its optimum, and what single rows contributed to it: it follows an encoder's text,
  # inside the same class. With A fixed, a row's margin of yes over no depends on B through a [rank], which B reads, and
  # has the gradient d a' by B, d [width] being its slope. A row is kept as read [width + rank]: what the frozen part
  # gives, then a.

  # x: what `projected` gave, [rows, 1, width + inputs] -> read.
  def reading(self, x: Tensor, w: Dict[str, Tensor], lora: Dict[str, Tensor]) -> Tensor:
    x = x.squeeze(1)
    name = self.last_projection()
    width = w[name + ".weight"].size(0)
    a = torch.linear(torch.narrow(x, 1, width, x.size(1) - width), lora[name + ".lora_A.weight"]) * lora["_"]
    return torch.cat([torch.narrow(x, 1, 0, width), a], 1)

  def picked(self, read: Tensor, rows: Tensor) -> Tensor:
    return torch.index_select(read, 0, self.beside(rows, read))

  def read_by_b(self, read: Tensor, b: Tensor) -> Tensor:
    return torch.narrow(read, 1, b.size(0), b.size(1))

  # What the last norm reads, [rows, width].
  def made(self, read: Tensor, b: Tensor) -> Tensor:
    return torch.narrow(read, 1, 0, b.size(0)) + torch.linear(self.read_by_b(read, b), b)

  # Rows as they are to a frozen part that has the update b merged in.
  def beyond(self, read: Tensor, b: Tensor) -> Tensor:
    return torch.cat([self.made(read, b), self.read_by_b(read, b)], 1)

  # Probabilities of yes, [rows].
  def likely(self, read: Tensor, b: Tensor, w: Dict[str, Tensor], lora: Dict[str, Tensor]) -> Tensor:
    return torch.sigmoid(self.margins(self.made(read, b), w))

  # y: [rows, width], what the last norm reads -> margins [rows].
  def margins(self, y: Tensor, w: Dict[str, Tensor]) -> Tensor:
    h = self.norm(y, "encoder.layer." + str(self.layers - 1) + ".output.LayerNorm", w)
    logits = self.answers_of(h, w["embeddings.word_embeddings.weight"])
    return torch.select(logits, 1, 1) - torch.select(logits, 1, 0)

  # Margins and their slopes -> [margins [rows], slopes [rows, width]].
  def sloped(self, y: Tensor, w: Dict[str, Tensor]) -> List[Tensor]:
    leaf = y.detach().requires_grad_(True)
    margin = self.margins(leaf, w)
    found = torch.autograd.grad([torch.sum(margin)], [leaf], None, False, False, False)
    slope = found[0]
    if slope is None:
      slope = torch.zeros_like(y)
    return [margin.detach(), slope]

  # Gauss-Newton's part of the Hessian by B as Kronecker factors with corrected eigenvalues (EKFAC): eigenvectors of
  # what B reads [rank, rank] and of slopes [width, width], one a column, and how strongly the rows hold each pair
  # [width, rank]. held: weight * p (1 - p) of the rows.
  def factors(self, a: Tensor, d: Tensor, held: Tensor) -> List[Tensor]:
    root = torch.sqrt(held).unsqueeze(1)
    read = a * (root * torch.sqrt(torch.sum(d * d, [1], True)))
    made = d * (root * torch.sqrt(torch.sum(a * a, [1], True)))
    _0, inputs, = torch.linalg_eigh(torch.matmul(read.transpose(0, 1), read).to(7))
    _1, outputs, = torch.linalg_eigh(torch.matmul(made.transpose(0, 1), made).to(7))
    inputs = inputs.to(6)
    outputs = outputs.to(6)
    along = torch.matmul(d, outputs) ** 2 * held.unsqueeze(1)
    return [inputs, outputs, torch.matmul(along.transpose(0, 1), torch.matmul(a, inputs) ** 2)]

  # (H + ridge)^-1 g by the factors.
  def solved(self, g: Tensor, f: List[Tensor], ridge: float) -> Tensor:
    turned = torch.matmul(torch.matmul(f[1].transpose(0, 1), g), f[0])
    return torch.matmul(torch.matmul(f[1], turned / (f[2] + ridge)), f[0].transpose(0, 1))

  # H v of the rows: the sum of held (d' v a) d a'.
  def curved(self, v: Tensor, a: Tensor, d: Tensor, held: Tensor) -> Tensor:
    return self.pulled(d, torch.sum(torch.linear(a, v) * d, [1]) * held, a)

  # The rows' weighted cross-entropy and the ridge, summed in double precision.
  def objective(self, y: Tensor, b: Tensor, t: Dict[str, Tensor], w: Dict[str, Tensor]) -> Tensor:
    margin = self.margins(y, w).to(7)
    sign = t["labels"].to(7) * 2. - 1.
    loss = torch.neg(torch.sum(torch.log_sigmoid(margin * sign) * t["ce"].to(7)))
    return loss + torch.sum(b.to(7) ** 2) * t["ridge"] / 2.

  # One Newton step of B on rows: its direction by conjugate gradients on the Gauss-Newton matrix, with the factors as
  # preconditioner, and as long as the objective falls enough. hyper: most products, share of the residual to end at.
  # -> [objective before, objective after, length of the step].
  def newton(self, read: Tensor, b: Tensor, t: Dict[str, Tensor], hyper: Tensor, w: Dict[str, Tensor], lora: Dict[str, Tensor]) -> Tensor:
    # Read before it lies beside the rows: a number taken from a GPU waits for all that it computes.
    ridge = float(t["ridge"])
    t = self.all_beside(t, read)
    a = self.read_by_b(read, b)
    y = self.made(read, b)
    found = self.sloped(y, w)
    p = torch.sigmoid(found[0])
    d = found[1]
    held = t["ce"] * p * (1. - p)
    pull = (p - t["labels"].to(6)) * t["ce"]
    g = self.pulled(d, pull, a) + b * ridge
    f = self.factors(a, d, held)
    step = torch.zeros_like(b)
    r = torch.neg(g)
    z = self.solved(r, f, ridge)
    q = z
    left = torch.sum(r * z)
    enough = float(left) * float(hyper[1]) ** 2
    for _ in range(int(hyper[0])):
      if float(left) > enough:
        hq = self.curved(q, a, d, held) + q * ridge
        share = left / torch.sum(q * hq)
        step = step + q * share
        r = r - hq * share
        z = self.solved(r, f, ridge)
        next = torch.sum(r * z)
        q = z + q * (next / left)
        left = next
    before = self.objective(y, b, t, w)
    fall = float(torch.sum(g * step))
    moves = torch.linear(a, step)
    rate = 1.
    after = self.objective(y + moves, b + step, t, w)
    for _ in range(20):
      if float(after) > float(before) + 0.0001 * rate * fall:
        rate = rate / 2.
        after = self.objective(y + moves * rate, b + step * rate, t, w)
    if float(after) <= float(before):
      b.add_(step, alpha=rate)
    else:
      rate = 0.
      after = before
    return torch.stack([before, after, torch.sqrt(torch.sum(step.to(7) ** 2)) * rate])

  # Where rows stand at B: the factors of their curvature, then the gradient of loss and ridge by B, turned into the basis
  # of the factors -> inputs', outputs', pairs' and the gradient's values one after the other, flattened.
  def standing(self, read: Tensor, b: Tensor, t: Dict[str, Tensor], w: Dict[str, Tensor], lora: Dict[str, Tensor]) -> Tensor:
    ridge = float(t["ridge"])
    t = self.all_beside(t, read)
    a = self.read_by_b(read, b)
    found = self.sloped(self.made(read, b), w)
    p = torch.sigmoid(found[0])
    pull = (p - t["labels"].to(6)) * t["ce"]
    flat: List[Tensor] = []
    f = self.factors(a, found[1], t["ce"] * p * (1. - p))
    for one in f:
      flat.append(one.reshape([-1]))
    g = self.pulled(found[1], pull, a) + b * ridge
    flat.append(torch.matmul(torch.matmul(f[1].transpose(0, 1), g), f[0]).reshape([-1]))
    return torch.cat(flat)

  # All rows at B, in the basis of the factors, so that some can be taken away without turning them again
  # -> [rows, rank + width + 1]: what B reads, the slopes, and the probability of yes. t: the factors.
  def turned(self, read: Tensor, b: Tensor, t: Dict[str, Tensor], w: Dict[str, Tensor], lora: Dict[str, Tensor]) -> Tensor:
    found = self.sloped(self.made(read, b), w)
    a = torch.matmul(self.read_by_b(read, b), t["inputs"])
    d = torch.matmul(found[1], t["outputs"])
    return torch.cat([a, d, torch.sigmoid(found[0]).unsqueeze(1)], 1)

  # Takes away what rows contributed to B by the step x = (H + ridge - own)^-1 (g - rest): g is their part of the gradient,
  # own theirs of H, and rest what the gradient of all rows was before. In the basis of the factors H is a number a pair.
  # A step of conjugate gradients that H preconditions gives a multiple of (H + ridge)^-1 (g - rest). With it on the right,
  # x = (H + ridge)^-1 (g - rest + own x) gives x, where g and own x are one product over the rows.
  # rows: as `turned` gave them. t: labels, ce, ridge, rest in that basis, and the factors. -> B without the rows
  def influence(self, rows: Tensor, b: Tensor, t: Dict[str, Tensor]) -> Tensor:
    ridge = float(t["ridge"])
    t = self.all_beside(t, rows)
    a = torch.narrow(rows, 1, 0, b.size(1))
    d = torch.narrow(rows, 1, b.size(1), b.size(0))
    p = torch.select(rows, 1, -1)
    held = t["ce"] * p * (1. - p)
    pull = (p - t["labels"].to(6)) * t["ce"]
    stiff = t["pairs"] + ridge
    g = self.pulled(d, pull, a) - t["rest"]
    first = g / stiff
    along = torch.sum(torch.linear(a, first) * d, [1])
    whole = torch.sum(g * first)
    # The factors tell H nearly, so that own may seem to outweigh what is left of it; the multiple is at most 2 then.
    left = torch.maximum(whole - torch.sum(held * along ** 2), whole / 2. + 1e-30)
    step = (self.pulled(d, pull + held * along * (whole / left), a) - t["rest"]) / stiff
    return b + torch.matmul(torch.matmul(t["outputs"], step), t["inputs"].transpose(0, 1))

  # The sum over the rows of weight d a'.
  def pulled(self, d: Tensor, weight: Tensor, a: Tensor) -> Tensor:
    return torch.matmul((d * weight.unsqueeze(1)).transpose(0, 1), a)
