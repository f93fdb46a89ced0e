"""Names of albums: “Trips/2023” lies below “Trips”. A new name keeps saved queries in step."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

from photoseek.searcher.errors import BadQuery
from photoseek.searcher.query.query import Filter, refuse_steering
from photoseek.searcher.understanding.renaming import mend_queries
from photoseek.storage import Library, NameTaken
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


def _moved(made: Filter, old: str, new: str) -> Filter:
    if made.key != "album" or not is_at_or_below(made.value, old):
        return made
    return replace(made, value=moved_below(made.value, old, new))
