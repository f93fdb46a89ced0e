"""The kinds of filters: how the value of each is parsed, and the catalog condition that it becomes."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

from photoseek.searcher.errors import BadQuery
from photoseek.searcher.query.filter_context import CompiledFilter, FilterContext
from photoseek.searcher.query.folders import normal_path
from photoseek.searcher.query.people.people_filters import read_people, read_person
from photoseek.searcher.query.places import near
from photoseek.searcher.query.places.countries import read_country, taken_in
from photoseek.searcher.query.query import Filter
from photoseek.searcher.query.text_filter import read_text, words_in
from photoseek.searcher.query.values.lengths import read_length
from photoseek.searcher.query.values.periods import MONTHS, SEASONS, months, period
from photoseek.storage import Condition, Transaction
from photoseek.storage.photo_formats import DEVELOPED_FORMATS, FORMAT_OF_SUFFIX, VIDEO_FORMAT_OF_SUFFIX
from photoseek.storage.rows import conditions
from photoseek.storage.rows.people.conditions import portrait_of_one

_REMEMBERED = 200  # filters kept, a hundred bytes or so each


@dataclass(frozen=True, slots=True)
class Key:
    """One kind of filter."""

    read: Callable[[str], CompiledFilter]  # raises BadQuery for a value that can't be parsed
    example: str


def read(made: Filter) -> CompiledFilter:
    """Return a filter's condition, ignoring negation. Raises BadQuery."""
    return _read(made.key, made.value)


@lru_cache(_REMEMBERED)
def _read(name: str, value: str) -> CompiledFilter:
    """Parse a filter once for all steps of a question: checking, reading words, searching, explaining."""
    key = KEYS[name]
    if not value:
        raise BadQuery(f"{name}: needs a value, as in {key.example}")
    return key.read(value)


def span_of(made: Filter) -> "Span | None":
    """Return the span of days that a filter names; None if it is not about a time. Raises BadQuery."""
    return _SPANS[made.key](made.value) if made.key in _SPANS else None


Span = tuple[str | None, str | None]  # the first day and the day after the last, ISO 8601; None: open


def _from(value: str) -> Span:
    return _one_period(value)[0], None


def _until(value: str) -> Span:
    return None, _one_period(value)[0]


def _one_period(value: str) -> tuple[str, str]:
    begins, ends = period(value)
    if ".." in value:
        raise BadQuery(f"a range goes with on:, as in on:{value}")
    return begins, ends


_SPANS: dict[str, Callable[[str], Span]] = {"after": _from, "before": _until, "on": period}


def _taken(span: Callable[[str], Span]) -> Callable[[str], CompiledFilter]:
    def read(value: str) -> CompiledFilter:
        begins, ends = span(value)
        return lambda _: conditions.taken_between(begins, ends)

    return read


def _during(value: str) -> CompiledFilter:
    north, south = months(value)
    return lambda _: conditions.taken_in_months(north, south)


def _camera(value: str) -> CompiledFilter:
    def condition(context: FilterContext) -> Condition:
        known = context.transaction.photos.cameras()
        return conditions.taken_with(cameras=_named_like(value, known, "camera", context))

    return condition


def _lens(value: str) -> CompiledFilter:
    def condition(context: FilterContext) -> Condition:
        known = context.transaction.photos.lenses()
        return conditions.taken_with(lenses=_named_like(value, known, "lens", context))

    return condition


_MOST_NAMES = 5


def _named_like(value: str, known: Sequence[str], what: str, context: FilterContext) -> list[str]:
    """Return the names that contain every word of `value`; a number doesn't match the end of a longer one."""
    words = [
        re.compile(rf"(?<!\d){re.escape(word)}" if word[0].isdigit() else re.escape(word), re.IGNORECASE)
        for word in value.split()
    ]
    found = [name for name in known if all(word.search(name) for word in words)]
    if not found:
        context.notes.append(f"no {what} in the library is named like “{value}”: there are {_some_of(known)}")
    return found


def _some_of(names: Sequence[str]) -> str:
    listed = ", ".join(names[:_MOST_NAMES]) + (" and others" if len(names) > _MOST_NAMES else "")
    return listed or "none"


def _in(value: str) -> CompiledFilter:
    normal_path(value)  # refuse a bad path when the query is parsed
    return lambda context: context.locations(value)


def _near(value: str) -> CompiledFilter:
    latitude, longitude, km, note = near.circle(near.read_spot(value))

    def condition(context: FilterContext) -> set[int]:
        if note:
            context.notes.append(note)
        return taken_around(latitude, longitude, km, context.transaction)

    return condition


def _country(value: str) -> CompiledFilter:
    code = read_country(value)
    return lambda context: taken_in(code, context.transaction)


def taken_around(latitude: float, longitude: float, km: float, transaction: Transaction) -> set[int]:
    """Return the ids of photos taken within a circle, missing ones too."""
    inside = conditions.inside(*near.box(latitude, longitude, km))
    return {
        photo_id
        for photo_id, north, east in transaction.photos.positions(inside)
        if near.distance_km(latitude, longitude, north, east) <= km
    }


# By each name of a format that people use: the catalog's own, or a suffix of its files.
_FORMATS: dict[str, tuple[str, ...]] = {
    **{name.lower(): (name,) for name in DEVELOPED_FORMATS},
    **{suffix[1:]: (name,) for suffix, name in FORMAT_OF_SUFFIX.items() if suffix != ".raw"},
    **{suffix[1:]: (name,) for suffix, name in VIDEO_FORMAT_OF_SUFFIX.items()},
}
# A photo in several pictures is a JPEG to people.
_FORMATS |= {name: ("JPEG", "MPO") for name, formats in _FORMATS.items() if formats == ("JPEG",)}


_GROUPS: dict[str, Callable[[], Condition]] = {"raw": conditions.raw, "video": conditions.video}


def _type(value: str) -> CompiledFilter:
    name = value.lower()
    if name in _GROUPS:
        condition = _GROUPS[name]
        return lambda _: condition()
    formats = _FORMATS.get(name)
    if formats is None:
        raise BadQuery(_no_such("type", value, [*_GROUPS, *_FORMATS]))
    return lambda _: conditions.of_format(formats)


def _length(value: str) -> CompiledFilter:
    span = read_length(value)
    return lambda _: conditions.lasting(*span)


_REJECTED, _MOST_STARS = -1, 5
_STARS = re.compile(r"(>=|<=|>|<|=)?(-1|[0-5])")
_STARS_BETWEEN = re.compile(r"(-1|[0-5])\.\.(-1|[0-5])")
_IN_WORDS = {"none": "0", "rejected": "-1"}


def _rating(value: str) -> CompiledFilter:
    if between := _STARS_BETWEEN.fullmatch(value):
        least, most = sorted(map(int, between.groups()))
        return lambda _: conditions.rated_between(least, most)
    match = _STARS.fullmatch(_IN_WORDS.get(value.lower(), value))
    if match is None:
        raise BadQuery(
            f"rating:{value} is no rating: write it as rating:4, rating:>=4, rating:3..5, rating:none or "
            "rating:rejected"
        )
    stars = int(match[2])
    least, most = {
        ">=": (stars, _MOST_STARS),
        ">": (stars + 1, _MOST_STARS),
        "<=": (_REJECTED, stars),
        "<": (_REJECTED, stars - 1),
    }.get(match[1], (stars, stars))
    return lambda _: conditions.rated_between(least, most)


_KINDS: dict[str, Callable[[], Condition]] = {
    "landscape": conditions.wider_than_high,
    "portrait": conditions.higher_than_wide,
    "square": conditions.as_wide_as_high,
    "panorama": conditions.panorama,
    "dated": conditions.dated,
    "located": conditions.located,
    "tagged": conditions.tagged,
    "untagged": conditions.untagged,
    "unsorted": conditions.unsorted,
    "rated": lambda: conditions.rated_between(1, _MOST_STARS),
    "rejected": lambda: conditions.rated_between(_REJECTED, _REJECTED),
    "favourite": conditions.favourite,
    "hidden": conditions.hidden,
    "edited": conditions.edited,
    "portrait-of-one": portrait_of_one,
}
SHAPES = ("landscape", "portrait", "square", "panorama")  # values of `is:` that are about width and height


def _is(value: str) -> CompiledFilter:
    kind = _KINDS.get(value.lower())
    if kind is None:
        raise BadQuery(_no_such("is", value, list(_KINDS)))
    return lambda _: kind()


def _tag(name: str) -> CompiledFilter:
    composed = unicodedata.normalize("NFC", name)  # Macs write “é” as two characters

    def condition(context: FilterContext) -> Condition:
        if context.transaction.tags.is_known(composed):
            return conditions.tagged(composed)
        if not context.transaction.tags.is_known(name):
            known = list(context.transaction.tags.counts())
            remedy = _instead("tag", name, known, _some_of(known))
            context.notes.append(f"no photo carries the tag “{name}”: {remedy}")
        return conditions.tagged(name)

    return condition


def _in_words(kind: str) -> Callable[[str], CompiledFilter]:
    """Return a parser of filters for words in one kind of a photo's names; a word also matches as a beginning."""

    def read(value: str) -> CompiledFilter:
        words = words_in(kind, value)
        return lambda context: context.transaction.words.with_all(words, prefix=True, kind=kind)

    return read


HAS: dict[str, Callable[[], Condition]] = {"text": conditions.with_text}


def _has(value: str) -> CompiledFilter:
    what = HAS.get(value.lower())
    if what is None:
        raise BadQuery(_no_such("has", value, list(HAS)))
    return lambda _: what()


def _no_such(key: str, value: str, known: list[str]) -> str:
    remedy = _instead(key, value, known, ", ".join(known[:8]))
    return f"{key}:{value} is not a filter: {remedy}"


def _instead(key: str, value: str, known: list[str], some: str) -> str:
    near = get_close_matches(value.lower(), known, 1)
    return f"did you mean {key}:{near[0]}?" if near else f"there are {some}"


KEYS: dict[str, Key] = {
    "after": Key(_taken(_from), "after:2023-05"),
    "before": Key(_taken(_until), "before:2024"),
    "on": Key(_taken(period), "on:2024-12-25"),
    "during": Key(_during, "during:summer"),
    "camera": Key(_camera, "camera:fuji"),
    "lens": Key(_lens, "lens:35mm"),
    "in": Key(_in, "in:Trips/2023"),
    "near": Key(_near, "near:kyoto"),
    "country": Key(_country, "country:italy"),
    "type": Key(_type, "type:raw"),
    "length": Key(_length, "length:>1min"),
    "is": Key(_is, "is:landscape"),
    "rating": Key(_rating, "rating:>=4"),
    "name": Key(_in_words("name"), "name:2041"),
    "text": Key(read_text, "text:harbour"),
    "has": Key(_has, "has:text"),
    "keyword": Key(_in_words("keyword"), "keyword:sunset"),
    "tag": Key(_tag, "tag:beach"),
    "person": Key(read_person, "person:anna"),
    "people": Key(read_people, "people:2"),
    "album": Key(
        lambda name: lambda context: context.album(name, context.folder_rules, context.hidden),
        "album:wedding",
    ),
}
# Keys whose values may have spaces: a shell removes the quotation marks.
NAMED = ("tag", "album", "person", "camera", "lens", "in", "near", "country", "name", "text", "keyword")
# Of keys that have few values, those that a person may be about to type.
VALUES: dict[str, tuple[str, ...]] = {
    "is": tuple(_KINDS),
    "has": tuple(HAS),
    "during": (*SEASONS, *MONTHS),
    "people": ("1", "2", ">2", "0"),
    "rating": ("5", ">=4", ">=3", "none", "rejected"),
    "type": (*_GROUPS, *sorted(_FORMATS)),
    "length": (">1min", "<30s", "10s..1min"),
}
