"""Checksums of caches, so that a damaged cache is made again rather than used."""

import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from photoseek.storage.disk.writing import replace_file

_WORD = np.dtype("<u8")
_BLOCK_WORDS = 8192
_MAGIC = b"psk-sum\n"
_CHECK_BYTES = 4


def checksum(content: NDArray[np.uint8]) -> int:
    """Return a 32-bit checksum of bytes, at the speed of memory.

    The CRC of the sums of blocks of 64-bit words: a change of one word changes its block's sum. A CRC of all bytes
    takes four times as long, and each question over vectors would wait for it.
    """
    whole = len(content) // (_BLOCK_WORDS * _WORD.itemsize) * _BLOCK_WORDS
    words = content[: whole * _WORD.itemsize].view(_WORD).reshape(-1, _BLOCK_WORDS)
    rest = content[whole * _WORD.itemsize :].tobytes()
    return zlib.crc32(rest, zlib.crc32(words.sum(axis=1, dtype=_WORD).tobytes()))


def write_checked(path: Path, content: bytes) -> None:
    """Write a file that ends with its checksum, whole or not at all. Raises OSError."""
    replace_file(path, content, _MAGIC, zlib.crc32(content).to_bytes(_CHECK_BYTES, "little"))


def read_checked(path: Path) -> bytes | None:
    """Return the content that `write_checked` wrote; None if the checksum is wrong. Raises OSError."""
    stored = path.read_bytes()
    end = len(stored) - len(_MAGIC) - _CHECK_BYTES
    content = stored[: max(0, end)]
    tail = _MAGIC + zlib.crc32(content).to_bytes(_CHECK_BYTES, "little")
    return content if end >= 0 and stored[end:] == tail else None
