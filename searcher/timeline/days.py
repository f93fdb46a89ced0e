"""The same days in other years."""

from datetime import date, timedelta
from typing import Any

import numpy as np

from photoseek.searcher.timeline.columns import Columns
from photoseek.searcher.timeline.months import shown

_LEAP_YEAR = 2000  # so that 29 February is a day like others
_YEAR, _DAY = slice(0, 4), slice(5, 10)  # of an ISO date


def on_this_day(columns: Columns, day: date, around: int) -> list[dict[str, Any]]:
    """Return the photos of other years that were taken within days of a day, by year, the latest first.

    Around New Year, photos of both sides belong to the year that the day itself lies in.
    """
    middle = day.replace(year=_LEAP_YEAR)
    days = [middle + timedelta(days=step) for step in range(-around, around + 1)]
    # By the day that a photo was taken on: what is added to the year that it was taken in.
    shift = {one.strftime("%m-%d").encode(): _LEAP_YEAR - one.year for one in days}
    days_taken = columns.taken.astype("S10").tolist()
    by_year: dict[int, list[int]] = {}
    for row, written in enumerate(days_taken):
        if written[_DAY] in shift:
            by_year.setdefault(int(written[_YEAR]) + shift[written[_DAY]], []).append(row)
    by_year.pop(day.year, None)
    return [
        {"year": year, **shown(columns.rows(np.array(rows, np.intp)))}
        for year, rows in sorted(by_year.items(), reverse=True)
    ]
