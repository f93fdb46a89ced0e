"""The directories of a TIFF, classic or BigTIFF: which tags each holds, read without believing any of it."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

WIDTH, HEIGHT, BITS, COMPRESSION, PHOTOMETRIC = 256, 257, 258, 259, 262
FILL_ORDER, STRIP_OFFSETS, ORIENTATION, SAMPLES, ROWS_PER_STRIP, STRIP_LENGTHS = 266, 273, 274, 277, 278, 279
PLANAR, PREDICTOR, COLOUR_MAP = 284, 317, 320
TILE_WIDTH, TILE_HEIGHT, TILE_OFFSETS, TILE_LENGTHS, SUB_DIRECTORIES = 322, 323, 324, 325, 330
INK_SET, DOT_RANGE, EXTRA_SAMPLES, SAMPLE_FORMAT = 332, 336, 338, 339
JPEG_OFFSET, JPEG_LENGTH, SUBSAMPLING, BLACK_AND_WHITE, PROFILE = 513, 514, 530, 532, 34675
SUBFILE_TYPE = 254
BLOCKS = {  # tags that say where pixels lie → tags that say how many bytes they take
    STRIP_OFFSETS: STRIP_LENGTHS,
    TILE_OFFSETS: TILE_LENGTHS,
    JPEG_OFFSET: JPEG_LENGTH,
}
_MOST_DIRECTORIES = 64
_BIG = 43  # the magic number of BigTIFF
_INTEGERS = {1: "B", 3: "H", 4: "I", 6: "b", 7: "B", 8: "h", 9: "i", 13: "I", 16: "Q", 17: "q", 18: "Q"}

_SIZES = {5: 8, **{kind: struct.calcsize("=" + letter) for kind, letter in _INTEGERS.items()}}
_BYTES, _RATIO = frozenset({1, 7}), 5


@dataclass(frozen=True, slots=True)
class Directory:
    """One directory. What its methods read may lie beyond the file's end: they raise struct.error then."""

    content: bytes
    order: str  # "<" or ">", as the struct module writes it
    entries: dict[int, tuple[int, int, int]]  # tag → its type, how many values, where they lie
    following: int  # offset of the next directory, 0 where there is none

    def integers(self, tag: int) -> tuple[int, ...]:
        """Return a tag's values; none where it is absent or holds anything but integers."""
        kind, count, place = self.entries.get(tag, (0, 0, 0))
        if kind not in _INTEGERS:
            return ()
        if place + count * _SIZES[kind] > len(self.content):
            raise struct.error("a tag's values lie beyond the file's end")
        return struct.unpack_from(f"{self.order}{count}{_INTEGERS[kind]}", self.content, place)

    def ratios(self, tag: int) -> tuple[float, ...]:
        """Return a tag's values; none where it is absent or holds anything but ratios."""
        kind, count, place = self.entries.get(tag, (0, 0, 0))
        if kind != _RATIO or place + 8 * count > len(self.content):
            return ()
        numbers = struct.unpack_from(f"{self.order}{2 * count}I", self.content, place)
        return tuple(one / (other or 1) for one, other in zip(numbers[::2], numbers[1::2], strict=True))

    def data(self, tag: int) -> bytes:
        """Return a tag's bytes; none where it is absent or holds anything but bytes."""
        kind, count, place = self.entries.get(tag, (0, 0, 0))
        return self.content[place : place + count] if kind in _BYTES else b""

    def integer(self, tag: int, otherwise: int) -> int:
        """Return a tag's first value, or what the specification says where it is absent."""
        return next(iter(self.integers(tag)), otherwise)


def directories(content: bytes, *, below: bool = False) -> Iterator[Directory]:
    """Walk along a TIFF's directories, with `below` also those that others name as their own.

    Raises struct.error where one is cut.
    """
    order = "<" if content[:2] == b"II" else ">"
    (magic,) = struct.unpack_from(order + "H", content, 2)
    is_big = magic == _BIG
    seen: set[int] = set()
    waiting = [struct.unpack_from(order + "Q", content, 8)[0] if is_big else _word(content, order, 4)]
    while waiting and len(seen) < _MOST_DIRECTORIES:
        at = waiting.pop(0)
        if at == 0 or at in seen:
            continue
        seen.add(at)
        directory = _directory(content, order, at, is_big=is_big)
        waiting.append(directory.following)
        if below:
            waiting += directory.integers(SUB_DIRECTORIES)
        yield directory


def _word(content: bytes, order: str, at: int) -> int:
    number: int = struct.unpack_from(order + "I", content, at)[0]
    return number


def _directory(content: bytes, order: str, at: int, *, is_big: bool) -> Directory:
    count_form, entry_form, inline, next_form = ("Q", "HHQ", 8, "Q") if is_big else ("H", "HHI", 4, "I")
    if at > len(content):  # struct can't count so far
        raise struct.error("a directory lies beyond the file's end")
    (count,) = struct.unpack_from(order + count_form, content, at)
    at += struct.calcsize(order + count_form)
    length = struct.calcsize(order + entry_form) + inline
    if at + count * length > len(content):
        raise struct.error("a directory is longer than the file")
    entries: dict[int, tuple[int, int, int]] = {}
    for entry in range(at, at + count * length, length):
        tag, kind, amount = struct.unpack_from(order + entry_form, content, entry)
        place = entry + length - inline
        if amount * _SIZES.get(kind, 0) > inline:
            (place,) = struct.unpack_from(order + next_form, content, place)
        entries.setdefault(tag, (kind, amount, place))
    (following,) = struct.unpack_from(order + next_form, content, at + count * length)
    return Directory(content, order, entries, following)
