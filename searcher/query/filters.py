"""What each filter means: how its value is read, and which photos it lets through."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import partial

from photoseek.searcher.errors import BadQuery
from photoseek.searcher.query import places
from photoseek.searcher.query.called import called_so
from photoseek.searcher.query.countries import read_country, taken_in
from photoseek.searcher.query.folders import (
    AnyLying,
    Lying,
    Place,
    lying,
    normal_path,
    places_named,
    where_fitting,
)
from photoseek.searcher.query.periods import months, period
from photoseek.searcher.query.query import PHOTO_SUFFIXES, AnyOf, Filter, Reading
from photoseek.storage import Condition, Transaction, check_time, words_asked
from photoseek.storage.rows import conditions


@dataclass(frozen=True, slots=True)
class Asking:
    """What finding out which photos a filter lets through may need."""

    transaction: Transaction
    # By name; the second are the places of `Asking.lying`, to which a saved query adds its own.
    album: Callable[[str, list[Lying | AnyLying]], "Condition | set[int]"]
    notes: list[str] = field(default_factory=list)  # what a person should know of how they were understood
    lying: list[Lying | AnyLying] = field(default_factory=list)  # where the files lie that were let through
    is_saved: bool = False  # a saved query goes on to answer when a folder that it names has gone

    def places(self, value: str) -> list[Place]:
        """Give the places that `in:` means. Raises BadQuery where there are none, but for a saved query."""
        try:
            return places_named(value, self.transaction)
        except BadQuery as error:
            if not self.is_saved:
                raise
            self.notes.append(str(error))
            return []


Meaning = Callable[[Asking], "Condition | set[int] | list[Place]"]


@dataclass(frozen=True, slots=True)
class Key:
    """One kind of filter."""

    read: Callable[[str], Meaning]  # raises BadQuery for a value that means nothing
    example: str


def read(made: Filter) -> Meaning:
    """Say what a filter means. Raises BadQuery."""
    key = KEYS[made.key]
    if not made.value:
        raise BadQuery(f"{made.key}: needs a value, as in {key.example}")
    return key.read(made.value)


def allowed(filters: Iterable[Filter | AnyOf | Reading], asking: Asking) -> set[int] | None:
    """Give the photos that all the filters let through, missing ones too; None if there is no filter."""
    filters = tuple(dict.fromkeys(_turned_inward(filters)))
    asking.notes.extend(_contradiction(filters))
    asked: list[Condition] = []
    sets: list[tuple[set[int], bool]] = []
    lying_: list[tuple[list[Place], bool]] = []
    for made in filters:
        check_time()
        negated = not isinstance(made, Reading) and made.negated
        found = _meaning(made)(replace(asking, lying=[]) if negated else asking)
        if isinstance(found, list):  # of files, not of photos: one file must fulfil all
            lying_.append((found, negated))
        elif isinstance(found, set):
            sets.append((found, negated))
        else:
            asked.append(conditions.unless(found) if negated else found)
    if lying_:
        there = [places_ for places_, negated in lying_ if not negated]
        elsewhere = [places_ for places_, negated in lying_ if negated]
        asked.append(conditions.lies_where(there, elsewhere))
        asking.lying.extend(
            lying(places_, asking.transaction, negated=negated) for places_, negated in lying_
        )
    if not asked and not sets:
        return None
    within = [found for found, negated in sets if not negated]
    photos = set.intersection(*within) if within and not asked else asking.transaction.photos.which(asked)
    photos = photos.intersection(*within).difference(*(found for found, negated in sets if negated))
    if any(
        isinstance(place, AnyLying) for place in asking.lying
    ):  # one file must fulfil all that is about files
        return where_fitting(photos, asking.lying, asking.transaction)
    return photos


def _turned_inward(filters: Iterable[Filter | AnyOf | Reading]) -> Iterator[Filter | AnyOf | Reading]:
    """Say of groups that may not be met what each of their filters may not: in: is about files."""
    for made in filters:
        if not (isinstance(made, AnyOf) and made.negated):
            yield made
            continue
        for every in made.alternatives:
            opposites = [replace(one, negated=not one.negated) for one in every]
            if len(opposites) == 1:
                yield from _turned_inward(opposites)
            else:
                yield AnyOf(tuple((one,) for one in opposites))


def _meaning(made: Filter | AnyOf | Reading) -> Meaning:
    match made:
        case Filter():
            return read(made)
        case AnyOf():
            return partial(_meets_any, made)
        case Reading():
            return partial(_meets_or_is_called, made)


def _meets_or_is_called(reading: Reading, asking: Asking) -> set[int]:
    met = allowed(reading.filters, replace(asking, lying=[])) or set()
    return met | called_so(asking.transaction, reading.words)


def _meets_any(group: AnyOf, asking: Asking) -> set[int]:
    met: list[tuple[frozenset[int], tuple[Lying | AnyLying, ...]]] = []
    for every in group.alternatives:
        apart = replace(asking, lying=[])  # no alternative says where a file that met another must lie
        found = allowed(every, apart)
        photos = asking.transaction.photos.which(()) if found is None else found
        met.append((frozenset(photos), tuple(apart.lying)))
    if any(places_ for _, places_ in met):
        asking.lying.append(AnyLying(tuple(met)))
    return set().union(*(photos for photos, _ in met))


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


def _contradiction(filters: Iterable[Filter | AnyOf | Reading]) -> Iterator[str]:
    """Say which two dates let no photo through together, if any do."""
    plain = [made for made in filters if isinstance(made, Filter) and not made.negated]
    spans = [(made, *_SPANS[made.key](made.value)) for made in plain if made.key in _SPANS]
    begun = [(begins, str(made)) for made, begins, _ in spans if begins]
    ended = [(ends, str(made)) for made, _, ends in spans if ends]
    if begun and ended:
        (begins, latest), (ends, earliest) = max(begun), min(ended)
        if ends <= begins:
            yield f"nothing can be both {latest} and {earliest}: leave one of them out"


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


# What people call formats, beside the catalog's own names; a photo in several pictures is a JPEG to them.
_FORMATS = {
    "jpg": ("JPEG", "MPO"),
    "jpeg": ("JPEG", "MPO"),
    "heif": ("HEIC",),
    "tif": ("TIFF",),
    "jp2": ("JPEG2000",),
    **{name.lower(): (name,) for name in conditions.FINISHED_FORMATS - {"JPEG"}},
}
_MAKERS = {suffix[1:] for suffix in PHOTO_SUFFIXES} - set(_FORMATS) - {"raw"}


def _type(value: str) -> Meaning:
    name = value.lower()
    if name == "raw":
        return lambda _: conditions.raw()
    formats = _FORMATS.get(name) or ((name.upper(),) if name in _MAKERS else None)
    if formats is None:
        raise BadQuery(_no_such("type", value, ["raw", *_FORMATS, *sorted(_MAKERS)]))
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
