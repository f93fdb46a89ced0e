"""Columns of what a grid shows, a photo a row: arrays, the newest photo first, undated ones last."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from photoseek.storage.photo_formats import NOT_RAW
from photoseek.storage.rows.grid import GridRow

HASH_DIGITS = 12  # hexadecimal: the beginning of a content hash, by which an address names the content
_HASH_BYTES = HASH_DIGITS // 2
PLACEHOLDER_BYTES = 8  # (4, 4) cells of 4 bits
_TAKEN_CHARACTERS = len("2004-07-14T12:30:05")
_DIGITS_AT = [0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 17, 18]  # in such a date
_RATIO_STEPS, _SQUARE = 32, 128  # steps for a doubling of width/height, and the byte of a square
_NO_RATING = 0
_SIDE = 8  # cells of a photo's look: twice as many as of its placeholder
_UNSEEN = bytes([_SQUARE]) * _SIDE**2  # the look of a photo that was indexed before looks were kept


@dataclass(frozen=True, slots=True)
class Columns:
    """What a grid shows of each photo, as arrays of one length."""

    ids: NDArray[np.int64]
    moments: NDArray[np.int64]  # what photos are sorted by
    taken: NDArray[np.bytes_]  # ISO 8601 wall time, as precise as it is known; b"" without a date
    ratios: NDArray[np.uint8]  # width/height = 2 ** ((byte - 128) / 32)
    hashes: NDArray[np.uint8]  # (photos, _HASH_BYTES)
    placeholders: NDArray[np.uint8]  # (photos, PLACEHOLDER_BYTES)
    ratings: NDArray[np.int8]  # 0: none
    favourites: NDArray[np.bool_]
    hidden: NDArray[np.bool_]
    raw: NDArray[np.bool_]  # whether in a camera maker's own format
    seconds: NDArray[np.int64]  # how long a video is; -1: it is a photo
    moving: NDArray[np.bool_]  # photos with a video in their file
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


def columns_of(rows: Iterable[tuple[Any, ...]]) -> Columns:
    """Return the columns of these photos, in order; each row has the fields of a GridRow."""
    each = list(rows)
    if not each:
        return columns_of([_NOBODY]).rows(slice(0, 0))
    by_name = dict(zip(GridRow._fields, zip(*each, strict=True), strict=True))
    width, height = (np.array(by_name[side], np.float64) for side in ("width", "height"))
    hashes = b"".join(one[:_HASH_BYTES].ljust(_HASH_BYTES, b"\0") for one in by_name["content_hash"])
    dates = [(date or "").encode("ascii", "replace") for date in by_name["taken_at"]]
    taken = np.array(dates, f"S{_TAKEN_CHARACTERS}")
    return _in_order(
        Columns(
            ids=np.array(by_name["photo_id"], np.int64),
            moments=_moments(taken),
            taken=taken,
            ratios=_ratios(width, height),
            hashes=np.frombuffer(hashes, np.uint8).reshape(-1, _HASH_BYTES),
            placeholders=_placeholders(by_name["look"]),
            ratings=np.array([rating or _NO_RATING for rating in by_name["rating"]], np.int8),
            favourites=np.array(by_name["favourite"], np.bool_),
            hidden=np.array(by_name["hidden"], np.bool_),
            raw=np.array([name not in NOT_RAW for name in by_name["format"]], np.bool_),
            seconds=np.array([-1 if ms is None else ms // 1000 for ms in by_name["duration_ms"]], np.int64),
            moving=np.array([at is not None for at in by_name["motion_at"]], np.bool_),
            latitudes=_degrees(by_name["latitude"]),
            longitudes=_degrees(by_name["longitude"]),
        )
    )


_NOBODY = GridRow(0, b"", 1, 1, "", None, None, None, None, None, None, None, favourite=False, hidden=False)


def _in_order(columns: Columns) -> Columns:
    # Turned round: the latest date first, and of photos of one moment the one added last.
    return columns.rows(np.lexsort((columns.ids, columns.moments))[::-1])


def _moments(taken: NDArray[np.bytes_]) -> NDArray[np.int64]:
    """Return numbers that sort as the dates: a year before its months, and no date before all."""
    digits = taken.view(np.uint8).reshape(len(taken), _TAKEN_CHARACTERS)[:, _DIGITS_AT]
    numbers = np.clip(digits.astype(np.int64) - ord("0"), 0, 9) @ 10 ** np.arange(len(_DIGITS_AT))[::-1]
    moments: NDArray[np.int64] = numbers * (_TAKEN_CHARACTERS + 1) + np.char.str_len(taken)
    return moments


def _ratios(width: NDArray[np.float64], height: NDArray[np.float64]) -> NDArray[np.uint8]:
    steps = np.rint(_RATIO_STEPS * np.log2(np.maximum(width, 1) / np.maximum(height, 1))) + _SQUARE
    ratios: NDArray[np.uint8] = np.clip(steps, 0, 255).astype(np.uint8)
    return ratios


def _placeholders(looks: Iterable[bytes | None]) -> NDArray[np.uint8]:
    """Return (photos, 8) bytes: the brightness of 4×4 cells, row by row, two cells a byte, the left one high."""
    known = b"".join(look if look is not None and len(look) == _SIDE**2 else _UNSEEN for look in looks)
    cells = np.frombuffer(known, np.uint8).reshape(-1, _SIDE, _SIDE).astype(np.uint16)
    four = cells[:, ::2, ::2] + cells[:, 1::2, ::2] + cells[:, ::2, 1::2] + cells[:, 1::2, 1::2]
    coarse = (
        (four >> 6).astype(np.uint8).reshape(len(four), -1)
    )  # the mean of four, and of its 8 bits the upper 4
    pairs: NDArray[np.uint8] = (coarse[:, 0::2] * 16 + coarse[:, 1::2]).astype(np.uint8)
    return pairs


def _degrees(degrees: Iterable[float | None]) -> NDArray[np.float32]:
    return np.array([np.nan if one is None else one for one in degrees], np.float32)
