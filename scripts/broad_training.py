"""Both sides learn from captioned and from named photos, beginning with the heads of the model before."""

import copy
import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from broad_data import SETS, Captioned, Labelled
from broad_heads import Side
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 (its usual name)
from towers import Features

_BATCH = 352  # captioned photos
_NAMES_A_BATCH = 240
_RATE = 3e-4
_DECAY = 0.2
_AVERAGING = 0.98
_SEED = 7


@dataclass(frozen=True)
class Recipe:
    """How long heads learn, and how far back towards their beginning their mean goes (WiSE-FT)."""

    epochs: int
    as_begun: float


def train(
    photo: Side, text: Side, captioned: Sequence[Captioned], named: Labelled | None, recipe: Recipe
) -> tuple[Side, Side]:
    """Return the running averages of both sides."""
    torch.manual_seed(_SEED)
    rng = np.random.default_rng(_SEED)
    begun = photo, text
    learning = copy.deepcopy(photo).train(), copy.deepcopy(text).train()
    averaged = copy.deepcopy(photo).eval(), copy.deepcopy(text).eval()
    log_scale = nn.Parameter(torch.tensor(math.log(20.0)))
    bias = nn.Parameter(torch.tensor(-10.0))
    weights = [weight for weight in _weights(learning) if weight.requires_grad]
    photos = np.concatenate(
        [
            np.stack([np.full(len(rows), number), rows], axis=1)
            for number, some in enumerate(captioned)
            for rows in [np.arange(len(some.views[0]))] * SETS[some.name]
        ]
    )
    texts_of = [some.texts_of() for some in captioned]
    steps_an_epoch = len(photos) // _BATCH
    optimiser = torch.optim.AdamW(
        [{"params": weights, "weight_decay": _DECAY}, {"params": [log_scale, bias], "weight_decay": 0.0}],
        lr=_RATE,
        fused=True,
    )
    steps = recipe.epochs * steps_an_epoch
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, _RATE, total_steps=steps, pct_start=0.15)
    for step in range(steps):
        if step % steps_an_epoch == 0:
            order = rng.permutation(len(photos))
        # No photo twice in a batch: it would be its own wrong answer.
        drawn = np.unique(photos[order[(at := step % steps_an_epoch * _BATCH) : at + _BATCH]], axis=0)
        shown = [_in_some_view(captioned[number].views, row, rng) for number, row in drawn]
        texts = [captioned[number].texts[rng.choice(texts_of[number][row])] for number, row in drawn]
        if named is not None:
            some_shown, some_texts = _some_named(named, rng)
            shown, texts = [*shown, *some_shown], [*texts, *some_texts]
        cosines = (
            learning[0](torch.from_numpy(np.stack(shown))) @ learning[1](torch.from_numpy(np.stack(texts))).T
        )
        loss = _sigmoid_loss(cosines * log_scale.exp() + bias)
        optimiser.zero_grad()
        torch.autograd.backward(loss)
        optimiser.step()
        schedule.step()
        # The first steps average few: what training began with would outlast a short run.
        share = 1 - min(_AVERAGING, (step + 1) / (step + 10))
        with torch.no_grad():
            for mine, theirs in zip(_weights(averaged), _weights(learning), strict=True):
                mine.lerp_(theirs, share)
        if step % 10 == 0:
            print(f"step {step}/{steps}  loss {float(loss):.3f}", end="\r", file=sys.stderr)
    with torch.no_grad():
        for mine, before in zip(_weights(averaged), _weights(begun), strict=True):
            mine.lerp_(before, recipe.as_begun)
    return averaged


def _weights(sides: tuple[Side, Side]) -> list[nn.Parameter]:
    return [weight for side in sides for weight in side.parameters()]


def _sigmoid_loss(logits: Tensor) -> Tensor:
    """Log-likelihood of each of the n·n pairs being one or not, on its own (SigLIP)."""
    signs = 2 * torch.eye(len(logits)) - 1
    return -F.logsigmoid(signs * logits).sum() / len(logits)


def _some_named(named: Labelled, rng: np.random.Generator) -> tuple[list[Features], list[Features]]:
    """Draw a photo and a phrase of each of some names."""
    names = np.unique(named.name_of_photo)
    chosen = rng.choice(names, min(_NAMES_A_BATCH, len(names)), replace=False)
    rows = [rng.choice(np.flatnonzero(named.name_of_photo == name)) for name in chosen]
    phrases = rng.integers(0, len(named.phrased), len(chosen))
    shown = [_in_some_view(named.views, row, rng) for row in rows]
    return shown, [named.phrased[phrase, name] for phrase, name in zip(phrases, chosen, strict=True)]


def _in_some_view(views: Sequence[Features], row: int, rng: np.random.Generator) -> Features:
    one: Features = views[int(rng.integers(len(views)))][row]
    return one
