"""Nearest vectors by exact search: a FAISS index that is a cache of the catalog's vectors.

The file is FAISS's own with a trailer behind it that says which model and revision it holds. FAISS reads past
no end of its own, so one rename replaces both together.
"""

import json
import os
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from storage.catalog import Transaction
from storage.files_on_disk import replace_file
from storage.records import Model
from storage.vectors import Matrix

_MAGIC = b"photoseek-1\n"
_TAIL = struct.Struct("<I12s")  # length of the JSON before it, magic
_OLDEST = -1  # a revision before the first
# Below this many changes it costs less to take them in at each opening than to write the file again.
_WORTH_SAVING = 1000


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The nearest photos of one vector, nearest first."""

    photo_ids: NDArray[np.int64]  # (k,)
    similarities: NDArray[np.float32]  # (k,) cosines


@dataclass(frozen=True, slots=True)
class _Trailer:
    model: str
    dimension: int
    revision: int
    body_bytes: int


class VectorIndex:
    """All vectors of one model as the catalog had them at one revision."""

    def __init__(self, index: Any, model: Model, revision: int, saved: int) -> None:  # noqa: ANN401 (untyped)
        self._index = index
        self.model = model
        self.revision = revision
        self._saved_revision = saved
        self._changes = 0
        self._mapped = saved != _OLDEST
        self._path: Path | None = None

    @classmethod
    def open(cls, path: Path, transaction: Transaction, model: Model) -> "VectorIndex":
        """Read the cache at `path` and catch up with the catalog; else start from nothing."""
        opened = cls._from_cache(path, transaction, model) or cls(
            _empty(model.dimension), model, _OLDEST, _OLDEST
        )
        opened._path = path
        opened.catch_up(transaction)
        return opened

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def search(
        self,
        vector: Matrix,
        limit: int,
        *,
        only: NDArray[np.int64] | None = None,
        never: NDArray[np.int64] | None = None,
    ) -> Neighbours:
        """Give the `limit` nearest of a (dimension,) vector, among the photo ids `only` and not among `never`."""
        if only is not None and never is not None:
            only = np.setdiff1d(only, never)
        wanted = min(limit, len(self) if only is None else len(only))
        if wanted <= 0:
            return Neighbours(np.empty(0, np.int64), np.empty(0, np.float32))
        parameters = _selecting(only, never)
        similarities, photo_ids = self._index.search(vector[np.newaxis], wanted, params=parameters)
        found = photo_ids[0] >= 0  # FAISS fills up with -1 where a filter leaves fewer
        return Neighbours(photo_ids[0][found], similarities[0][found])

    def save(self, path: Path, *, always: bool = False) -> bool:
        """Write the cache, if enough has changed to be worth it, so that the next opening finds all of it."""
        if self.revision == self._saved_revision or not (always or self._changes >= _WORTH_SAVING):
            return False
        body = faiss.serialize_index(self._index)
        trailer = {
            "model": self.model.name,
            "dimension": self.model.dimension,
            "revision": self.revision,
            "body_bytes": len(body),
        }
        text = json.dumps(trailer).encode()
        replace_file(path, body.data, text, _TAIL.pack(len(text), _MAGIC))
        self._saved_revision = self.revision
        self._changes = 0
        return True

    @classmethod
    def _from_cache(cls, path: Path, transaction: Transaction, model: Model) -> "VectorIndex | None":
        trailer = _read_trailer(path)
        if trailer is None or (trailer.model, trailer.dimension) != (model.name, model.dimension):
            return None
        if trailer.revision > transaction.revision:  # of a catalog that was restored from an older backup
            return None
        try:
            index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
        except RuntimeError:  # what FAISS raises for bytes it can't make sense of
            return None
        return cls(index, model, trailer.revision, trailer.revision)

    def catch_up(self, transaction: Transaction) -> None:
        """Take in what changed in the catalog since; for whoever keeps an index open."""
        changes = transaction.vectors.changed_since(self.model, self.revision)
        self.revision = transaction.revision
        if not len(changes.photo_ids) and not len(changes.gone):
            return
        if self._mapped:
            # Adding to a memory-mapped index or removing from it crashes the process: take a copy into memory.
            self._index = faiss.read_index(str(self._path))
            self._mapped = False
        if len(self):
            self._index.remove_ids(np.concatenate([changes.photo_ids, changes.gone]))
        self._index.add_with_ids(changes.vectors, changes.photo_ids)
        self._changes += len(changes.photo_ids) + len(changes.gone)


def differences(path: Path, transaction: Transaction, model: Model) -> list[str]:
    """How do the cache at `path` and the catalog differ, each way in a sentence?

    Not in what the cache has yet to catch up with, but in what it claims to hold and doesn't.
    """
    trailer = _read_trailer(path)
    if trailer is None:
        return ["the vector index is torn: it is not what was written"]
    if (trailer.model, trailer.dimension) != (model.name, model.dimension):
        return []  # it is of the model that answered before, and is made again when it is needed
    if trailer.revision > transaction.revision:
        return ["the vector index is of a later state of the library than the catalog"]
    try:
        cached = VectorIndex.open(path, transaction, model)
        held = _contents(cached._index, model.dimension)
    except RuntimeError as error:  # what FAISS raises for bytes it can't make sense of
        return [f"the vector index can't be read ({str(error).splitlines()[-1][:120]})"]
    kept = transaction.vectors.changed_since(model, _OLDEST)
    expected = dict(zip(kept.photo_ids.tolist(), kept.vectors, strict=True))
    lacking = sum(photo_id not in held for photo_id in expected)
    strange = sum(photo_id not in expected for photo_id in held)
    other = sum(
        not np.array_equal(held[photo_id], vector)
        for photo_id, vector in expected.items()
        if photo_id in held
    )
    told = [
        (lacking, "photos have a vector in the catalog and none in the vector index"),
        (strange, "photos have a vector in the vector index and none in the catalog"),
        (other, "photos have another vector in the vector index than in the catalog"),
    ]
    wrong = [f"{count} {what}" for count, what in told if count]
    if len(cached) > len(held):
        wrong.append(f"{len(cached) - len(held)} photos are in the vector index more than once")
    return wrong


def _contents(index: Any, dimension: int) -> dict[int, Matrix]:  # noqa: ANN401 (untyped)
    photo_ids = faiss.vector_to_array(index.id_map)
    vectors = index.index.reconstruct_n(0, len(photo_ids)) if len(photo_ids) else np.empty((0, dimension))
    return dict(zip(photo_ids.tolist(), vectors.astype(np.float32), strict=True))


def _empty(dimension: int) -> Any:  # noqa: ANN401 (untyped)
    half = faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
    return faiss.IndexIDMap2(half)


def _selecting(only: NDArray[np.int64] | None, never: NDArray[np.int64] | None) -> Any:  # noqa: ANN401 (untyped)
    parameters: Any = faiss.SearchParameters  # its stub knows no keywords
    if only is not None:
        return parameters(sel=faiss.IDSelectorBatch(only))
    if never is not None and len(never):
        return parameters(sel=faiss.IDSelectorNot(faiss.IDSelectorBatch(never)))
    return None


def _read_trailer(path: Path) -> _Trailer | None:
    """None if there is no file, or not the whole of one."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - _TAIL.size))
            length, magic = _TAIL.unpack(file.read(_TAIL.size))
            file.seek(max(0, size - _TAIL.size - length))
            text = file.read(length)
        if magic != _MAGIC:
            return None
        trailer = _Trailer(**json.loads(text))
    except (OSError, struct.error, ValueError, TypeError):
        return None
    return trailer if trailer.body_bytes + length + _TAIL.size == size else None
