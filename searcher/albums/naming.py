"""Names of albums: “Trips/2023” lies below “Trips”. A new name keeps saved queries in step."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from photoseek.searcher.errors import BadQuery
from photoseek.searcher.query.parsing import parse_line
from photoseek.searcher.query.query import AnyOf, Filter, Reading, refuse_steering
from photoseek.storage import Library, NameTaken, Transaction
from photoseek.storage.rows.albums import NESTED_BY, is_at_or_below, is_same_name, moved_below

_NO_NAMES = frozenset({"", ".", ".."})


@dataclass(frozen=True, slots=True)
class Renamed:
    """What a rename changed."""

    names: Mapping[str, str]  # each album's new name by its old one
    queries_of: tuple[str, ...]  # albums, by their names now, whose saved queries name the new name
    questions: tuple[str, ...]  # judged questions, as they are now, that name it


def refuse_bad_name(name: str) -> None:
    """Raise BadQuery for a new name that can't be used: with control characters, or an empty part."""
    refuse_steering(name)
    if any(part.strip() in _NO_NAMES for part in name.split(NESTED_BY)):
        raise BadQuery("a part of the name between slashes is empty, or only dots: write it as in Trips/2023")


def rename(library: Library, old: str, new: str) -> Renamed:
    """Rename an album and those below it, and every query that names them. Raises UnknownName or NameTaken."""
    refuse_bad_name(new)
    with library.catalog.write() as transaction:
        albums = transaction.albums.tree(old)
        others = [album for album in transaction.albums.all() if album not in albums]
        if any(is_same_name(album.name, new) for album in others):
            raise NameTaken(f"an album “{new}” exists already: choose another name, or remove that one first")
        names = {album.album_id: moved_below(album.name, old, new) for album in albums}
        transaction.albums.rename(names)
        return Renamed(
            {album.name: names[album.album_id] for album in albums},
            tuple(_mend_albums(transaction, old, new)),
            tuple(_mend_judgements(transaction, old, new)),
        )


def _mend_albums(transaction: Transaction, old: str, new: str) -> list[str]:
    mended = []
    for album in transaction.albums.all():
        line = None if album.query is None else _mended(album.query, old, new)
        if line is not None:
            transaction.albums.set_query(album, line)
            mended.append(album.name)
    return mended


def _mend_judgements(transaction: Transaction, old: str, new: str) -> list[str]:
    mended = []
    for question, judged in transaction.judgements.all().items():
        line = _mended(question, old, new)
        if line is not None:
            transaction.judgements.forget(question)
            transaction.judgements.put(line, judged)
            mended.append(line)
    return mended


def _mended(line: str, old: str, new: str) -> str | None:
    """Return a query line with the album's new name; None if it doesn't name the album."""
    try:
        query = parse_line(line, nearer=True)
    except BadQuery:  # it can't be asked in any case
        return None
    sides = [
        replace(side, filters=tuple(_renamed(one, old, new) for one in side.filters)) for side in query.sides
    ]
    mended = replace(sides[0], sort=query.sort, others=tuple(sides[1:]))
    return None if mended == query else str(mended)


def _renamed(made: Filter | AnyOf | Reading, old: str, new: str) -> Filter | AnyOf | Reading:
    match made:
        case Filter("album", value) if is_at_or_below(value, old):
            return replace(made, value=moved_below(value, old, new))
        case AnyOf():
            return _renamed_group(made, old, new)
        case _:
            return made


def _renamed_group(group: AnyOf, old: str, new: str) -> AnyOf:
    alternatives = []
    for every in group.alternatives:
        renamed = (_renamed(one, old, new) for one in every)
        alternatives.append(tuple(one for one in renamed if not isinstance(one, Reading)))
    return replace(group, alternatives=tuple(alternatives))
