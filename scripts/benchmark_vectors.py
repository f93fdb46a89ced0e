"""A library of photos that never were, for measuring search at sizes that nobody waits to embed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
from sqlalchemy import insert, update

from photoseek.embedder import EMBEDDED
from photoseek.storage import Stamp
from photoseek.storage.schema import tables
from photoseek.storage.schema.sqlite.file import engine_for

if TYPE_CHECKING:
    from pathlib import Path

    from photoseek.storage import Library, VectorIndex
    from photoseek.storage.rows.vectors import Matrix

_A_TIME = 10_000
_SHAPES = ((4000, 3000), (3000, 4000), (6000, 4000))  # pixels
_LONG_AGO = "2000-01-01T00:00:00+00:00"
# Chosen so that the vectors lie as 7,091 photos of Flickr8k do in the shipped model's space: how near the nearest
# and the tenth nearest of 7,091 are.
_SCENES = 5000
_OF_SCENE = 0.7  # of a photo's variance
_DECAY = 0.7  # of the standard deviations from direction to direction, as a power
_QUESTION_NOISE = 1.5  # its length; a question in words lies that far from the photo that it describes


def fill(
    library: Library,
    vectors: Iterable[Matrix],
    model_name: str = EMBEDDED.name,
    folder: Path | None = None,
    *,
    dated: bool = False,
) -> None:
    """Return a library without photos some with these (n, dimension) vectors of a model, and its index files.

    In `folder`, if given, lies an empty file for each, as the library knows it. If `dated`, they were taken over
    twenty years, in three shapes.
    """
    with library.catalog.write() as transaction:
        root = transaction.roots.add("/synthetic" if folder is None else str(folder))
        model = transaction.models.named(model_name) or transaction.models.add(
            model_name, EMBEDDED.dimension, None
        )
        transaction.models.use(model)
    engine = engine_for(library.catalog.path)
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        raised = update(tables.library).values(revision=tables.library.c.revision + 1)
        revision = connection.execute(raised.returning(tables.library.c.revision)).scalar_one()
        first = 1
        for portion in vectors:
            numbers = range(first, first + len(portion))
            data = portion.astype("<f2")
            # Past the questions of storage: one by one takes minutes.
            connection.execute(insert(tables.photo), [_photo(number, dated=dated) for number in numbers])
            connection.execute(
                insert(tables.file), [_file(number, root.root_id, folder) for number in numbers]
            )
            connection.exec_driver_sql(
                "INSERT INTO photo_vector (model_id, photo_id, revision, data) VALUES (?, ?, ?, ?)",
                [
                    (model.model_id, number, revision, row.tobytes())
                    for number, row in zip(numbers, data, strict=True)
                ],
            )
            first += len(portion)
    engine.dispose()
    library.save_index(always=True)


def photos_vectors(count: int, dimension: int = EMBEDDED.dimension) -> Iterator[Matrix]:
    """Yield `count` vectors as real photos have them, some at a time; the same ones each time."""
    space = _Space(dimension)
    for first in range(0, count, _A_TIME):
        yield space.photos(min(_A_TIME, count - first))


def questions(count: int, dimension: int = EMBEDDED.dimension, seed: int = 1) -> Iterator[Matrix]:
    """Yield (dimension,) vectors as questions in words have them, unit length, about no photo of the library.

    With another seed, other questions: what was chosen on some is judged by others.
    """
    space = _Space(dimension)
    space.rng = np.random.default_rng(seed)
    noise = _unit(space.rng.standard_normal((count, dimension), np.float32))
    yield from _unit(space.photos(count) + _QUESTION_NOISE * noise)


def exact_neighbours(index: VectorIndex, asked: Matrix, count: int) -> list[set[int]]:
    """Return the photo ids of the nearest of each (n, dimension) question, by comparing it with every vector."""
    ids, similarities = np.empty((len(asked), 0), np.int64), np.empty((len(asked), 0), np.float32)
    for photo_ids, vectors in index.contents():
        for first in range(0, len(photo_ids), _A_TIME):
            some = slice(first, first + _A_TIME)
            found = asked @ vectors[some].astype(np.float32).T
            similarities = np.hstack([similarities, found])
            ids = np.hstack([ids, np.broadcast_to(photo_ids[some], found.shape)])
            best = np.argsort(-similarities, axis=1)[:, :count]
            similarities = np.take_along_axis(similarities, best, axis=1)
            ids = np.take_along_axis(ids, best, axis=1)
    return [set(row.tolist()) for row in ids]


class _Space:
    """Scenes, and photos around each, along directions that matter less and less."""

    def __init__(self, dimension: int) -> None:
        self.rng = np.random.default_rng(0)
        deviations = np.arange(1, dimension + 1, dtype=np.float32) ** -_DECAY
        turned, _ = np.linalg.qr(self.rng.standard_normal((dimension, dimension), np.float32))
        self._axes = (turned * deviations).T
        self._scenes = self._around(_SCENES)

    def photos(self, count: int) -> Matrix:
        scenes = self._scenes[self.rng.integers(0, len(self._scenes), count)]
        return _unit(np.sqrt(_OF_SCENE) * scenes + np.sqrt(1 - _OF_SCENE) * self._around(count))

    def _around(self, count: int) -> Matrix:
        made: Matrix = self.rng.standard_normal((count, len(self._axes)), np.float32) @ self._axes
        return made


def _photo(number: int, *, dated: bool) -> dict[str, Any]:
    content = number.to_bytes(16, "big")
    rng = np.random.default_rng(number) if dated else None
    width, height = _SHAPES[number % len(_SHAPES)] if dated else _SHAPES[0]
    return {
        "id": number,
        "content_hash": content,
        "pixel_hash": content,
        "width": width,
        "height": height,
        "taken_at": _taken_at(number) if dated else None,
        "look": None if rng is None else rng.bytes(64),
        "format": "JPEG",
        "added_at": _LONG_AGO,
    }


def _taken_at(number: int) -> str:
    """Return a moment of twenty years; photos whose numbers follow each other are minutes apart."""
    minutes = number * 105  # 100,000 of them are twenty years
    return (datetime(2004, 1, 1) + timedelta(minutes=minutes)).isoformat(timespec="seconds")  # noqa: DTZ001 (a wall clock)


def _file(number: int, root_id: int, folder: Path | None) -> dict[str, Any]:
    path = f"{number // 1000:04d}/photo-{number:08d}.jpg"
    stamp = Stamp(1, 1, number)
    if folder is not None:
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
        stamp = Stamp.of(file.stat())
    return {"root_id": root_id, "path": path, "photo_id": number, **stamp._asdict()}


def _unit(vectors: Matrix) -> Matrix:
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors
