"""Tune the last stages of the photo tower, and the heads on them.

ImageNet's classes are what those stages were made for; captions tell more than classes do. They move slowly, and
are held near what they gave before (learning without forgetting, Li and Hoiem 2016, on features), for the captions
of a few thousand photos are not all that there is to see.
"""

import copy
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from heads import Heads
from torch import Tensor, nn
from towers import LastStages, features_of
from training_data import Drawn, Named, Pairs, batch_of

_TOWER_RATE, _HEAD_RATE = 3e-4, 3e-4
_HEAD_DECAY = 0.2
_BATCH = 256  # pairs
_CLASSES_A_BATCH = 96
_HELD = 0.5  # how much a tuned feature is held near what it was, a variance of it
_AVERAGING = 0.98
_AS_BEGUN = 0.3  # how far back the mean of the runs goes
_SEED = 7


@dataclass(frozen=True)
class TuningRecipe:
    """How long the photo tower is tuned, and how many times."""

    epochs: int
    runs: int


Loss = Callable[[Heads, Tensor, Tensor], Tensor]


@dataclass(frozen=True)
class Tuned:
    """The tower's last stages, and the heads on them."""

    stages: LastStages
    heads: Sequence[Heads]

    def weights(self) -> list[nn.Parameter]:
        """Return all, learning or not."""
        return [weight for module in (self.stages, *self.heads) for weight in module.parameters()]


def tune(begun: Tuned, pairs: Pairs, named: Sequence[Named], loss: Loss, recipe: TuningRecipe) -> Tuned:
    """Tune so many copies of trained stages and heads, each in another order of photos, and give their mean.

    Runs that begin alike end in one valley, whose middle is better than its sides (model soups, Wortsman et al.
    2022a); and part of the way back to where they began it is surer of what it finds (WiSE-FT, 2022b). Those of
    `named` without maps are used as they are.
    """
    runs = [_tuned(begun, pairs, named, loss, recipe.epochs, _SEED + run) for run in range(recipe.runs)]
    mean = copy.deepcopy(begun)
    with torch.no_grad():
        for weight, *theirs in zip(mean.weights(), *(run.weights() for run in runs), strict=True):
            weight.lerp_(torch.stack(theirs).mean(0), 1 - _AS_BEGUN)
    return mean


def _tuned(  # noqa: PLR0913 (what learns, what from, and how)
    begun: Tuned, pairs: Pairs, named: Sequence[Named], loss: Loss, epochs: int, seed: int
) -> Tuned:
    """Return the running average of stages and heads that learn together."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    learning = copy.deepcopy(begun)
    stages = learning.stages.eval().to(memory_format=torch.channels_last)
    heads = [head.train() for head in learning.heads]
    averaged = copy.deepcopy(learning)
    steps_an_epoch = len(pairs.photos) // _BATCH
    optimiser = torch.optim.AdamW(
        [
            {"params": stages.learning(), "weight_decay": 0.0},
            {
                "params": [weight for head in heads for weight in head.parameters()],
                "weight_decay": _HEAD_DECAY,
            },
        ],
        fused=True,
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, [_TOWER_RATE, _HEAD_RATE], total_steps=epochs * steps_an_epoch, pct_start=0.1
    )
    scale = torch.from_numpy(1 / (pairs.photos.std(0) + 1e-4))
    for step in range(epochs * steps_an_epoch):
        if step % steps_an_epoch == 0:
            order = rng.permutation(len(pairs.photos))
        rows = order[(start := step % steps_an_epoch * _BATCH) : start + _BATCH]
        drawn, text_rows = batch_of(pairs, rows, named, _CLASSES_A_BATCH, rng)
        photos, held = _seen_anew(stages, drawn, scale, rng)
        texts = torch.from_numpy(text_rows)
        with torch.autocast("cpu", torch.bfloat16):
            value = sum((loss(head, head.photo(photos), head.text(texts)) for head in heads), _HELD * held)
        optimiser.zero_grad()
        torch.autograd.backward(value)
        optimiser.step()
        schedule.step()
        # The first steps average few: what tuning began with would outlast a short run.
        share = 1 - min(_AVERAGING, (step + 1) / (step + 10))
        with torch.no_grad():
            for mine, theirs in zip(averaged.weights(), learning.weights(), strict=True):
                mine.lerp_(theirs, share)
        print(
            f"tuning: step {step + 1}/{schedule.total_steps}  loss {float(value):.3f}",
            end="\r",
            file=sys.stderr,
        )
    return Tuned(averaged.stages, [head.eval() for head in averaged.heads])


def _seen_anew(
    stages: LastStages, drawn: Sequence[Drawn], scale: Tensor, rng: np.random.Generator
) -> tuple[Tensor, Tensor]:
    """Return the features that the stages give now, and how far those that can change are from before."""
    features, moved = [], []
    for photos in drawn:
        before = torch.from_numpy(photos.features())
        maps = torch.from_numpy(photos.maps()).movedim(-1, 1)
        if not maps.shape[1]:
            features.append(before)
            continue
        mirrored = torch.from_numpy(rng.random(len(maps)) < 0.5)  # noqa: PLR2004 (every other one)
        maps[mirrored] = maps[mirrored].flip(3)
        with torch.autocast("cpu", torch.bfloat16):
            seen = stages(maps.to(torch.bfloat16).contiguous(memory_format=torch.channels_last))
        features.append(features_of([one.float() for one in seen], before))
        moved.append((features[-1] - before) * scale)
    return torch.cat(features), torch.cat(moved).square().mean()
