"""Which words of a question are dates or places, and so filters rather than something that photos show?

A reading is kept only if photos pass it. Quoted words are not read.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from photoseek.searcher.errors import GazetteerUnusable
from photoseek.searcher.query.filter_context import FilterContext
from photoseek.searcher.query.matching import photo_ids_matching
from photoseek.searcher.query.query import Query, Reading
from photoseek.searcher.understanding.dates_in_words import Found, dates_in
from photoseek.searcher.understanding.places_in_words import place_in
from photoseek.storage import for_terminal


def understood(
    query: Query, context: FilterContext, today: date | None = None
) -> tuple[Query, tuple[Reading, ...]]:
    """Return the query with filters in place of dates and places, and these readings.

    Notes about them are added to those of `context`. "last year" counts from `today`.
    """
    today = today or datetime.now().astimezone().date()
    sides = [_side(side, context, today, alone=not query.others) for side in query.sides]
    readings = tuple(dict.fromkeys(reading for _, made in sides for reading in made))
    context.notes.extend(map(_note, readings))
    first, *others = (side for side, _ in sides)
    return replace(first, sort=query.sort, others=tuple(others)), readings


def _side(side: Query, context: FilterContext, today: date, *, alone: bool) -> tuple[Query, list[Reading]]:
    """Read one side of OR. Unless it is the only one, it must still embed something afterwards."""
    dates = dates_in(side.text, today)
    place = _place(side.text, dates, context)
    for found in ([*dates, *place], dates, place) if dates and place else (dates or place,):
        readings = [Reading(side.text[one.begins : one.ends], one.filters) for one in found]
        read = replace(side, text=_without(side.text, found), filters=(*side.filters, *readings))
        if found and not read.only_pushes and (alone or read.embeds) and _leaves_photos(read, context):
            return read, readings
    return side, []


def _place(text: str, dates: Sequence[Found], context: FilterContext) -> list[Found]:
    """Return the place that a text names; none, with a note, if the table of towns can't be used."""
    try:
        found = place_in(text, dates, context.transaction)
    except GazetteerUnusable as error:
        context.notes.append(f"places are not understood: {error}")
        return []
    return [] if found is None else [found]


def _leaves_photos(query: Query, context: FilterContext) -> bool:
    let_through = photo_ids_matching(query.filters, replace(context, notes=[], folder_rules=[]))
    return let_through is None or bool(let_through.difference(context.transaction.photos.absent_ids()))


def _without(text: str, found: Sequence[Found]) -> str:
    kept, at = [], 0
    for one in sorted(found, key=lambda one: one.begins):
        kept.append(text[at : one.begins])
        at = one.ends
    return " ".join("".join([*kept, text[at:]]).split())


def _note(reading: Reading) -> str:
    words = for_terminal(reading.words)
    return f"read “{words}” as {reading}; to look for the words instead, put quotation marks: '\"{words}\"'"
