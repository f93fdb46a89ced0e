"""What changed since the vector index's base was written: a file beside it that grows at its end.

Rows of one size behind a header that says how many of them count. The header is written once they are on disk:
a writer that is killed leaves rows that count for nothing, and the next one writes over them.
"""

import os
import struct
import zlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from photoseek.storage.disk.writing import replace_file
from photoseek.storage.layout import DELTA_NAME
from photoseek.storage.rows.vectors import HALF, VectorChanges
from photoseek.storage.vector_index.base import read_facts

_MAGIC = b"photoseek-delta-2\n"
_HEAD = struct.Struct("<18s16sIqqI")  # magic, the base's token, dimension, rows, revision, CRC-32 of the rows
_CHECK = struct.Struct("<I")
_ROWS_AT = 64


@dataclass(frozen=True, slots=True)
class Delta:
    """The file as its header tells it."""

    path: Path
    token: str  # of the base that it goes with
    dimension: int
    rows: int
    revision: int  # with these rows the base is as the catalog was then
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
        """Write more rows behind those that count, then count them."""
        went = len(changes.gone)
        rows = np.zeros(went + len(changes.photo_ids), _row(self.dimension))
        rows["photo_id"] = np.concatenate([changes.gone, changes.photo_ids])  # what went may have come again
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
    """Return where the delta of a base lies."""
    return base.with_name(DELTA_NAME)


def latest_revision(base: Path) -> int:
    """Return the revision of the catalog that base and delta were last brought up to; -1 where there is none."""
    facts = read_facts(base)
    if facts is None:
        return -1
    delta = read_delta(base, facts.token)
    return facts.revision if delta is None else max(facts.revision, delta.revision)


def begin_delta(base: Path, token: str, dimension: int, revision: int) -> Delta:
    """Put an empty delta beside the base, in place of what was there."""
    empty = Delta(delta_path(base), token, dimension, 0, revision, 0)
    replace_file(empty.path, _header(empty))
    return empty


def read_delta(base: Path, token: str) -> Delta | None:
    """None if there is none that goes with the base of this token, or not the whole of one."""
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
