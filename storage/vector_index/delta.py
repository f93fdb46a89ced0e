"""The delta of the vector index: a file beside the base with the changes since, to which rows are appended.

A header says how many of the rows are valid; it is written after the rows are synced. A killed writer leaves
invalid rows, which the next one overwrites.
"""

import os
import struct
import zlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from photoseek.storage.disk.writing import replace_file
from photoseek.storage.rows.vectors import HALF, VectorChanges
from photoseek.storage.vector_index.base import INDEX_NAME, read_facts

DELTA_NAME = f"{INDEX_NAME}.delta"

_MAGIC = b"photoseek-delta-2\n"
_HEAD = struct.Struct("<18s16sIqqI")  # magic, the base's token, dimension, rows, revision, CRC-32 of the rows
_CHECK = struct.Struct("<I")
_ROWS_AT = 64


@dataclass(frozen=True, slots=True)
class Delta:
    """The file's header."""

    path: Path
    token: str  # of the base that it belongs to
    dimension: int
    rows: int
    revision: int  # the catalog's revision that base and rows together have
    check: int  # CRC-32 of the rows

    def changes(self) -> VectorChanges | None:
        """Read the rows, the last of each photo; None if some are missing or damaged."""
        kind = _row(self.dimension)
        try:
            read = np.fromfile(self.path, kind, self.rows, offset=_ROWS_AT)
        except OSError:
            return None
        if len(read) < self.rows or zlib.crc32(read.tobytes()) != self.check:
            return None
        _, from_end = np.unique(read["photo_id"][::-1], return_index=True)
        last = read[len(read) - 1 - from_end]
        gone = last["gone"] != 0
        return VectorChanges(
            last["photo_id"][~gone].copy(), last["vector"][~gone].copy(), last["photo_id"][gone].copy()
        )

    def append(self, changes: VectorChanges, revision: int) -> None:
        """Append rows, then update the header."""
        went = len(changes.gone)
        rows = np.zeros(went + len(changes.photo_ids), _row(self.dimension))
        # A deleted vector may have been added again.
        rows["photo_id"] = np.concatenate([changes.gone, changes.photo_ids])
        rows["gone"][:went] = 1
        rows["vector"][went:] = changes.vectors
        check = zlib.crc32(rows.tobytes(), self.check)
        longer = Delta(self.path, self.token, self.dimension, self.rows + len(rows), revision, check)
        with self.path.open("r+b") as file:
            file.seek(_ROWS_AT + self.rows * rows.itemsize)
            file.write(rows.tobytes())
            file.flush()
            os.fsync(file.fileno())
            file.seek(0)
            file.write(_header(longer))
            file.flush()
            os.fsync(file.fileno())


def delta_path(base: Path) -> Path:
    """Return the path of a base's delta."""
    return base.with_name(DELTA_NAME)


def latest_revision(base: Path) -> int:
    """Return the catalog's revision that base and delta have; -1 without them."""
    facts = read_facts(base)
    if facts is None:
        return -1
    delta = read_delta(base, facts.token)
    return facts.revision if delta is None else max(facts.revision, delta.revision)


def begin_delta(base: Path, token: str, dimension: int, revision: int) -> Delta:
    """Write an empty delta beside the base, replacing an old one."""
    empty = Delta(delta_path(base), token, dimension, 0, revision, 0)
    replace_file(empty.path, _header(empty))
    return empty


def read_delta(base: Path, token: str) -> Delta | None:
    """Return the delta of the base with this token; None if there is none, or it is damaged."""
    path = delta_path(base)
    with suppress(OSError, struct.error, UnicodeDecodeError), path.open("rb") as file:
        head = file.read(_HEAD.size)
        (check,) = _CHECK.unpack(file.read(_CHECK.size))
        magic, named, dimension, rows, revision, of_rows = _HEAD.unpack(head)
        delta = Delta(path, named.decode(), dimension, rows, revision, of_rows)
        ends = _ROWS_AT + rows * _row(dimension).itemsize
        if (magic, delta.token, check) == (_MAGIC, token, zlib.crc32(head)) and (
            os.fstat(file.fileno()).st_size >= ends
        ):
            return delta
    return None


def _header(delta: Delta) -> bytes:
    head = _HEAD.pack(_MAGIC, delta.token.encode(), delta.dimension, delta.rows, delta.revision, delta.check)
    return (head + _CHECK.pack(zlib.crc32(head))).ljust(_ROWS_AT, b"\0")


def _row(dimension: int) -> np.dtype[np.void]:
    return np.dtype([("photo_id", "<i8"), ("gone", "<i8"), ("vector", HALF, (dimension,))])
