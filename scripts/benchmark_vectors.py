"""A library of photos that never were, for measuring search at sizes that nobody waits to embed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from sqlalchemy import insert

from embedder import EMBEDDED
from storage import tables
from storage.sqlite import engine_for

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from storage import Library

_A_TIME = 10_000
_LONG_AGO = "2000-01-01T00:00:00+00:00"


def fill(library: Library, count: int) -> None:
    """Give an empty library `count` photos of the shipped model with random vectors, and its index file."""
    with library.catalog.write() as transaction:
        root = transaction.roots.add("/synthetic")
        model = transaction.models.add(EMBEDDED.name, EMBEDDED.dimension, None)
        transaction.models.use(model)
    _add_photos(library, root.root_id, count)
    rng = np.random.default_rng(0)
    with library.catalog.write() as transaction:
        for first in range(1, count + 1, _A_TIME):
            photo_ids = range(first, min(first + _A_TIME, count + 1))
            vectors = _unit_vectors(len(photo_ids), rng)
            transaction.vectors.save(model, dict(zip(photo_ids, vectors, strict=True)))
    library.save_index(always=True)


def questions(count: int) -> Iterator[NDArray[np.float32]]:
    """Give random (dimension,) vectors, unit length, other ones than the photos'."""
    yield from _unit_vectors(count, np.random.default_rng(1))


def _add_photos(library: Library, root_id: int, count: int) -> None:
    """Write the rows of photos 1 to `count`, past the questions of storage: one by one takes minutes."""
    engine = engine_for(library.catalog.path)
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        for first in range(1, count + 1, _A_TIME):
            numbers = range(first, min(first + _A_TIME, count + 1))
            connection.execute(insert(tables.photo), [_photo(number) for number in numbers])
            connection.execute(insert(tables.file), [_file(number, root_id) for number in numbers])
    engine.dispose()


def _photo(number: int) -> dict[str, Any]:
    content = number.to_bytes(16, "big")
    return {
        "id": number,
        "content_hash": content,
        "pixel_hash": content,
        "width": 4000,
        "height": 3000,
        "format": "JPEG",
        "added_at": _LONG_AGO,
    }


def _file(number: int, root_id: int) -> dict[str, Any]:
    path = f"{number // 1000:04d}/photo-{number:08d}.jpg"
    return {"root_id": root_id, "path": path, "photo_id": number, "size": 1, "mtime_ns": 1, "inode": number}


def _unit_vectors(count: int, rng: np.random.Generator) -> NDArray[np.float32]:
    vectors = rng.standard_normal((count, EMBEDDED.dimension), np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors
