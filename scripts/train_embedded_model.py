"""Train photoseek-4, which the model that ships begins with: two towers, and heads that join their spaces.

Each batch is N photo–caption pairs. The N×N cosine similarities of all with all are pushed towards the pairs that
belong together: by the symmetric cross-entropy of CLIP (Radford et al. 2021, §2.3 and figure 3), or by the
pairwise sigmoid loss of SigLIP (Zhai et al. 2023, §3.2). Then the photo tower's last stages learn with the heads,
in several runs; averaged weights are what ships. An hour on two cores, of which 45 minutes are those runs.

Examples:
  python scripts/train_embedded_model.py --data FLICKR8K --cache /tmp/features --output /tmp/photoseek-4
  python scripts/train_embedded_model.py --data FLICKR8K --cache /tmp/features --output /tmp/other --loss softmax
"""

import argparse
import copy
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from export_embedded_model import export
from features import captions
from heads import Heads, folded
from quantise import quantised_tower
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 (its usual name)
from towers import LAST_WIDTHS, Features, PhotoTower
from training_data import Named, Pairs, Rows, Towers, batch_of
from tuning import Tuned, TuningRecipe, tune

_CLASSES_A_BATCH = 128
_AVERAGING = 0.99
_SEED = 7


def softmax_loss(heads: Heads, photos: Tensor, texts: Tensor) -> Tensor:
    """Symmetric cross-entropy over the rows and the columns of (n, n) logits (CLIP)."""
    logits = (photos @ texts.T).float() * heads.log_scale.exp()
    pairs = torch.arange(len(logits))
    return (F.cross_entropy(logits, pairs) + F.cross_entropy(logits.T, pairs)) / 2


def sigmoid_loss(heads: Heads, photos: Tensor, texts: Tensor) -> Tensor:
    """Log-likelihood of each of the n·n pairs being one or not, on its own (SigLIP)."""
    logits = (photos @ texts.T).float() * heads.log_scale.exp() + heads.bias
    signs = 2 * torch.eye(len(logits)) - 1
    return -F.logsigmoid(signs * logits).sum() / len(logits)


LOSSES: dict[str, Callable[[Heads, Tensor, Tensor], Tensor]] = {
    "sigmoid": sigmoid_loss,
    "softmax": softmax_loss,
}


@dataclass(frozen=True)
class Recipe:
    """How heads are trained."""

    loss: str
    epochs: int
    batch: int  # pairs


def train(pairs: Pairs, named: list[Named], recipe: Recipe, widths: tuple[int, int]) -> Heads:
    """Return the averaged heads of the first so many features of photos and of texts."""
    torch.manual_seed(_SEED)
    rng = np.random.default_rng(_SEED)
    heads = Heads(pairs.photos, pairs.texts, widths)
    averaged = copy.deepcopy(heads).eval()
    steps_an_epoch = len(pairs.photos) // recipe.batch
    optimiser = torch.optim.AdamW(heads.parameters(), lr=1e-3, weight_decay=0.2, fused=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, 1e-3, total_steps=recipe.epochs * steps_an_epoch, pct_start=0.1
    )
    for epoch in range(recipe.epochs):
        order = rng.permutation(len(pairs.photos))
        for step in range(steps_an_epoch):
            rows = order[step * recipe.batch : (step + 1) * recipe.batch]
            drawn, texts = batch_of(pairs, rows, named, _CLASSES_A_BATCH, rng)
            photos = torch.from_numpy(np.concatenate([some.features() for some in drawn]))
            with torch.autocast("cpu", torch.bfloat16):
                value = LOSSES[recipe.loss](heads, heads.photo(photos), heads.text(torch.from_numpy(texts)))
            optimiser.zero_grad()
            torch.autograd.backward(value)
            optimiser.step()
            schedule.step()
            with torch.no_grad():
                for mine, theirs in zip(averaged.parameters(), heads.parameters(), strict=True):
                    mine.lerp_(theirs, 1 - _AVERAGING)
        print(f"epoch {epoch + 1}/{recipe.epochs}  loss {float(value):.3f}", end="\r", file=sys.stderr)
    return averaged


def recall(photos: Features, texts: Features, photo_of_text: Rows) -> dict[str, float]:
    """Share of texts whose own photo is among their nearest 1, 5 and 10, from unit vectors."""
    similarities = texts @ photos.T
    own = similarities[np.arange(len(texts)), photo_of_text]
    ranks = (similarities > own[:, np.newaxis]).sum(1)
    return {f"r@{k}": float((ranks < k).mean()) for k in (1, 5, 10)}


def fitted_scale(photos: Features, texts: Features, photo_of_text: Rows) -> float:
    """Find the inverse temperature that makes a softmax over photos likeliest to name the right one."""
    cosines = torch.from_numpy(texts @ photos.T)
    target = torch.from_numpy(photo_of_text)
    return float(
        min(np.arange(5, 60), key=lambda scale: float(F.cross_entropy(cosines * float(scale), target)))
    )


def main() -> None:
    """Train, export, and print what the validation split says of the result."""
    asked = _asked()
    paths = [asked.data / "images" / name for name in captions(asked.data, "train")]
    towers = Towers(quantised_tower(paths, asked.cache), asked.cache)
    pairs = towers.pairs(asked.data, "train", asked.views)
    named = [towers.classes(pairs.photos)]
    if asked.labelled:
        named.append(towers.labelled(asked.labelled, asked.views))
    recipe = Recipe(asked.loss, asked.epochs, asked.batch)
    # Earlier layers help most on photos like those of training, the last ones generalise best: both are used.
    all_widths = pairs.photos.shape[1], pairs.texts.shape[1]
    heads = [train(pairs, named, recipe, widths) for widths in (all_widths, LAST_WIDTHS)]
    if asked.tuning:
        begun = Tuned(PhotoTower().last_stages, heads)
        tuned = tune(begun, pairs, named, LOSSES[asked.loss], TuningRecipe(asked.tuning, asked.runs))
        weights = asked.cache / "tuned.pt"
        torch.save(tuned.stages.state_dict(), weights)
        towers = Towers(quantised_tower(paths, asked.cache, weights), asked.cache)
        heads, pairs = list(tuned.heads), towers.pairs(asked.data, "train")
    photo, text = folded(heads, torch.from_numpy(pairs.photos), torch.from_numpy(pairs.texts))
    unseen = towers.pairs(asked.data, "val")
    with torch.inference_mode():
        photos = photo(torch.from_numpy(unseen.photos)).numpy()
        texts = text(torch.from_numpy(unseen.texts)).numpy()
    scale = fitted_scale(photos, texts, unseen.photo_of_text)
    export(towers.photos, photo, text, scale, asked.output)
    found = recall(photos, texts, unseen.photo_of_text)
    print(json.dumps({"loss": asked.loss, "logit_scale": scale} | {k: round(v, 4) for k, v in found.items()}))


def _asked() -> argparse.Namespace:
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--data", type=Path, required=True, help="folder with images/ and captions.csv")
    arguments.add_argument(
        "--cache", type=Path, required=True, help="folder to keep the quantised tower and features in"
    )
    arguments.add_argument(
        "--labelled", type=Path, help="folder of photos in folders named by what they show"
    )
    arguments.add_argument("--loss", choices=sorted(LOSSES), default="sigmoid")
    arguments.add_argument("--epochs", type=int, default=100)
    arguments.add_argument(
        "--tuning", type=int, default=10, help="epochs in which the photo tower learns too, after the heads"
    )
    arguments.add_argument(
        "--runs", type=int, default=3, help="tunings from the same beginning, whose weights are averaged"
    )
    arguments.add_argument("--batch", type=int, default=512)
    arguments.add_argument("--views", type=int, default=8, help="random views of each training photo")
    arguments.add_argument("--output", type=Path, required=True, help="folder to write the model to")
    return arguments.parse_args()


if __name__ == "__main__":
    main()
