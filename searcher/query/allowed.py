"""Which photos do the filters of a question let through?"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial

from photoseek.searcher.query.asking import Asking, Filters, LetThrough, Meaning
from photoseek.searcher.query.called import called_so
from photoseek.searcher.query.filters import read, span_of
from photoseek.searcher.query.folders import AnyLying, Lying, Place, lying, where_fitting
from photoseek.searcher.query.query import AnyOf, Filter, Reading
from photoseek.storage import Condition, check_time
from photoseek.storage.rows import conditions


def allowed(filters: Iterable[Filter | AnyOf | Reading], asking: Asking) -> set[int] | None:
    """Give the photos that all the filters let through, missing ones too; None if there is no filter.

    Adds to the notes of `asking`, and to where files must lie. It is remembered for whatever else the same
    question asks, so that nobody may change the set.
    """
    filters = tuple(filters)
    found = asking.found.get(filters)
    if found is None:
        apart = replace(asking, notes=[], lying=[])
        photos = _let_through(filters, apart)
        found = asking.found[filters] = LetThrough(photos, tuple(apart.lying), tuple(apart.notes))
    asking.notes.extend(found.notes)
    asking.lying.extend(found.lying)
    return found.photos


def _let_through(filters: Filters, asking: Asking) -> set[int] | None:
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
    # One file must fulfil all that is about files.
    if any(isinstance(place, AnyLying) for place in asking.lying):
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


def _contradiction(filters: Iterable[Filter | AnyOf | Reading]) -> Iterator[str]:
    """Say which two dates let no photo through together, if any do."""
    plain = [made for made in filters if isinstance(made, Filter) and not made.negated]
    spans = [(made, *span) for made in plain if (span := span_of(made)) is not None]
    begun = [(begins, str(made)) for made, begins, _ in spans if begins]
    ended = [(ends, str(made)) for made, _, ends in spans if ends]
    if begun and ended:
        (begins, latest), (ends, earliest) = max(begun), min(ended)
        if ends <= begins:
            yield f"nothing can be both {latest} and {earliest}: leave one of them out"
