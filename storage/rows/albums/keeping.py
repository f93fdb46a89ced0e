"""Albums as they were, to be brought back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, exists, insert, select

from photoseek.storage.rows.albums.albums import Albums
from photoseek.storage.schema import tables
from photoseek.storage.schema.dialect import upsert
from photoseek.storage.schema.portions import in_portions

_TABLE = tables.album.c
_PICKED = tables.album_photo.c
_IDS_A_STATEMENT = 10_000


@dataclass(frozen=True, slots=True)
class KeptAlbum:
    """An album with everything in it."""

    album_id: int
    name: str
    query: str | None
    created_at: str
    added_at: Mapping[int, str]  # of each photo that was picked, by its id


class KeptAlbums:
    """Takes albums as they are, and brings them back."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def keep(self, album_id: int) -> KeptAlbum:
        """Return an existing album as it is."""
        row = self._connection.execute(select(tables.album).where(_TABLE.id == album_id)).one()
        return KeptAlbum(row.id, row.name, row.query, row.created_at, self.added_at(album_id))

    def made_at(self, album_id: int) -> str | None:
        """Return when an album was made; None if there is none. Another album may get the id of a deleted one."""
        return self._connection.execute(select(_TABLE.created_at).where(_TABLE.id == album_id)).scalar()

    def added_at(self, album_id: int, among: Iterable[int] | None = None) -> dict[int, str]:
        """Return when each photo was put into an album, by its id; `among` are those it is about."""
        asked = select(_PICKED.photo_id, _PICKED.added_at).where(_PICKED.album_id == album_id)
        portions = [None] if among is None else in_portions(among, _IDS_A_STATEMENT)
        return {
            photo_id: added_at
            for some in portions
            for photo_id, added_at in self._connection.execute(
                asked if some is None else asked.where(_PICKED.photo_id.in_(some))
            )
        }

    def bring_back(self, kept: KeptAlbum) -> None:
        """Make an album again that was deleted. Raises NameTaken."""
        Albums(self._connection).refuse_taken(kept.name)
        values: dict[str, int | str | None] = {
            "name": kept.name,
            "query": kept.query,
            "created_at": kept.created_at,
        }
        is_taken = select(exists().where(_TABLE.id == kept.album_id))
        if not self._connection.execute(is_taken).scalar_one():  # so that its address leads to it again
            values["id"] = kept.album_id
        made = self._connection.execute(insert(tables.album).values(values).returning(_TABLE.id)).scalar_one()
        self.put_back(made, kept.added_at)

    def put_back(self, album_id: int, added_at: Mapping[int, str]) -> int:
        """Put photos back that were taken out, but those forgotten since; returns how many."""
        photo = tables.photo.c.id
        put = 0
        for some in in_portions(added_at, _IDS_A_STATEMENT):
            there = self._connection.execute(select(photo).where(photo.in_(some))).scalars()
            rows = [{"album_id": album_id, "photo_id": one, "added_at": added_at[one]} for one in there]
            if rows:
                self._connection.execute(
                    upsert(self._connection, tables.album_photo).on_conflict_do_nothing(), rows
                )
            put += len(rows)
        return put
