"""Rows of albums, and the photos in them."""

import unicodedata
from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, case, delete, func, insert, select, update

from photoseek.storage.clock import now
from photoseek.storage.errors import NameTaken, UnknownName
from photoseek.storage.records import Album
from photoseek.storage.schema import tables
from photoseek.storage.schema.dialect import upsert
from photoseek.storage.schema.portions import in_portions

NESTED_BY = "/"  # “Trips/2023” lies below “Trips”
_IDS_A_STATEMENT = 10_000  # SQLite allows 32,766 parameters
_TABLE = tables.album.c
_PICKED = tables.album_photo.c


class Albums:
    """Questions about albums: picked sets and saved queries."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> list[Album]:
        """Every album, by name."""
        counted = case((_TABLE.query.is_(None), func.count(_PICKED.photo_id)), else_=None)
        asked = (
            select(_TABLE.id, _TABLE.name, _TABLE.query, counted)
            .outerjoin(tables.album_photo, _PICKED.album_id == _TABLE.id)
            .group_by(_TABLE.id, _TABLE.name, _TABLE.query)
            .order_by(_TABLE.name)
        )
        return [Album(*row) for row in self._connection.execute(asked)]

    def named(self, name: str) -> Album:
        """Return the album of this name; raises UnknownName."""
        found = next((album for album in self.all() if is_same_name(album.name, name)), None)
        if found is None:
            raise UnknownName(f"there is no album “{name}”: `photoseek album list` shows those there are")
        return found

    def numbered(self, album_id: int) -> Album:
        """Return the album with this id; raises UnknownName."""
        found = next((album for album in self.all() if album.album_id == album_id), None)
        if found is None:
            raise UnknownName(f"there is no album #{album_id}: /api/v1/albums lists those there are")
        return found

    def tree(self, name: str) -> list[Album]:
        """Return the album of this name and those below it, or what there is of them. Raises UnknownName."""
        found = [album for album in self.all() if is_at_or_below(album.name, name)]
        return found or [self.named(name)]

    def create(self, name: str, query: str | None) -> Album:
        """Make an empty picked set, or save a query. Raises NameTaken."""
        self.refuse_taken(name)
        self._connection.execute(insert(tables.album).values(name=name, query=query, created_at=now()))
        return self.named(name)

    def rename(self, names: Mapping[int, str]) -> None:
        """Give albums new names, by their ids. Raises NameTaken before anything changes."""
        self._refuse_taken(names.values(), (one for one in self.all() if one.album_id not in names))
        # First out of the way: one album's new name may be another's old one.
        for made in ({album_id: f"\n{album_id}" for album_id in names}, names):
            for album_id, name in made.items():
                changed = update(tables.album).where(_TABLE.id == album_id)
                self._connection.execute(changed.values(name=name))

    def set_query(self, album: Album, query: str) -> None:
        """Replace the query of an album that is a saved one."""
        self._connection.execute(update(tables.album).where(_TABLE.id == album.album_id).values(query=query))

    def remove(self, name: str) -> None:
        """Delete the album; its photos stay in the library. Raises UnknownName."""
        self._connection.execute(delete(tables.album).where(_TABLE.id == self.named(name).album_id))

    def add(self, album: Album, photo_ids: Iterable[int]) -> int:
        """Put photos into a picked set; returns how many were not in it."""
        before = len(self.photos(album))
        rows = [{"album_id": album.album_id, "photo_id": photo, "added_at": now()} for photo in photo_ids]
        if rows:
            self._connection.execute(
                upsert(self._connection, tables.album_photo).on_conflict_do_nothing(), rows
            )
        return len(self.photos(album)) - before

    def take_out(self, album: Album, photo_ids: Iterable[int]) -> int:
        """Take photos out of a picked set; returns how many were in it."""
        taken = 0
        for some in in_portions(photo_ids, _IDS_A_STATEMENT):
            asked = delete(tables.album_photo).where(
                _PICKED.album_id == album.album_id, _PICKED.photo_id.in_(some)
            )
            taken += self._connection.execute(asked).rowcount
        return taken

    def photos(self, album: Album) -> list[int]:
        """Photo ids of a picked set, in the order of adding."""
        rows = self._connection.execute(
            select(_PICKED.photo_id)
            .where(_PICKED.album_id == album.album_id)
            .order_by(_PICKED.added_at, _PICKED.photo_id)
        )
        return [photo_id for (photo_id,) in rows]

    def refuse_taken(self, name: str) -> None:
        """Raise NameTaken if an album has this name."""
        self._refuse_taken([name], self.all())

    def with_photo(self, photo_id: int) -> dict[int, str]:
        """Return the names of the albums that a photo was picked for, by their ids, in the order of the names."""
        asked = (
            select(_TABLE.id, _TABLE.name)
            .join(tables.album_photo, _PICKED.album_id == _TABLE.id)
            .where(_PICKED.photo_id == photo_id)
            .order_by(_TABLE.name)
        )
        return {album_id: name for album_id, name in self._connection.execute(asked)}  # noqa: C416 (rows are not pairs to dict())

    @staticmethod
    def _refuse_taken(names: Iterable[str], albums: Iterable[Album]) -> None:
        taken = {_composed(album.name) for album in albums}
        for name in names:
            if _composed(name) in taken:
                raise NameTaken(
                    f"an album “{name}” exists already: choose another name, or remove that one first"
                )


def is_same_name(name: str, other: str) -> bool:
    """Return whether two names are the same album's, however their characters are composed."""
    return _composed(name) == _composed(other)


def is_at_or_below(name: str, ancestor: str) -> bool:
    """Return whether `name` is `ancestor` or nested below it."""
    return f"{_composed(name)}{NESTED_BY}".startswith(f"{_composed(ancestor)}{NESTED_BY}")


def moved_below(name: str, old: str, new: str) -> str:
    """Return a name at or below `old` as it is once `old` is called `new`."""
    return new + _composed(name)[len(_composed(old)) :]


def _composed(name: str) -> str:
    """Return the composed form of a name: Macs write “é” as two characters."""
    return unicodedata.normalize("NFC", name)
