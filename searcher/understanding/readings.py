"""Which words of a question say when or where, and so are filters rather than something that photos show?

A reading is kept only where it leaves photos; quotation marks undo it, for it looks at plain words alone.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from photoseek.searcher.errors import GazetteerUnusable
from photoseek.searcher.query.allowed import allowed
from photoseek.searcher.query.asking import Asking
from photoseek.searcher.query.query import Query, Reading
from photoseek.searcher.understanding.dates_in_words import Found, dates_in
from photoseek.searcher.understanding.places_in_words import place_in
from photoseek.storage import for_terminal


def understood(query: Query, asking: Asking, today: date | None = None) -> tuple[Query, tuple[Reading, ...]]:
    """Give the query with filters in place of words that say when or where, and these readings.

    What a person should know of them is added to the notes of `asking`. `today` is what "last year" counts from.
    """
    today = today or datetime.now().astimezone().date()
    sides = [_side(side, asking, today, alone=not query.others) for side in query.sides]
    readings = tuple(dict.fromkeys(reading for _, made in sides for reading in made))
    asking.notes.extend(map(_said, readings))
    first, *others = (side for side, _ in sides)
    return replace(first, sort=query.sort, others=tuple(others)), readings


def _side(side: Query, asking: Asking, today: date, *, alone: bool) -> tuple[Query, list[Reading]]:
    """Read one side of OR, which must go on to look for something unless it stands alone."""
    dates = dates_in(side.text, today)
    place = _place(side.text, dates, asking)
    for found in ([*dates, *place], dates, place) if dates and place else (dates or place,):
        readings = [Reading(side.text[one.begins : one.ends], one.filters) for one in found]
        read = replace(side, text=_without(side.text, found), filters=(*side.filters, *readings))
        if found and not read.only_pushes and (alone or read.embeds) and _leaves_photos(read, asking):
            return read, readings
    return side, []


def _place(text: str, dates: Sequence[Found], asking: Asking) -> list[Found]:
    """Give the place that a text names; none, and a note, where the table of towns can't be used."""
    try:
        found = place_in(text, dates, asking.transaction)
    except GazetteerUnusable as error:
        asking.notes.append(f"places are not understood: {error}")
        return []
    return [] if found is None else [found]


def _leaves_photos(query: Query, asking: Asking) -> bool:
    let_through = allowed(query.filters, replace(asking, notes=[], lying=[]))
    return let_through is None or bool(let_through.difference(asking.transaction.photos.absent_ids()))


def _without(text: str, found: Sequence[Found]) -> str:
    kept, at = [], 0
    for one in sorted(found, key=lambda one: one.begins):
        kept.append(text[at : one.begins])
        at = one.ends
    return " ".join("".join([*kept, text[at:]]).split())


def _said(reading: Reading) -> str:
    words = for_terminal(reading.words)
    return f"read “{words}” as {reading}; to look for the words instead, put quotation marks: '\"{words}\"'"
