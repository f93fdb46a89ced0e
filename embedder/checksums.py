"""Checksums of a model's files, since damaged bytes would give wrong vectors unnoticed."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

BLOCK_BYTES = 1 << 16
_WORD = np.dtype("<u8")
_SEAL = ".sum"  # beside a file of OpenVINO's cache

Sums = NDArray[np.uint64]


def block_sums(content: NDArray[np.uint8]) -> Sums:
    """Return the sum of the 64-bit words of each block, modulo 2**64; the last block is filled up with zeros.

    It sees every change of one word, at the speed of memory: a CRC takes four times as long.
    """
    whole = len(content) // BLOCK_BYTES * BLOCK_BYTES
    rest = np.zeros(-(-(len(content) - whole) // _WORD.itemsize) * _WORD.itemsize, np.uint8)
    rest[: len(content) - whole] = content[whole:]
    sums = content[:whole].view(_WORD).reshape(-1, BLOCK_BYTES // _WORD.itemsize).sum(axis=1, dtype=_WORD)
    return np.append(sums, rest.view(_WORD).sum(dtype=_WORD)) if len(rest) else sums


def sums_of(path: Path) -> Sums:
    """Return the block sums of a file. Raises OSError."""
    if not path.stat().st_size:  # which can't be mapped
        return np.empty(0, _WORD)
    return block_sums(np.memmap(path, np.uint8, "r"))


def digest_of(path: Path) -> str:
    """Return a file's SHA-256 in hexadecimal. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def seal_compiled(folder: Path) -> None:
    """Store the checksum of each graph in OpenVINO's cache that has none. Raises OSError."""
    for blob in folder.glob("*.blob"):
        if not _seal_of(blob).exists():
            temporary = blob.with_name(f".{blob.name}.{os.getpid()}{_SEAL}")
            temporary.write_text(_checksum(blob), "ascii")
            temporary.replace(_seal_of(blob))


def drop_unsealed(folder: Path) -> None:
    """Delete graphs in OpenVINO's cache without a right checksum. They are compiled again. Raises OSError."""
    for blob in folder.glob("*.blob"):
        if not _seal_of(blob).exists() or not _is_as_sealed(blob):
            drop_compiled(blob)
    for seal in folder.glob(f"*{_SEAL}"):
        if not seal.with_suffix(".blob").exists():
            seal.unlink(missing_ok=True)


def drop_compiled(blob: Path) -> None:
    """Delete a compiled graph and its checksum. Raises OSError."""
    blob.unlink(missing_ok=True)
    _seal_of(blob).unlink(missing_ok=True)


def damaged_compiled(folder: Path) -> Iterator[Path]:
    """Yield the compiled graphs below a folder whose checksums are wrong."""
    for blob in sorted(folder.rglob("*.blob")):
        if _seal_of(blob).exists() and not _is_as_sealed(blob):
            yield blob


def _is_as_sealed(blob: Path) -> bool:
    try:
        return _seal_of(blob).read_text("ascii") == _checksum(blob)
    except (OSError, UnicodeDecodeError):
        return False


def _checksum(path: Path) -> str:
    return f"{path.stat().st_size} {hashlib.sha256(sums_of(path).tobytes()).hexdigest()}\n"


def _seal_of(blob: Path) -> Path:
    return blob.with_suffix(_SEAL)
