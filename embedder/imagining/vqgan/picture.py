"""A picture as a VQGAN's codes, to be moved towards words (Crowson et al. 2022, "VQGAN-CLIP")."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from photoseek.embedder.imagining.canvas import Canvas
from photoseek.embedder.imagining.vqgan.network import Vqgan, straight_through


class CodesPicture(Canvas):
    """A square picture drawn from codes; what is moved lies between them."""

    step_size = 0.1

    def __init__(
        self, network: Vqgan, size: int, generator: torch.Generator, start: Tensor | None = None
    ) -> None:
        """Begin with random codes, or those of a photo of (1, 3, size, size) from 0 to 1."""
        super().__init__()
        self._network, self._size = network, size
        shape = network.shape
        side = -(-size // shape.factor)
        if start is None:
            codes = torch.randint(shape.n_embed, (1, side, side), generator=generator)
            z = functional.embedding(codes, network.quantize.embedding.weight).movedim(-1, 1)
        else:
            over = side * shape.factor - size
            padded = functional.pad(start, (0, over, 0, over), mode="replicate")
            with torch.no_grad():
                z = network.encoded(padded * 2 - 1)
        self.z = nn.Parameter(z.detach().clone())

    def forward(self) -> Tensor:
        """Return the picture as (1, 3, size, size), from 0 to 1."""
        z = straight_through(self.z, self._network.nearest(self.z)[0])
        drawn = (self._network.drawn(z)[:, :, : self._size, : self._size] + 1) / 2
        # Cut off forwards only: a pixel that is too bright must find its way back.
        return drawn + (drawn.clamp(0, 1) - drawn).detach()
