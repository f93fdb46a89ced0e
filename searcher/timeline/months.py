"""A grid by month: how many photos each month has and how they are shaped, and what a month shows."""

from base64 import b64encode
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from photoseek.searcher.timeline.columns import HASH_DIGITS, Columns

UNDATED = "undated"
NEWEST = "newest"  # the month that comes first
_MONTH_CHARACTERS = len("2004-07")


def month_shapes(columns: Columns) -> list[dict[str, Any]]:
    """Return each month with the count of its photos and their ratios, the latest first, undated ones last."""
    return [
        {
            "month": month or None,
            "count": len(rows),
            "ratios": b64encode(rows.tobytes()).decode(),
        }
        for month, rows in ((month, columns.ratios[which]) for month, which in _months(columns))
    ]


def month_photos(columns: Columns, month: str) -> dict[str, Any]:
    """Return what a grid shows of a month's photos, a column each.

    `month` is a part of a date, UNDATED or NEWEST.
    """
    if month == NEWEST:
        return shown(columns.rows(next((rows for _, rows in _months(columns)), slice(0))))
    return shown(columns.rows(_month_of(columns) == (b"" if month == UNDATED else month.encode())))


def shown(rows: Columns) -> dict[str, Any]:
    """Return what a grid shows of photos, a column each, as JSON has it."""
    hashes = rows.hashes.tobytes().hex()
    dates = rows.taken.astype("U").tolist()
    rated, videos = np.flatnonzero(rows.ratings), np.flatnonzero(rows.seconds >= 0)
    return {
        "ids": rows.ids.tolist(),
        "ratios": b64encode(rows.ratios.tobytes()).decode(),
        "dates": [date or None for date in dates],
        "hashes": [hashes[at : at + HASH_DIGITS] for at in range(0, len(hashes), HASH_DIGITS)],
        "placeholders": b64encode(rows.placeholders.tobytes()).decode(),
        "favourites": rows.ids[rows.favourites].tolist(),
        "ratings": dict(zip(map(str, rows.ids[rated].tolist()), rows.ratings[rated].tolist(), strict=True)),
        "kinds": _kinds(rows),
        "seconds": dict(zip(map(str, rows.ids[videos].tolist()), rows.seconds[videos].tolist(), strict=True)),
    }


def _kinds(rows: Columns) -> dict[str, str]:
    return {
        str(photo_id): kind
        for kind, which in (("raw", rows.raw), ("motion", rows.moving), ("video", rows.seconds >= 0))
        for photo_id in rows.ids[which].tolist()
    }


def _months(columns: Columns) -> Iterator[tuple[str, slice]]:
    """Yield each month with the rows of its photos: these lie side by side."""
    months = _month_of(columns)
    if not len(months):
        return
    starts = np.flatnonzero(np.r_[True, months[1:] != months[:-1]]).tolist()
    for start, end in zip(starts, [*starts[1:], len(months)], strict=True):
        yield months[start].decode(), slice(start, end)


def _month_of(columns: Columns) -> NDArray[np.bytes_]:
    return columns.taken.astype(f"S{_MONTH_CHARACTERS}")
