"""A picture as the waves that it consists of, in colours that don't depend on each other.

Olah, Mordvintsev and Schubert (2017, "Feature Visualization", "Preconditioning and Parameterization"): steps
that are equally large for all waves and colours, as photos have them, make shapes where pixels would make noise.
"""

import torch
from torch import Tensor, nn

from photoseek.embedder.imagining.canvas import Canvas

# The square root of how the colours of ImageNet's photos vary together, from the authors' `lucid` (Apache 2.0).
_COLOURS = ((0.26, 0.09, 0.02), (0.27, 0.00, -0.05), (0.27, -0.09, 0.03))
_FIRST = 0.01  # standard deviation of the waves that a picture begins with
_GAIN = 4.0  # lucid's, with which a step of 0.05 changes what can be seen
_EXTREMES = 0.02  # of a photo to start from: the waves of pure black or white would have no end


class FourierPicture(Canvas):
    """A square picture to be moved: by default flat and grey, or a photo."""

    step_size = 0.05

    def __init__(self, size: int, generator: torch.Generator, start: Tensor | None = None) -> None:
        """Begin with noise, or at a photo of (1, 3, size, size) from 0 to 1."""
        super().__init__()
        self._size = size
        colours = torch.tensor(_COLOURS)
        self.colours: Tensor
        self.scale: Tensor
        self.register_buffer("colours", colours / colours.norm(dim=0).max())
        lengths = (
            torch.fft.fftfreq(size).view(-1, 1).square() + torch.fft.rfftfreq(size).view(1, -1).square()
        ).sqrt()
        # Short waves are as much smaller than long ones as they are in photos.
        self.register_buffer("scale", 1 / lengths.clamp(min=1 / size))
        if start is None:
            waves = torch.randn((3, *lengths.shape, 2), generator=generator) * _FIRST
        else:
            values = torch.logit(start[0].clamp(_EXTREMES, 1 - _EXTREMES))
            apart = torch.einsum("ij,jhw->ihw", torch.linalg.inv(self.colours), values)
            waves = torch.view_as_real(torch.fft.rfft2(apart, norm="ortho") * _GAIN / self.scale)
        self.waves = nn.Parameter(waves.contiguous())

    def forward(self) -> Tensor:
        """Return the picture as (1, 3, size, size), from 0 to 1."""
        waves = torch.view_as_complex(self.waves) * self.scale / _GAIN
        values = torch.fft.irfft2(waves, s=(self._size, self._size), norm="ortho")
        return torch.einsum("ij,jhw->ihw", self.colours, values).sigmoid().unsqueeze(0)
