#!/usr/bin/env python3
"""Does it help to move a text's vector to where photos lie, by a prior as DALL·E 2 has (Ramesh et al. 2022)?

`scripts/train_prior.py --shared DATA --cache FOLDER` trains a small network from a text's vector to its photo's,
by the model that ships, on the pairs of the split train of `flickr8k/`, `scenes/` and `world/`. It learns in two
ways: as in the paper by the distance to the photo's vector, and by telling that from those of other photos. How
long, and how far texts are moved, is chosen on scenes val. Then R@1, R@5 and R@10 are printed of that, of flickr8k
val and of world val, with texts as they are and moved. `--out FILE` keeps the paper's network, after the last
pass, for `evaluate_imagine.py --prior`, which aims at where it moves the words.

Vectors are computed once, some minutes on two cores, and kept in the cache.
"""

from __future__ import annotations

import argparse
import copy
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import environment
import numpy as np
from caption_sets import descriptions
from environment import say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray
    from prior import Prior
    from torch import Tensor, nn

    from photoseek.embedder import Embedder, Vectors

_SETS = ("flickr8k", "scenes", "world")
_CHOSEN_ON = "scenes"
_CUTS = (1, 5, 10)
_SHARES = (0.125, 0.25, 0.5, 0.75, 1.0)  # of the way to where the network moves a text
_LOSSES = ("distance", "contrast")
_SHARPNESS = 30.0  # of the softmax over photos
_PASSES = 12
_BATCH = 512
_PHOTOS_AT_ONCE = 16
_TEXTS_AT_ONCE = 64
_SAY_EVERY = 1000


@dataclass(frozen=True, slots=True)
class Pairs:
    """Vectors of photos and of their texts."""

    photos: Vectors  # (p, dimension)
    texts: Vectors  # (t, dimension)
    photo_of_text: NDArray[np.int64]  # (t,)


def main() -> None:
    """Train, choose, and print what was found."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--shared", type=Path, required=True, help="folder of flickr8k/, scenes/ and world/, or some of them"
    )
    parser.add_argument("--cache", type=Path, required=True, help="keep vectors here")
    parser.add_argument("--out", type=Path, help="keep the network here")
    parser.add_argument("--passes", type=int, default=_PASSES, help="over all pairs (default: %(default)s)")
    typed = parser.parse_args()
    environment.enter()
    from prior import Prior

    from photoseek.embedder import EMBEDDED, ModelSource, open_embedder

    typed.cache.mkdir(parents=True, exist_ok=True)
    embedder = open_embedder(ModelSource(EMBEDDED.name), typed.cache / "compiled")
    names = [name for name in _SETS if (typed.shared / name).exists()]
    seen = {
        (name, split): read_pairs(typed.shared / name, split, embedder, typed.cache)
        for name in names
        for split in ("train", "val")
    }
    learnt = joined([seen[name, "train"] for name in names])
    say(f"{len(learnt.photos)} photos and {len(learnt.texts)} texts to learn from")
    networks = {}
    for loss in _LOSSES:
        networks[loss] = trained(learnt, loss, typed.passes)
        if typed.out and loss == "distance":
            from train_vqgan import written

            written(typed.out, networks[loss][-1].state_dict())
    best = chosen(networks, seen[_CHOSEN_ON, "val"])
    print(f"chosen on {_CHOSEN_ON} val: {best.about}")
    for name in names:
        held = seen[name, "val"]
        plain, moved = (shown(recalls(held, texts)) for texts in (held.texts, best.moved(held.texts)))
        whole = {loss: Prior(after[-1], 1.0).moved(held.texts) for loss, after in networks.items()}
        wholly = ", ".join(f"{loss} {shown(recalls(held, texts))}" for loss, texts in whole.items())
        print(
            f"{name} val, R@1, R@5, R@10: texts as they are {plain}, moved {moved}; all the way after the last "
            f"pass, by {wholly}"
        )


def chosen(networks: Mapping[str, Sequence[nn.Module]], held: Pairs) -> Prior:
    """Return the network, of those after each pass by each loss, and the share that find most of `held`."""
    from prior import Prior

    best: tuple[float, Prior] | None = None
    for loss, after in networks.items():
        for number, network in enumerate(after, 1):
            for share in _SHARES:
                prior = Prior(
                    network, share, f"{loss}, {number} of {len(after)} passes, {share:.1%} of the way"
                )
                found = float(np.mean(recalls(held, prior.moved(held.texts))))
                if best is None or found > best[0]:
                    best = found, prior
    assert best is not None  # noqa: S101 (there is a pass at least)
    return best[1]


def trained(pairs: Pairs, loss: str, passes: int) -> Sequence[nn.Module]:
    """Return the network after each pass."""
    import torch
    from prior import Network
    from torch.nn import functional

    torch.manual_seed(0)
    network = Network(pairs.texts.shape[1])
    way = torch.optim.AdamW(network.parameters(), lr=5e-4, weight_decay=0.1)
    texts, photos = torch.from_numpy(pairs.texts), torch.from_numpy(pairs.photos)
    photo_of_text = torch.from_numpy(pairs.photo_of_text)
    after = []
    for number in range(passes):
        network.train()
        for rows in torch.split(torch.randperm(len(texts)), _BATCH):
            own = photos[photo_of_text[rows]]
            moved = network(texts[rows])
            if loss == "distance":
                value = (moved - own).square().sum(1).mean()
            else:
                cosines = functional.normalize(moved) @ own.T
                value = functional.cross_entropy(cosines * _SHARPNESS, _same_photo(photo_of_text[rows]))
            way.zero_grad()
            torch.autograd.backward(value)
            way.step()
        say(f"{loss}, pass {number + 1} of {passes}: {float(value.detach()):.4f}")
        after.append(copy.deepcopy(network).eval())
    return after


def _same_photo(rows: Tensor) -> Tensor:
    """Return what each text's row of cosines is to be: as much for its photo however often that is there."""
    same = (rows[:, None] == rows).float()
    return same / same.sum(1, keepdim=True)


def recalls(pairs: Pairs, texts: Vectors) -> list[float]:
    """Return the share of texts whose photo is among the nearest 1, 5 and 10."""
    cosines = texts @ pairs.photos.T
    own = cosines[np.arange(len(texts)), pairs.photo_of_text]
    before = (cosines > own[:, None]).sum(axis=1)
    return [float((before < cut).mean()) for cut in _CUTS]


def shown(figures: list[float]) -> str:
    """Return figures side by side."""
    return " ".join(f"{figure:.4f}" for figure in figures)


def joined(parts: list[Pairs]) -> Pairs:
    """Return several sets as one."""
    starts = np.cumsum([0, *(len(part.photos) for part in parts[:-1])])
    rows = [part.photo_of_text + start for part, start in zip(parts, starts, strict=True)]
    return Pairs(
        np.concatenate([part.photos for part in parts]),
        np.concatenate([part.texts for part in parts]),
        np.concatenate(rows),
    )


def read_pairs(data: Path, split: str, embedder: Embedder, cache: Path) -> Pairs:
    """Return the vectors of a split's photos and captions."""
    from photoseek.storage import replaced_whole

    kept = cache / f"{data.name}-{split}.npz"
    if not kept.exists():
        said = descriptions(data, split)
        if data.name == "world":  # whose descriptions begin with the caption
            said = {name: texts[:1] for name, texts in said.items()}
        texts = [text for of_photo in said.values() for text in of_photo]
        photos = _photos_embedded([data / "images" / name for name in said], embedder)
        embedded = [
            embedder.embed_texts(texts[at : at + _TEXTS_AT_ONCE])
            for at in range(0, len(texts), _TEXTS_AT_ONCE)
        ]
        with replaced_whole(kept) as part, part.open("wb") as file:
            np.savez(
                file,
                photos=photos,
                texts=np.concatenate(embedded),
                photo_of_text=np.repeat(np.arange(len(said)), [*map(len, said.values())]),
            )
    with np.load(kept) as file:
        return Pairs(file["photos"], file["texts"], file["photo_of_text"])


def _photos_embedded(paths: list[Path], embedder: Embedder) -> Vectors:
    from PIL import Image

    found = []
    for at in range(0, len(paths), _PHOTOS_AT_ONCE):
        seen = []
        for path in paths[at : at + _PHOTOS_AT_ONCE]:
            with Image.open(path) as photo:
                seen.append(embedder.facts.preprocess(photo.convert("RGB")))
        found.append(embedder.embed_photos(np.stack(seen)))
        if at // _SAY_EVERY != (at + _PHOTOS_AT_ONCE) // _SAY_EVERY:
            say(f"{paths[0].parent.parent.name}: {at} of {len(paths)} photos embedded")
    return np.concatenate(found)


if __name__ == "__main__":
    main()
