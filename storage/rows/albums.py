"""Rows of albums, and the photos in them."""

import unicodedata
from collections.abc import Iterable

from sqlalchemy import Connection, case, delete, func, insert, select

from photoseek.storage.clock import now
from photoseek.storage.errors import NameTaken, UnknownName
from photoseek.storage.records import Album
from photoseek.storage.schema import tables
from photoseek.storage.schema.sqlite import upsert

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
        found = next((album for album in self.all() if _composed(album.name) == _composed(name)), None)
        if found is None:
            raise UnknownName(f"there is no album “{name}”: `photoseek album list` shows those there are")
        return found

    def create(self, name: str, query: str | None) -> Album:
        """Make an empty picked set, or save a query. Raises NameTaken."""
        if any(_composed(album.name) == _composed(name) for album in self.all()):
            raise NameTaken(
                f"an album “{name}” exists already: choose another name, or remove that one first"
            )
        self._connection.execute(insert(tables.album).values(name=name, query=query, created_at=now()))
        return self.named(name)

    def remove(self, name: str) -> None:
        """Delete the album; its photos stay in the library. Raises UnknownName."""
        self._connection.execute(delete(tables.album).where(_TABLE.id == self.named(name).album_id))

    def add(self, album: Album, photo_ids: Iterable[int]) -> int:
        """Put photos into a picked set; returns how many were not in it."""
        before = len(self.photos(album))
        rows = [{"album_id": album.album_id, "photo_id": photo, "added_at": now()} for photo in photo_ids]
        if rows:
            self._connection.execute(upsert(tables.album_photo).on_conflict_do_nothing(), rows)
        return len(self.photos(album)) - before

    def photos(self, album: Album) -> list[int]:
        """Photo ids of a picked set, in the order of adding."""
        rows = self._connection.execute(
            select(_PICKED.photo_id)
            .where(_PICKED.album_id == album.album_id)
            .order_by(_PICKED.added_at, _PICKED.photo_id)
        )
        return [photo_id for (photo_id,) in rows]


def _composed(name: str) -> str:
    """Return the composed form of a name: Macs write “é” as two characters."""
    return unicodedata.normalize("NFC", name)
