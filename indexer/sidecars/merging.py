"""What of a sidecar changes, given what the library wrote last, what it says now, and what stands there now."""

from collections.abc import Iterable
from dataclasses import dataclass

from photoseek.indexer.sidecars.fields import (
    HIERARCHY,
    LISTS,
    PERSON_IN_IMAGE,
    REGIONS,
    SUBJECT,
    TEXTS,
    Change,
    Content,
    Field,
    Wanted,
    Written,
)


@dataclass(slots=True)
class Merged:
    """What to change, what is the library's after that, and the fields that both sides changed."""

    change: Change
    after: Written
    conflicts: list[Field]


def merged(wanted: Wanted, before: Written, now: Content, *, overwrite: bool = False) -> Merged:
    """Merge three sides of a sidecar.

    What another program changed since stays, unless the library changed it too: then it is for a person to decide.
    With `overwrite`, the library's word counts.
    """
    result = Merged(Change(), Written(), [])
    for one in LISTS:
        ours = before.lists.get(one, [])
        _merge_list(result, one, _items(one, wanted, now), ours, now.lists.get(one, []), overwrite=overwrite)
    for one in TEXTS:
        _merge_text(result, one, wanted.texts.get(one), before, now.texts.get(one), overwrite=overwrite)
    return result


def _items(one: Field, wanted: Wanted, now: Content) -> list[str]:
    """Return the tags as a list has them: by their names, or by paths that begin with their parents."""
    if one is PERSON_IN_IMAGE:
        return list(wanted.people)
    if one is SUBJECT:
        return [path[-1] for path in wanted.tags]
    if one not in now.lists and (one is not HIERARCHY or all(len(path) == 1 for path in wanted.tags)):
        return []
    paths = [path for path in wanted.tags if not any(one.separator in name for name in path)]
    return [one.separator.join(path) for path in paths]


def _merge_list(  # noqa: PLR0913 (three sides, and what comes of them)
    result: Merged, one: Field, wanted: list[str], ours: list[str], there: list[str], *, overwrite: bool
) -> None:
    # What another program took out stays the library's word, so that the next run doesn't add it either.
    taken_out = [] if overwrite else [item for item in ours if not _is_in(item, there, one)]
    add = [item for item in wanted if not _is_in(item, there, one) and not _is_in(item, taken_out)]
    remove = [item for item in ours if _is_in(item, there) and not _is_in(item, wanted)]
    kept = [item for item in ours if _is_in(item, wanted)]
    result.after.lists[one] = [*kept, *(item for item in add if not _is_in(item, kept))]
    if add:
        result.change.add[one] = list({item.casefold(): item for item in add}.values())
    if remove:
        result.change.remove[one] = remove


def _merge_text(  # noqa: PLR0913 (as above)
    result: Merged, one: Field, wanted: str | None, before: Written, there: str | None, *, overwrite: bool
) -> None:
    ours, theirs = before.texts.get(one, (None, None))
    put, after = result.change.put, result.after.texts
    if wanted is None:
        if ours is not None and there == ours:
            put[one] = theirs
    elif one is REGIONS and ours is None and there is not None:
        return  # another program's, with more in them than we could write
    elif there == wanted:
        if ours is not None:
            after[one] = wanted, theirs
    elif ours is None or there == ours:
        put[one], after[one] = wanted, (wanted, there if ours is None else theirs)
    elif overwrite:
        put[one], after[one] = wanted, (wanted, there)
    else:
        after[one] = ours, theirs
        if wanted != ours:
            result.conflicts.append(one)


def _is_in(item: str, items: Iterable[str], one: Field | None = None) -> bool:
    """Return whether a list has an item, in any case; one without parents is also in a path that ends with it."""
    folded = item.casefold()
    found = [other.casefold() for other in items]
    if folded in found:
        return True
    between = one.separator if one is not None else ""
    return bool(between) and between not in item and any(other.endswith(between + folded) for other in found)
