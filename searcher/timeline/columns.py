"""Columns of what a grid shows, a photo a row: arrays, the newest photo first, undated ones last."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from photoseek.storage.photo_formats import DEVELOPED_FORMATS
from photoseek.storage.rows.grid import GridRow

HASH_BYTES = 6  # the beginning of a content hash, by which an address of a thumbnail names the content
PLACEHOLDER_BYTES = 8  # (4, 4) cells of 4 bits
_TAKEN_CHARACTERS, _TAKEN_DIGITS = len("2004-07-14T12:30:05"), len("20040714123005")
_RATIO_STEPS, _SQUARE = 32, 128  # steps for a doubling of width/height, and the byte of a square
_NO_RATING = 0
_SIDE, _COARSE_SIDE = 8, 4  # cells of a photo's look, and of its placeholder
_UNSEEN = bytes([_SQUARE]) * _SIDE**2  # the look of a photo that was indexed before looks were kept


@dataclass(frozen=True, slots=True)
class Columns:
    """What a grid shows of each photo, as arrays of one length."""

    ids: NDArray[np.int64]
    moments: NDArray[np.int64]  # what photos are sorted by
    taken: NDArray[np.bytes_]  # ISO 8601 wall time, as precise as it is known; b"" without a date
    ratios: NDArray[np.uint8]  # width/height = 2 ** ((byte - 128) / 32)
    hashes: NDArray[np.uint8]  # (photos, HASH_BYTES)
    placeholders: NDArray[np.uint8]  # (photos, PLACEHOLDER_BYTES)
    ratings: NDArray[np.int8]  # 0: none
    favourites: NDArray[np.bool_]
    hidden: NDArray[np.bool_]
    raw: NDArray[np.bool_]  # whether in a camera maker's own format
    latitudes: NDArray[np.float32]  # NaN: unknown
    longitudes: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.ids)

    def rows(self, which: "NDArray[np.bool_] | NDArray[np.intp] | slice") -> "Columns":
        """Return some of the rows, in their order."""
        return Columns(*(getattr(self, column.name)[which] for column in fields(self)))

    def replaced(self, photo_ids: Collection[int], by: "Columns") -> "Columns":
        """Return the columns without the photos with these ids, and with other rows, in order."""
        gone = np.fromiter(photo_ids, np.int64, len(photo_ids))
        kept = self.rows(~np.isin(self.ids, gone))
        both = Columns(
            *(
                np.concatenate([getattr(kept, column.name), getattr(by, column.name)])
                for column in fields(self)
            )
        )
        return _in_order(both)


def columns_of(rows: Iterable[GridRow]) -> Columns:
    """Return the columns of these photos, in order."""
    each = list(rows)
    if not each:
        return columns_of([_NOBODY]).rows(slice(0, 0))
    by_name = dict(zip(GridRow._fields, zip(*each, strict=True), strict=True))
    width, height = (np.array(by_name[side], np.float64) for side in ("width", "height"))
    hashes = b"".join(one[:HASH_BYTES].ljust(HASH_BYTES, b"\0") for one in by_name["content_hash"])
    dates = [(date or "")[:_TAKEN_CHARACTERS] for date in by_name["taken_at"]]
    return _in_order(
        Columns(
            ids=np.array(by_name["photo_id"], np.int64),
            moments=np.array([_moment(date) for date in dates], np.int64),
            taken=np.array([date.encode("ascii", "replace") for date in dates], f"S{_TAKEN_CHARACTERS}"),
            ratios=_ratios(width, height),
            hashes=np.frombuffer(hashes, np.uint8).reshape(-1, HASH_BYTES),
            placeholders=_placeholders(by_name["look"]),
            ratings=np.array([rating or _NO_RATING for rating in by_name["rating"]], np.int8),
            favourites=np.array(by_name["favourite"], np.bool_),
            hidden=np.array(by_name["hidden"], np.bool_),
            raw=np.array([name not in DEVELOPED_FORMATS for name in by_name["format"]], np.bool_),
            latitudes=_degrees(by_name["latitude"]),
            longitudes=_degrees(by_name["longitude"]),
        )
    )


_NOBODY = GridRow(0, b"", 1, 1, "", None, None, None, None, None, favourite=False, hidden=False)


def _in_order(columns: Columns) -> Columns:
    # Turned round: the latest date first, and of photos of one moment the one added last.
    return columns.rows(np.lexsort((columns.ids, columns.moments))[::-1])


def _moment(taken: str) -> int:
    """Return a number that sorts as the date: a year before its months, and no date before all."""
    digits = "".join(filter(str.isdecimal, taken))
    return int(f"{digits.ljust(_TAKEN_DIGITS, '0')}{len(digits):02d}") if digits.isascii() and digits else 0


def _ratios(width: NDArray[np.float64], height: NDArray[np.float64]) -> NDArray[np.uint8]:
    steps = np.rint(_RATIO_STEPS * np.log2(np.maximum(width, 1) / np.maximum(height, 1))) + _SQUARE
    ratios: NDArray[np.uint8] = np.clip(steps, 0, 255).astype(np.uint8)
    return ratios


def _placeholders(looks: Iterable[bytes | None]) -> NDArray[np.uint8]:
    """Return (photos, 8) bytes: the brightness of 4×4 cells, row by row, two cells a byte, the left one high."""
    known = b"".join(look if look is not None and len(look) == _SIDE**2 else _UNSEEN for look in looks)
    half = _SIDE // _COARSE_SIDE
    cells = np.frombuffer(known, np.uint8).reshape(-1, _COARSE_SIDE, half, _COARSE_SIDE, half)
    coarse = (cells.mean(axis=(2, 4)).astype(np.uint8) >> 4).reshape(-1, _COARSE_SIDE**2)
    pairs: NDArray[np.uint8] = coarse[:, 0::2] << 4 | coarse[:, 1::2]
    return pairs


def _degrees(degrees: Iterable[float | None]) -> NDArray[np.float32]:
    return np.array([np.nan if one is None else one for one in degrees], np.float32)
