
  # What the layers of every family are made of: it follows a family's text, inside the same class.

  # w: frozen weights by Hugging Face name. lora: LoRA tensors by the same names; "_" holds their scaling.
  # A projection is adapted if and only if its lora_A is there.
  def project(self, x: Tensor, name: str, w: Dict[str, Tensor], lora: Dict[str, Tensor]) -> Tensor:
    bias = name + ".bias"
    rows = x.reshape([-1, x.size(-1)])
    if bias in w:
      y = torch.linear(rows, w[name + ".weight"], w[bias])
    else:
      y = torch.linear(rows, w[name + ".weight"])
    if name + ".lora_A.weight" in lora:
      # Added by the product itself: a sum of its own would read and write all of y once more.
      y = y.addmm_(self.narrowed(rows, name, lora), self.lora_up(name, lora).transpose(0, 1))
    return y.view(x.size()[:-1] + [y.size(1)])

  # What a projection's LoRA tensors add to it.
  def lora_of(self, x: Tensor, name: str, lora: Dict[str, Tensor]) -> Tensor:
    return torch.linear(self.narrowed(x, name, lora), self.lora_up(name, lora))

  def lora_up(self, name: str, lora: Dict[str, Tensor]) -> Tensor:
    up = lora[name + ".lora_B.weight"]
    if self.half:
      up = up.to(15)
    return up

  # x at the narrow end of a projection's LoRA tensors, where the scaling costs least.
  def narrowed(self, x: Tensor, name: str, lora: Dict[str, Tensor]) -> Tensor:
    down = lora[name + ".lora_A.weight"]
    if "_dropout" in lora:
      # Only what a training step computes with requires gradients, so that answers never miss an input.
      if down.requires_grad or lora[name + ".lora_B.weight"].requires_grad:
        x = self.dropped(x, lora["_dropout"], lora["_draws"])
    if self.half:
      down = down.to(15)
    return torch.linear(x, down) * lora["_"].to(down.dtype)

  # x with a share of its values left out and the others made up for it. Which ones follows from `draws` alone, which counts on:
  # the bits of a number are mixed until they look random (splitmix64), since a generator would be everybody's.
  def dropped(self, x: Tensor, share: Tensor, draws: Tensor) -> Tensor:
    draws.add_(1)
    z = torch.arange(x.numel(), dtype=4, device=x.device).view(x.size()) + draws * 4294967311
    z = z * -7046029254386353131
    z = torch.bitwise_xor(z, torch.bitwise_right_shift(z, 30)) * -4658895280553007687
    z = torch.bitwise_xor(z, torch.bitwise_right_shift(z, 27)) * -7723592293110705685
    z = torch.bitwise_and(torch.bitwise_xor(z, torch.bitwise_right_shift(z, 31)), 16777215)
    kept = torch.ge(z.to(6), share * 16777216.).to(x.dtype)
    return x * kept * (1. / (1. - share)).to(x.dtype)

  # [batch, tokens, heads * head width] -> [batch, heads, tokens, head width].
  def split_heads(self, x: Tensor, heads: int) -> Tensor:
    return x.view([x.size(0), x.size(1), heads, -1]).transpose(1, 2)

  # q, k, v: [batch, heads, tokens, head width] -> [batch, tokens of q, heads * head width].
  def attend(self, q: Tensor, k: Tensor, v: Tensor, bias: Tensor, scale: float) -> Tensor:
    if self.widened:
      # The bf16 flash backward is slow on CPU.
      q = q.to(6)
      k = k.to(6)
      v = v.to(6)
    z = torch.scaled_dot_product_attention(q, k, v, bias.to(q.dtype), 0., False, scale=scale)
    z = z.transpose(1, 2).reshape([q.size(0), q.size(2), -1])
    if self.widened:
      z = z.to(15)
    return z

  # mask: [batch, tokens], 1 for a token and 0 for padding -> [batch, 1, 1, tokens], 0 or minus a lot.
  def bias_of(self, mask: Tensor) -> Tensor:
    return (mask.to(6) - 1.).unsqueeze(1).unsqueeze(1) * 1e30

  # x: [batch, tokens, width], at: [batch] -> [batch, 1, width].
  def at_places(self, x: Tensor, at: Tensor) -> Tensor:
    return torch.gather(x, 1, at.view([-1, 1, 1]).expand([x.size(0), 1, x.size(2)]))

  # h: [batch, width], words: [vocabulary, width] -> logits [batch, 2] of no and yes, no other row being multiplied.
  def answers_of(self, h: Tensor, words: Tensor) -> Tensor:
    answers = torch.stack([torch.select(words, 0, self.no), torch.select(words, 0, self.yes)])
    return torch.linear(h, answers)

  # a where x is. From the processor's memory to a GPU it goes by way of pinned memory, so that nothing waits for it.
  def beside(self, a: Tensor, x: Tensor) -> Tensor:
    if x.is_cuda and not a.is_cuda:
      a = a.pin_memory().to(x.device, a.dtype, True)
    return a

  # Everything at once: a prompt, and where its answer is read -> logits [batch, 2].
  def answer(self, ids: Tensor, mask: Tensor, at: Tensor, w: Dict[str, Tensor], lora: Dict[str, Tensor]) -> Tensor:
    x = self.embed(ids, w)
    return self.upper(x, mask, at, 0, w, lora)

  # The same from kept outputs of `lower`.
  def answer_from(self, x: Tensor, mask: Tensor, at: Tensor, split: Tensor, w: Dict[str, Tensor], lora: Dict[str, Tensor]) -> Tensor:
    return self.upper(x, self.beside(mask, x), self.beside(at, x), int(split), w, lora)
