"""What is moved towards words, step by step, under the model's own photo tower."""

from collections.abc import Callable

import torch
from torch import Tensor

from photoseek.embedder.imagining.canvas import Canvas
from photoseek.embedder.imagining.steering import Wish, steer
from photoseek.embedder.imagining.tower import open_tower
from photoseek.embedder.imagining.views import Views
from photoseek.embedder.imagining.ways.work import Drawn, Work, resized

_STEPS = 60
_WHOLE_PIXELS = 255


def moved(work: Work, begun: Callable[[torch.Generator, Tensor | None], Canvas]) -> Drawn:
    """Move what `begun` gives for a photo to start from, or none."""
    request = work.request
    negative = work.embedder.embed_question(request.negative) if request.negative else None
    wish = Wish(work.towards, negative)
    tower = open_tower(work.source)
    generator = torch.Generator().manual_seed(request.seed)
    start = None
    if request.start is not None:  # as (1, 3, size, size) from 0 to 1
        square = torch.from_numpy(resized(request.start, request.size).copy()).float() / _WHOLE_PIXELS
        start = square.permute(2, 0, 1).unsqueeze(0)
    canvas = begun(generator, start)
    views = Views(request.crops, tower.size)
    steered = steer(canvas, tower, views, wish, request.steps or _STEPS, generator, work.on_step)
    return Drawn(steered.pixels, steered.steps)
