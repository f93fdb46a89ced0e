"""Moves a picture, step by step, until its vector is near that of words (Crowson et al. 2022, "VQGAN-CLIP")."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from torch import Tensor

from photoseek.embedder.imagining.canvas import Canvas
from photoseek.embedder.imagining.views import Views
from photoseek.embedder.preprocess import Pixels
from photoseek.embedder.protocol import Vectors

_AWAY = 0.5  # how much what is to be avoided counts
_OF_THE_LAST = 0.7  # how much the steps before count in what is shown and compared


@dataclass(frozen=True, slots=True)
class Wish:
    """Where a picture is to go: unit vectors of words, and of what it is not to show."""

    towards: Vectors
    away: Vectors | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """How far it is. Similarities are cosines with the words; a way that sees no picture yet leaves them out."""

    number: int  # from 1
    of: int
    similarity: float | None = None  # where steps are small, the mean over views and the last ones
    pixels: Callable[[], Pixels] | None = None  # (height, width, 3), of the best so far


@dataclass(frozen=True, slots=True)
class Steered:
    """The best picture, and how many steps were taken."""

    pixels: Pixels  # (height, width, 3)
    steps: int


OnStep = Callable[[Step], bool]  # returns whether to go on


def steer(  # noqa: PLR0913 (a picture, what looks at it and how, where to, and how long)
    canvas: Canvas,
    look: Callable[[Tensor], Tensor],
    views: Views,
    wish: Wish,
    steps: int,
    generator: torch.Generator,
    on_step: OnStep,
) -> Steered:
    """Move the picture for some steps, or until `on_step` says to stop."""
    towards = torch.from_numpy(wish.towards)
    away = None if wish.away is None else torch.from_numpy(wish.away)
    optimiser = torch.optim.Adam([*canvas.parameters()], lr=canvas.step_size)
    best: tuple[float, Tensor] | None = None
    shown: float | None = None
    compared: float | None = None
    for number in range(1, steps + 1):
        picture = canvas()
        vectors = look(views(picture, generator))
        near = vectors @ towards
        loss = -near.mean() if away is None else (_AWAY * (vectors @ away) - near).mean()
        shown = _smooth(shown, float(near.detach().mean()))
        compared = _smooth(compared, -float(loss.detach()))
        if best is None or compared >= best[0]:
            best = compared, picture.detach().clone()
        of_best = partial(_as_pixels, best[1])
        if not on_step(Step(number, steps, shown, of_best)) or number == steps:
            return Steered(of_best(), number)
        optimiser.zero_grad()
        torch.autograd.backward(loss)
        optimiser.step()
    raise ValueError("there is a step at least")


def _smooth(before: float | None, now: float) -> float:
    return now if before is None else _OF_THE_LAST * before + (1 - _OF_THE_LAST) * now


def _as_pixels(picture: Tensor) -> Pixels:
    pixels: Pixels = (picture[0].permute(1, 2, 0).clamp(0, 1) * 255).round().to(torch.uint8).numpy()
    return np.ascontiguousarray(pixels)
