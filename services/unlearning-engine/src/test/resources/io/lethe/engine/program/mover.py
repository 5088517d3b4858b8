class Mover(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  # Shape and type without values.
  def away(self, x: Tensor) -> Tensor:
    return torch.empty_like(x, device=torch.device("meta"))
