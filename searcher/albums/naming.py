"""Names of albums: “Trips/2023” lies below “Trips”. A new name keeps saved queries in step."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

from photoseek.searcher.errors import BadQuery
from photoseek.searcher.query.query import Filter, refuse_steering
from photoseek.searcher.understanding.renaming import mend_queries
from photoseek.storage import Album, Library, NameTaken, Transaction
from photoseek.storage.rows.albums.albums import NESTED_BY, is_at_or_below, is_same_name, moved_below

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
        return _renamed(transaction, old, new)


def rename_numbered(library: Library, album_id: int, new: str) -> tuple[Album, Renamed]:
    """Rename the album with this id as `rename` does; returns it as it is called now, and what changed."""
    refuse_bad_name(new)
    with library.catalog.write() as transaction:
        renamed = _renamed(transaction, transaction.albums.numbered(album_id).name, new)
        return transaction.albums.numbered(album_id), renamed


def take_back_rename(library: Library, renamed: Renamed) -> None:
    """Give albums their names of before a rename, those that are called as it called them; queries follow.

    Raises NameTaken.
    """
    before = {new: old for old, new in renamed.names.items()}
    with library.catalog.write() as transaction:
        names = {one.album_id: before[one.name] for one in transaction.albums.all() if one.name in before}
        transaction.albums.rename(names)
        mend_queries(transaction, partial(_called, names=before))


def _renamed(transaction: Transaction, old: str, new: str) -> Renamed:
    albums = transaction.albums.tree(old)
    others = [album for album in transaction.albums.all() if album not in albums]
    if any(is_same_name(album.name, new) for album in others):
        raise NameTaken(f"an album “{new}” exists already: choose another name, or remove that one first")
    names = {album.album_id: moved_below(album.name, old, new) for album in albums}
    transaction.albums.rename(names)
    mended = mend_queries(transaction, partial(_moved, old=old, new=new))
    return Renamed(
        {album.name: names[album.album_id] for album in albums}, mended.queries_of, mended.questions
    )


def _called(made: Filter, names: Mapping[str, str]) -> Filter:
    if made.key != "album" or made.value not in names:
        return made
    return replace(made, value=names[made.value])


def _moved(made: Filter, old: str, new: str) -> Filter:
    if made.key != "album" or not is_at_or_below(made.value, old):
        return made
    return replace(made, value=moved_below(made.value, old, new))
