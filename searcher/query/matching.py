"""Which photos pass the filters of a question?"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial

from photoseek.searcher.query.filter_context import CompiledFilter, FilterContext, FilterResult, Filters
from photoseek.searcher.query.filters import read, span_of
from photoseek.searcher.query.folders import (
    AnyFolderRule,
    FolderRule,
    Location,
    folder_rule,
    with_fitting_file,
)
from photoseek.searcher.query.hidden import hidden_for_each
from photoseek.searcher.query.photos_named import photos_named
from photoseek.searcher.query.query import AnyOf, Filter, Reading
from photoseek.storage import Condition, check_time
from photoseek.storage.rows import conditions


def photo_ids_matching(
    filters: Iterable[Filter | AnyOf | Reading], context: FilterContext
) -> set[int] | None:
    """Return the ids of photos that pass all filters, missing ones too; None if there is no filter.

    Without hidden photos, unless the filters ask for them; if there is no filter, that is left to the caller.

    Adds to the notes and the folder rules of `context`. The result is kept for the rest of the same question, so
    the set must not be changed.
    """
    filters = tuple(filters)
    found = context.found.get((filters, context.hidden))
    if found is None:
        apart = replace(context, notes=[], folder_rules=[])
        photos = _let_through(filters, apart)
        found = FilterResult(photos, tuple(apart.folder_rules), tuple(apart.notes))
        context.found[filters, context.hidden] = found
    context.notes.extend(found.notes)
    context.folder_rules.extend(found.folder_rules)
    return found.photos


def _let_through(filters: Filters, context: FilterContext) -> set[int] | None:
    filters = tuple(dict.fromkeys(_turned_inward(filters)))
    context.notes.extend(_contradiction(filters))
    asked_for: list[Condition] = []
    sets: list[tuple[set[int], bool]] = []
    located: list[tuple[list[Location], bool]] = []
    left_out_by_each, left_out = hidden_for_each(filters, context.hidden, context.album_asks_for_hidden)
    for made, hidden in zip(filters, left_out_by_each, strict=True):
        check_time()
        negated = not isinstance(made, Reading) and made.negated
        rules = [] if negated else context.folder_rules
        found = _compiled(made)(replace(context, folder_rules=rules, is_negated=negated, hidden=hidden))
        if isinstance(found, list):  # about files, not photos: one file must pass them all
            located.append((found, negated))
        elif isinstance(found, set):
            sets.append((found, negated))
        else:
            asked_for.append(conditions.unless(found) if negated else found)
    if located:
        there = [locations for locations, negated in located if not negated]
        elsewhere = [locations for locations, negated in located if negated]
        asked_for.append(conditions.lies_where(there, elsewhere))
        context.folder_rules.extend(
            folder_rule(locations, context.transaction, negated=negated) for locations, negated in located
        )
    if not asked_for and not sets:
        return None
    within = [found for found, negated in sets if not negated]
    photos = (
        set.intersection(*within) if within and not asked_for else context.transaction.photos.which(asked_for)
    )
    photos = photos.intersection(*within).difference(*(found for found, negated in sets if negated), left_out)
    # One file must pass all filters that are about files.
    if any(isinstance(rule, AnyFolderRule) for rule in context.folder_rules):
        return with_fitting_file(photos, context.folder_rules, context.transaction)
    return photos


def _turned_inward(filters: Iterable[Filter | AnyOf | Reading]) -> Iterator[Filter | AnyOf | Reading]:
    """Replace negated groups by their negated filters (De Morgan), since in: is about files."""
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


def _compiled(made: Filter | AnyOf | Reading) -> CompiledFilter:
    match made:
        case Filter():
            return read(made)
        case AnyOf():
            return partial(_meets_any, made)
        case Reading():
            return partial(_meets_or_is_called, made)


def _meets_or_is_called(reading: Reading, context: FilterContext) -> set[int]:
    met = photo_ids_matching(reading.filters, replace(context, folder_rules=[])) or set()
    return met | photos_named(context.transaction, reading.words)


def _meets_any(group: AnyOf, context: FilterContext) -> set[int]:
    met: list[tuple[frozenset[int], tuple[FolderRule | AnyFolderRule, ...]]] = []
    for every in group.alternatives:
        # An alternative's folder rules hold for its own photos only.
        apart = replace(context, folder_rules=[])
        found = photo_ids_matching(every, apart)
        photos = context.transaction.photos.which(()) - context.hidden if found is None else found
        met.append((frozenset(photos), tuple(apart.folder_rules)))
    if any(locations for _, locations in met):
        context.folder_rules.append(AnyFolderRule(tuple(met)))
    return set().union(*(photos for photos, _ in met))


def _contradiction(filters: Iterable[Filter | AnyOf | Reading]) -> Iterator[str]:
    """Yield a note that names two dates which no photo can pass together."""
    plain = [made for made in filters if isinstance(made, Filter) and not made.negated]
    spans = [(made, *span) for made in plain if (span := span_of(made)) is not None]
    begun = [(begins, str(made)) for made, begins, _ in spans if begins]
    ended = [(ends, str(made)) for made, _, ends in spans if ends]
    if begun and ended:
        (begins, latest), (ends, earliest) = max(begun), min(ended)
        if ends <= begins:
            yield f"nothing can be both {latest} and {earliest}: leave one of them out"
