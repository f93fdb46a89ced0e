"""The kinds of filters: how the value of each is read, and what it then asks of the catalog."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

from photoseek.searcher.errors import BadQuery
from photoseek.searcher.query import places
from photoseek.searcher.query.asking import Asking, Meaning
from photoseek.searcher.query.countries import read_country, taken_in
from photoseek.searcher.query.folders import normal_path
from photoseek.searcher.query.periods import months, period
from photoseek.searcher.query.query import Filter
from photoseek.storage import Condition, Transaction, words_asked
from photoseek.storage.photo_formats import DEVELOPED_FORMATS, FORMAT_OF_SUFFIX
from photoseek.storage.rows import conditions

_REMEMBERED = 200  # filters, each of some hundred bytes


@dataclass(frozen=True, slots=True)
class Key:
    """One kind of filter."""

    read: Callable[[str], Meaning]  # raises BadQuery for a value that means nothing
    example: str


def read(made: Filter) -> Meaning:
    """Say what a filter means, whether negated or not. Raises BadQuery."""
    return _read(made.key, made.value)


@lru_cache(_REMEMBERED)
def _read(name: str, value: str) -> Meaning:
    """Read it once for all that needs it: to refuse it early, to understand words, to search, and to explain."""
    key = KEYS[name]
    if not value:
        raise BadQuery(f"{name}: needs a value, as in {key.example}")
    return key.read(value)


def span_of(made: Filter) -> "Span | None":
    """Give the days that a filter names; None for one that is not about a time. Raises BadQuery."""
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


def _taken(span: Callable[[str], Span]) -> Callable[[str], Meaning]:
    def read(value: str) -> Meaning:
        begins, ends = span(value)
        return lambda _: conditions.taken_between(begins, ends)

    return read


def _during(value: str) -> Meaning:
    north, south = months(value)
    return lambda _: conditions.taken_in_months(north, south)


def _camera(value: str) -> Meaning:
    def meaning(asking: Asking) -> Condition:
        known = asking.transaction.photos.cameras()
        return conditions.taken_with(cameras=_named_like(value, known, "camera", asking))

    return meaning


def _lens(value: str) -> Meaning:
    def meaning(asking: Asking) -> Condition:
        known = asking.transaction.photos.lenses()
        return conditions.taken_with(lenses=_named_like(value, known, "lens", asking))

    return meaning


_NAMES_TOLD = 5


def _named_like(value: str, known: Sequence[str], what: str, asking: Asking) -> list[str]:
    """Choose the names that hold every word of `value`; a number holds no part of a longer one."""
    words = [
        re.compile(rf"(?<!\d){re.escape(word)}" if word[0].isdigit() else re.escape(word), re.IGNORECASE)
        for word in value.split()
    ]
    found = [name for name in known if all(word.search(name) for word in words)]
    if not found:
        asking.notes.append(f"no {what} in the library is named like “{value}”: there are {_some_of(known)}")
    return found


def _some_of(names: Sequence[str]) -> str:
    told = ", ".join(names[:_NAMES_TOLD]) + (" and others" if len(names) > _NAMES_TOLD else "")
    return told or "none"


def _in(value: str) -> Meaning:
    normal_path(value)  # what can't be one is refused as it is read
    return lambda asking: asking.places(value)


def _near(value: str) -> Meaning:
    latitude, longitude, km, said = places.circle(places.read_spot(value))

    def meaning(asking: Asking) -> set[int]:
        if said:
            asking.notes.append(said)
        return taken_around(latitude, longitude, km, asking.transaction)

    return meaning


def _country(value: str) -> Meaning:
    code = read_country(value)
    return lambda asking: taken_in(code, asking.transaction)


def taken_around(latitude: float, longitude: float, km: float, transaction: Transaction) -> set[int]:
    """Give the photos that were taken in a circle, missing ones too."""
    inside = conditions.inside(*places.box(latitude, longitude, km))
    return {
        photo_id
        for photo_id, north, east in transaction.photos.positions(inside)
        if places.distance_km(latitude, longitude, north, east) <= km
    }


# By each name of a format that people use: the catalog's own, or a suffix of its files.
_FORMATS: dict[str, tuple[str, ...]] = {
    **{name.lower(): (name,) for name in DEVELOPED_FORMATS},
    **{suffix[1:]: (name,) for suffix, name in FORMAT_OF_SUFFIX.items() if suffix != ".raw"},
}
# A photo in several pictures is a JPEG to people.
_FORMATS |= {name: ("JPEG", "MPO") for name, formats in _FORMATS.items() if formats == ("JPEG",)}


def _type(value: str) -> Meaning:
    name = value.lower()
    if name == "raw":
        return lambda _: conditions.raw()
    formats = _FORMATS.get(name)
    if formats is None:
        raise BadQuery(_no_such("type", value, ["raw", *_FORMATS]))
    return lambda _: conditions.of_format(formats)


_KINDS: dict[str, Callable[[], Condition]] = {
    "landscape": conditions.wider_than_high,
    "portrait": conditions.higher_than_wide,
    "square": conditions.as_wide_as_high,
    "panorama": conditions.panorama,
    "tagged": conditions.tagged,
    "dated": conditions.dated,
    "located": conditions.located,
}


def _is(value: str) -> Meaning:
    kind = _KINDS.get(value.lower())
    if kind is None:
        raise BadQuery(_no_such("is", value, list(_KINDS)))
    return lambda _: kind()


def _tag(name: str) -> Meaning:
    def meaning(asking: Asking) -> Condition:
        if not asking.transaction.tags.is_known(name):
            known = list(asking.transaction.tags.counts())
            remedy = _instead("tag", name, known, _some_of(known))
            asking.notes.append(f"no photo carries the tag “{name}”: {remedy}")
        return conditions.tagged(name)

    return meaning


def _in_words(kind: str) -> Callable[[str], Meaning]:
    """Read a filter for words that stand in one kind of a photo's names, each of them or what begins with it."""

    def read(value: str) -> Meaning:
        words = words_asked(value)
        if not words:
            raise BadQuery(
                f"{kind}:{value} has no letter or digit: write what stands there, as in {kind}:beach"
            )
        return lambda asking: asking.transaction.words.with_all(words, prefix=True, kind=kind)

    return read


def _no_such(key: str, value: str, known: list[str]) -> str:
    remedy = _instead(key, value, known, ", ".join(known[:8]))
    return f"{key}:{value} is nothing to filter by: {remedy}"


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
    "is": Key(_is, "is:landscape"),
    "name": Key(_in_words("name"), "name:2041"),
    "text": Key(_in_words("text"), "text:harbour"),
    "keyword": Key(_in_words("keyword"), "keyword:sunset"),
    "tag": Key(_tag, "tag:beach"),
    "album": Key(lambda name: lambda asking: asking.album(name, asking.lying), "album:wedding"),
}
# Those whose values may have spaces: a shell takes the quotation marks from them.
NAMED = ("tag", "album", "camera", "lens", "in", "near", "country", "name", "text", "keyword")
