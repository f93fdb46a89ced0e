"""What the embedded model learns from: captioned photos, and photos and classes with a name."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from evaluate_labels import is_for_training, name_of
from features import Maps, Seen, cached_text_features, captions, photo_features
from numpy.typing import NDArray
from open_clip.zero_shot_metadata import IMAGENET_CLASSNAMES
from towers import Features, PhotoTower

# What a class or a label is called in training: a person says it in more ways than one.
PHRASES = (
    "{}",
    "a {}",
    "a photo of a {}",
    "a photo of the {}",
    "a close-up of a {}",
    "there is a {} here",
    "a {} outdoors",
)

_RANDOM_VIEWS = 0.8  # share of the photos in a batch that are seen as a random view
_RIDGE = 0.3  # of the mean variance of a feature

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Drawn:
    """Photos of a batch, each in one view."""

    views: list[Seen]
    rows: Rows

    def features(self) -> Features:
        """Return (n, 2912) features."""
        return np.stack([view.features[row] for view, row in zip(self.views, self.rows, strict=True)])

    def maps(self) -> Maps:
        """Return (n, 16, 16, 120) maps."""
        return np.stack([view.maps[row] for view, row in zip(self.views, self.rows, strict=True)])


@dataclass(frozen=True)
class Pairs:
    """Features of photos and of their captions, and which belong together."""

    views: tuple[Seen, ...]  # the photos as they are, then random views of them
    texts: Features  # (t, 1536)
    photo_of_text: Rows  # (t,) row of a view

    @property
    def photos(self) -> Features:
        """Return the features of the photos as they are."""
        return self.views[0].features

    def one_each(self, rng: np.random.Generator, rows: Rows) -> tuple[Drawn, Features]:
        """Draw a view and a caption of each of some photos."""
        chosen = np.array([rng.choice(self._captions_of_each[row]) for row in rows])
        return _in_some_view(self.views, rows, rng), self.texts[chosen]

    @cached_property
    def _captions_of_each(self) -> list[Rows]:
        return np.split(np.arange(len(self.texts)), np.flatnonzero(np.diff(self.photo_of_text)) + 1)


@dataclass(frozen=True)
class Named:
    """Features of photos that show one thing each, and of its name in several phrases."""

    views: tuple[Seen, ...]
    names: Features  # (phrases, n, 1536)
    name_of_photo: Rows  # (p,) column of names

    def one_each(self, rng: np.random.Generator, most: int) -> tuple[Drawn, Features]:
        """Draw a photo and a phrase for at most so many of the names, no name twice."""
        count = self.names.shape[1]
        drawn = rng.choice(count, min(most, count), replace=False)
        rows = [rng.choice(np.flatnonzero(self.name_of_photo == name)) for name in drawn]
        texts = self.names[rng.integers(0, len(self.names), len(drawn)), drawn]
        return _in_some_view(self.views, np.array(rows), rng), texts


def batch_of(
    pairs: Pairs, rows: Rows, named: Sequence[Named], most: int, rng: np.random.Generator
) -> tuple[list[Drawn], Features]:
    """Draw photos and their texts, those of captioned ones at `rows` first; of each of `named` `most` at most."""
    photos, texts = zip(
        pairs.one_each(rng, rows), *(of_kind.one_each(rng, most) for of_kind in named), strict=True
    )
    return list(photos), np.concatenate(texts)


@dataclass(frozen=True)
class Towers:
    """Where features come from: the quantised photo tower, and a folder that keeps what was computed."""

    photos: Path
    cache: Path

    def pairs(self, data: Path, split: str, views: int = 0) -> Pairs:
        """Read or compute the features of one split, with so many random views of each photo."""
        texts_of = captions(data, split)
        paths = [data / "images" / name for name in texts_of]
        texts = cached_text_features(
            [text for of_photo in texts_of.values() for text in of_photo], self.cache
        )
        photo_of_text = np.repeat(np.arange(len(texts_of)), [len(of_photo) for of_photo in texts_of.values()])
        return Pairs(self._views(paths, views), texts, photo_of_text)

    def labelled(self, folder: Path, views: int) -> Named:
        """Take the half of a folder's photos that evaluation leaves alone, each named by the folder it is in."""
        paths = [path for path in sorted(folder.rglob("*.*")) if is_for_training(path)]
        names = sorted({path.parent.name for path in paths})
        name_of_photo = np.array([names.index(path.parent.name) for path in paths])
        return Named(
            self._views(paths, views), self._phrased([name_of(Path(name)) for name in names]), name_of_photo
        )

    def classes(self, photos: Features) -> Named:
        """Make a pseudo-photo of each class that the photo tower was trained to name.

        A class's weights are the direction in which the last stage moves as a photo shows more of it; the
        earlier ones are given what `photos` with such a last stage have there, by ridge regression.
        """
        weights = PhotoTower().class_weights.numpy()
        directions = weights - weights.mean(0)
        directions /= np.linalg.norm(directions, axis=1, keepdims=True)
        middle = photos.mean(0)
        last, earlier = np.split(photos - middle, [weights.shape[1]], axis=1)
        pseudo = np.linalg.norm(last, axis=1).mean() * directions
        squares = last.T @ last
        squares += np.eye(len(squares)) * (_RIDGE * squares.trace() / len(squares))
        pseudo = np.concatenate([pseudo, pseudo @ np.linalg.solve(squares, last.T @ earlier)], axis=1)
        named = self._phrased(IMAGENET_CLASSNAMES)
        nowhere = np.empty((len(pseudo), 0), np.float16)  # a pseudo-photo has no map
        return Named((Seen((middle + pseudo).astype(np.float32), nowhere),), named, np.arange(len(pseudo)))

    def _views(self, paths: list[Path], views: int) -> tuple[Seen, ...]:
        return tuple(photo_features(paths, self.photos, self.cache, view) for view in range(views + 1))

    def _phrased(self, names: list[str]) -> Features:
        texts_of = [phrase.format(name) for phrase in PHRASES for name in names]
        return cached_text_features(texts_of, self.cache).reshape(len(PHRASES), len(names), -1)


def _in_some_view(views: tuple[Seen, ...], rows: Rows, rng: np.random.Generator) -> Drawn:
    """Draw a view of each of some photos, mostly a random one, if there are any."""
    view = rng.integers(1, len(views), len(rows)) if len(views) > 1 else np.zeros(len(rows), np.int64)
    view[rng.random(len(rows)) >= _RANDOM_VIEWS] = 0
    return Drawn([views[v] for v in view], rows)
