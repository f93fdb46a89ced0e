"""The base of the vector index: a memory-mapped file that is never changed, only replaced.

Its vectors are in lists, as in FAISS's IVF files: of each list, the vectors, then their photo ids. After them come
the lists' centres and sizes, the set of photos, a checksum of each list, and a trailer with the model and
revision. All of it is checked before use: the part after the lists when the file is opened, a list when it is
first searched. In a small library every list is always searched, which makes the index flat and exact.

FAISS is imported where it is first needed, here and in the modules around: the import takes longer than finding
out that nothing changed.
"""

import json
import os
import struct
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from photoseek.storage.disk.checksums import checksum
from photoseek.storage.rows.vectors import HALF, Float16Vectors, Matrix
from photoseek.storage.vector_index.photo_sets import PhotoSet

INDEX_NAME = "vectors.faiss"  # in the library folder

_MAGIC = b"photoseek-3\n"
_TAIL = struct.Struct("<I12s")  # length of the JSON before it, magic
_TEXT_CHECK = struct.Struct("<I")  # before the JSON: its checksum
_ID_BYTES = 8
_OPENINGS = 3  # a writer may replace the file while it is opened, hardly ever twice


@dataclass(frozen=True, slots=True)
class BaseFacts:
    """The content of the trailer."""

    model: str
    dimension: int
    revision: int
    token: str  # identifies this file; the delta beside it names it
    count: int  # vectors
    lists: int
    probes: int  # how many lists a question searches; if all, the search is exact
    recall: float | None  # measured against exact search, of the ten nearest; None if exact
    trained_on: int  # number of vectors when the lists were made
    set_bytes: int  # size of the set of photo ids
    check: int  # checksum of the part between the lists and the trailer

    @property
    def is_exact(self) -> bool:
        """Whether every search covers all lists."""
        return self.probes >= self.lists

    def in_words(self) -> str:
        """Return how a question is answered, as the subject of a sentence goes on."""
        return f"looks into {self.probes} of {self.lists} lists of vectors"

    def as_json(self) -> dict[str, object]:
        """Return the JSON shape."""
        return {"lists": self.lists, "probes": self.probes, "recall_at_10": self.recall}

    @property
    def body_bytes(self) -> int:
        """Return the size of the lists, which come first."""
        return self.count * (self.dimension * HALF.itemsize + _ID_BYTES)

    @property
    def file_bytes(self) -> int:
        """Return the size of the file without the trailer."""
        return self.body_bytes + self.lists * (self.dimension * 4 + 8 + 8) + self.set_bytes


class DamagedLists(Exception):
    """Lists of a mapped file have a wrong checksum."""


class VectorBase:
    """A mapped file of vectors."""

    def __init__(self, file: BinaryIO, path: Path, facts: BaseFacts) -> None:
        """Map an open file. Raises ValueError if it is inconsistent."""
        self.facts = facts
        self._mapped = np.memmap(file, np.uint8, "r")
        if checksum(self._mapped[facts.body_bytes : facts.file_bytes]) != facts.check:
            raise ValueError("what stands behind the lists is not what was written")
        centroid_bytes, size_bytes = facts.lists * facts.dimension * 4, facts.lists * 8
        ends = np.cumsum([facts.body_bytes, centroid_bytes, size_bytes, facts.set_bytes, size_bytes])
        _, centroids, sizes, bits, checks, _ = np.split(self._mapped, ends)
        self._checks = np.array(checks.view("<u8"))
        self._unchecked = np.ones(facts.lists, np.bool_)
        self.centroids = np.array(centroids.view("<f4")).reshape(facts.lists, facts.dimension)
        self.sizes = np.array(sizes.view("<i8"))
        self.photos = PhotoSet(np.array(bits))
        if (self.sizes < 0).any() or self.sizes.sum() != facts.count:
            raise ValueError("the lists have other sizes than all of it")
        self._path = path

    @cached_property
    def _index(self) -> Any:  # noqa: ANN401 (untyped)
        """FAISS's lists over the mapped file; checking the file needs none of it."""
        index = empty_lists(self.centroids)
        if self.facts.count:
            index.replace_invlists(self._faiss_lists(self._path), True)  # noqa: FBT003 (which owns them now)
        return index

    @classmethod
    def open(cls, path: Path, *, to_search: bool = True) -> "VectorBase | None":
        """Map the file; None if there is none, or not the whole of one.

        Without `to_search` FAISS is not loaded: the one process that may replace the file only reads it.
        """
        for _ in range(_OPENINGS):
            try:
                with path.open("rb") as file:
                    facts = _read_trailer(file)
                    opened = None if facts is None else cls(file, path, facts)
                    if opened is not None and to_search:
                        _ = opened._index
                    # FAISS opens by name, and the file may have been replaced.
                    if path.stat().st_ino == os.fstat(file.fileno()).st_ino:
                        return opened
            except (OSError, ValueError, RuntimeError):  # the last is what FAISS raises
                return None
        return None

    def search(
        self,
        vector: Matrix,
        limit: int,
        probes: int,
        selector: Any = None,  # noqa: ANN401 (untyped)
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return photo ids and similarities of the nearest vectors in the `probes` nearest lists.

        Raises DamagedLists.
        """
        if probes >= self.facts.lists:
            self.check()
        else:
            self._check_lists(np.unique(self._index.quantizer.search(vector[np.newaxis], probes)[1]))
        return search_lists(self._index, vector, limit, probes, selector)

    def check(self) -> None:
        """Check everything that was not checked yet. Raises DamagedLists."""
        self._check_lists(np.arange(self.facts.lists))

    def _check_lists(self, numbers: NDArray[np.int64]) -> None:
        vectors, _ = list_places(self.sizes, self.facts.dimension)
        for number in numbers[self._unchecked[numbers]].tolist():
            end = vectors[number + 1] if number + 1 < self.facts.lists else self.facts.body_bytes
            if checksum(self._mapped[vectors[number] : end]) != self._checks[number]:
                raise DamagedLists
            self._unchecked[number] = False

    def lists(self) -> Iterator[tuple[NDArray[np.int64], Float16Vectors]]:
        """Yield the photo ids and vectors of each list, mapped."""
        width = self.facts.dimension
        vectors, photo_ids = list_places(self.sizes, width)
        for begins, between, size in zip(
            vectors.tolist(), photo_ids.tolist(), self.sizes.tolist(), strict=True
        ):
            ids = self._mapped[between : between + size * _ID_BYTES].view("<i8")
            yield ids, self._mapped[begins:between].view(HALF).reshape(size, width)

    def _faiss_lists(self, path: Path) -> Any:  # noqa: ANN401 (untyped)
        import faiss

        row = self.facts.dimension * HALF.itemsize
        lists: Any
        # FAISS can't map on Windows, or a path that is not text: read them.
        if not hasattr(faiss, "OnDiskInvertedLists") or not _is_text(path):
            lists = faiss.ArrayInvertedLists(self.facts.lists, row)
            for number, (photo_ids, vectors) in enumerate(self.lists()):
                add_to_list(lists, number, photo_ids, vectors)
        else:
            lists = faiss.OnDiskInvertedLists(self.facts.lists, row, os.fspath(path))
            lists.read_only = True
            lists.prefetch_nthread = 0  # reading ahead costs more than it saves once pages are in memory
            sizes = self.sizes.astype(np.uint64)  # named, since a pointer doesn't keep its array alive
            lists.set_all_lists_sizes(faiss.swig_ptr(sizes))
            lists.totsize = self.facts.body_bytes
            lists.do_mmap()
        lists.this.disown()
        return lists


def _is_text(path: Path) -> bool:
    try:
        os.fspath(path).encode()
    except UnicodeEncodeError:
        return False
    return True


def read_facts(path: Path) -> BaseFacts | None:
    """Read the trailer alone; None if there is no file, or not the whole of one."""
    try:
        with path.open("rb") as file:
            return _read_trailer(file)
    except OSError:
        return None


def write_end(
    file: BinaryIO, facts: BaseFacts, centroids: Matrix, sizes: NDArray[np.int64], photos: PhotoSet
) -> None:
    """Write everything after the lists, which are written already."""
    file.flush()
    begins = list_places(sizes, facts.dimension)[0].tolist()
    body = np.memmap(file, np.uint8, "r") if facts.body_bytes else np.empty(0, np.uint8)
    checks = [checksum(body[begin:end]) for begin, end in pairwise([*begins, facts.body_bytes])]
    parts = (centroids.astype("<f4"), sizes.astype("<i8"), photos.bits, np.array(checks, "<u8"))
    end = b"".join(part.tobytes() for part in parts)
    whole = replace(facts, set_bytes=len(photos.bits), check=checksum(np.frombuffer(end, np.uint8)))
    text = json.dumps(asdict(whole)).encode()
    file.seek(facts.body_bytes)
    file.write(end)
    file.write(_TEXT_CHECK.pack(zlib.crc32(text)))
    file.write(text)
    file.write(_TAIL.pack(len(text), _MAGIC))


def list_places(sizes: NDArray[np.int64], dimension: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the offset of each list's vectors, and of its photo ids, in bytes."""
    begins = np.cumsum(sizes) - sizes
    vectors = begins * (dimension * HALF.itemsize + _ID_BYTES)
    return vectors, vectors + sizes * dimension * HALF.itemsize


def empty_lists(centroids: Matrix) -> Any:  # noqa: ANN401 (untyped)
    """Make an IVF of float16 vectors without residuals, so that its lists have the catalog's own bytes."""
    import faiss

    count, dimension = centroids.shape
    quantizer: Any = faiss.IndexFlatIP(dimension)
    quantizer.add(centroids)
    index = faiss.IndexIVFScalarQuantizer(
        quantizer,
        dimension,
        count,
        faiss.ScalarQuantizer.QT_fp16,
        faiss.METRIC_INNER_PRODUCT,
        False,  # noqa: FBT003 (no residuals)
    )
    quantizer.this.disown()
    index.own_fields = True
    index.is_trained = True
    return index


def search_lists(
    index: Any,  # noqa: ANN401 (untyped)
    vector: Matrix,
    limit: int,
    probes: int,
    selector: Any,  # noqa: ANN401 (untyped)
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return photo ids and similarities of at most `limit`."""
    import faiss

    parameters: Any = faiss.SearchParametersIVF  # its stub knows no keywords
    chosen = parameters(nprobe=probes, sel=selector)
    similarities, photo_ids = index.search(vector[np.newaxis], limit, params=chosen)
    found = photo_ids[0] >= 0  # FAISS pads with -1
    return photo_ids[0][found], similarities[0][found]


def add_to_list(lists: Any, number: int, photo_ids: NDArray[np.int64], vectors: Float16Vectors) -> None:  # noqa: ANN401
    """Add vectors to a list in memory."""
    import faiss

    ids, codes = np.ascontiguousarray(photo_ids), np.ascontiguousarray(vectors).view(np.uint8)
    lists.add_entries(number, len(ids), faiss.swig_ptr(ids), faiss.swig_ptr(codes.reshape(-1)))


def _read_trailer(file: BinaryIO) -> BaseFacts | None:
    try:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - _TAIL.size))
        length, magic = _TAIL.unpack(file.read(_TAIL.size))
        file.seek(max(0, size - _TAIL.size - length - _TEXT_CHECK.size))
        (check,) = _TEXT_CHECK.unpack(file.read(_TEXT_CHECK.size))
        text = file.read(length)
        if magic != _MAGIC or check != zlib.crc32(text):
            return None
        facts = BaseFacts(**json.loads(text))
    except (struct.error, ValueError, TypeError):
        return None
    return facts if facts.file_bytes + _TEXT_CHECK.size + length + _TAIL.size == size else None
