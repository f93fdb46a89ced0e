"""What a question says beside its words, one by one: each with what it means and the line without it.

A page shows these as chips that can be taken away. The lines are made from the parsed query, never from its text.
"""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from photoseek.searcher.query.places import near
from photoseek.searcher.query.query import AnyOf, Filter, LibraryPhoto, Part, Picture, Query, Reading, Words

Kind = Literal["filter", "group", "reading", "words", "picture", "order"]
_Element = Filter | AnyOf | Part


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one element means, for a page to say in its language."""

    key: str  # of a filter, or "like" for a picture, "words" for a phrase, "sort" for an order
    value: str  # for `on:`, one date or the first of two; for `near:`, the place without its radius
    until: str | None = None  # the last date of a range
    km: float | None = None  # the radius around a place
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Chip:
    """One element of a question."""

    kind: Kind
    text: str  # as the query line writes it; of a reading, the words that were typed
    means: tuple[Meaning, ...]  # none for a group of alternatives, which says itself
    without: str  # the query line without it; "" if nothing is left
    as_words: str | None = None  # of a reading: the line that looks for its words instead

    def as_json(self) -> dict[str, Any]:
        """Return the chip in its JSON shape."""
        return asdict(self) | {"means": [asdict(meaning) for meaning in self.means]}


def chips_of(query: Query, readings: tuple[Reading, ...]) -> list[Chip]:
    """Return the chips of a query as it was typed, and of the words in it that were read as filters."""
    chips = [_reading(query, reading) for reading in readings]
    chips += [_element(query, element) for element in dict.fromkeys(_elements(query))]
    if query.sort is not None:
        means = (Meaning("sort", query.sort),)
        chips.append(Chip("order", f"sort:{query.sort}", means, str(replace(query, sort=None))))
    return chips


def meaning_of(made: Filter) -> Meaning:
    """Return what a filter means."""
    if made.key == "on":
        first, _, last = made.value.partition("..")
        return Meaning("on", first, last or None, negated=made.negated)
    if made.key == "near":
        return _near(made)
    return Meaning(made.key, made.value, negated=made.negated)


def _near(made: Filter) -> Meaning:
    spot = near.read_spot(made.value)
    km = spot.radius_km
    if spot.name is None:
        place = made.value.partition("~")[0].strip()
        km = near.circle(spot)[2]
    else:
        towns = near.named(spot.name)
        place = str(towns[0]) if towns else spot.name
        km = km or (near.reach_km(towns[0]) if towns else None)
    return Meaning("near", place, km=None if km is None else round(km, 1), negated=made.negated)


def _elements(query: Query) -> Iterator[_Element]:
    for side in query.sides:
        yield from (made for made in side.filters if not isinstance(made, Reading))
        # A phrase that pulls is a part of the question itself.
        yield from (part for part in side.parts if part.weight < 0 or not isinstance(part.what, Words))


def _element(query: Query, element: _Element) -> Chip:
    def remaining(side: Query) -> Query:
        return replace(
            side,
            filters=tuple(made for made in side.filters if made != element),
            parts=tuple(part for part in side.parts if part != element),
        )

    without = _changed(query, remaining)
    match element:
        case Filter():
            return Chip("filter", str(element), (meaning_of(element),), without)
        case Part(Words(text), weight):
            return Chip("words", str(element), (Meaning("words", text, negated=weight < 0),), without)
        case Part(LibraryPhoto(photo_id), weight):
            means = Meaning("like", f"#{photo_id}", negated=weight < 0)
            return Chip("picture", str(element), (means,), without)
        case Part(Picture(path), weight):
            return Chip("picture", str(element), (Meaning("like", path, negated=weight < 0),), without)
    return Chip("group", str(element), (), without)


def _reading(query: Query, reading: Reading) -> Chip:
    phrase = Part(Words(reading.words))

    def quoted(side: Query) -> Query:
        text = _without_words(side.text, reading.words)
        return side if text == side.text else replace(side, text=text, parts=(*side.parts, phrase))

    without = _changed(query, lambda side: replace(side, text=_without_words(side.text, reading.words)))
    means = tuple(map(meaning_of, reading.filters))
    return Chip("reading", reading.words, means, without, _changed(query, quoted))


def _changed(query: Query, change: Callable[[Query], Query]) -> str:
    """Return the line of a query whose sides are changed; a side that asks for nothing any more is dropped."""
    sides = [side for side in map(change, query.sides) if side.embeds or side.filters]
    # Beside others, a side that only filters can't stand; it would widen the question to all that pass it.
    if len(sides) > 1:
        sides = [side for side in sides if side.embeds]
    if not sides:
        return ""
    return str(replace(sides[0], sort=query.sort, others=tuple(sides[1:])))


def _without_words(text: str, words: str) -> str:
    """Return a text, whose words are separated by single spaces, without each place where these words stand."""
    kept, away = text.split(), words.split()
    at = 0
    while at + len(away) <= len(kept):
        if kept[at : at + len(away)] == away:
            del kept[at : at + len(away)]
        else:
            at += 1
    return " ".join(kept)
