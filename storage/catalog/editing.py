"""Transactions of a user who may see, or edit, some photos."""

from collections.abc import Iterable

from sqlalchemy import Connection, column, quoted_name, select, table

from photoseek.storage.catalog.catalog import Transaction
from photoseek.storage.errors import NotYours
from photoseek.storage.records import Album
from photoseek.storage.rows.albums.albums import Albums
from photoseek.storage.rows.edits import Edits
from photoseek.storage.rows.photos import Photos
from photoseek.storage.schema.dialect import dialect_of
from photoseek.storage.schema.editing import NOT_YOURS


class UserTransaction(Transaction):
    """Knows what of that which a user sees may be edited."""

    def editable_photos(self, photo_ids: Iterable[int]) -> set[int]:
        """Return those of some photos that the user may edit."""
        return _among(self.connection, "editable_photo", photo_ids)

    def editable_albums(self, album_ids: Iterable[int]) -> set[int]:
        """Return those of some albums that the user may put photos into."""
        return _among(self.connection, "editable_album", album_ids)


class EditorTransaction(UserTransaction):
    """Changes what a user may edit; anything else is refused by the database, and the transaction with it.

    Unlike one that reads, it does not hide rows: a caller asks `photos.known` and `albums.numbered` what is
    there for the user, and says nothing of other ids.
    """

    def __init__(self, connection: Connection, revision: int, user_id: int) -> None:
        super().__init__(connection, revision)
        self.photos = _EditablePhotos(connection)
        self.albums = _EditableAlbums(connection)
        self.edits = Edits(connection, user_id)


class _EditablePhotos(Photos):
    def known(self, photo_ids: Iterable[int]) -> list[int]:
        """Return those that the user sees. Raises NotYours if one of them is not the user's to edit."""
        known = super().known(photo_ids)
        seen = _among(self._connection, "seen_photo", known)
        if seen - _among(self._connection, "editable_photo", known):
            raise NotYours(NOT_YOURS)
        return [photo_id for photo_id in known if photo_id in seen]


class _EditableAlbums(Albums):
    def all(self) -> list[Album]:
        """Every album that the user sees, by name."""
        albums = super().all()
        seen = _among(self._connection, "seen_album", [album.album_id for album in albums])
        return [album for album in albums if album.album_id in seen]

    def numbered(self, album_id: int) -> Album:
        """Return the album with this id. Raises UnknownName; NotYours if it is not the user's to edit."""
        album = super().numbered(album_id)
        if not _among(self._connection, "editable_album", [album_id]):
            raise NotYours(NOT_YOURS)
        return album


def _among(connection: Connection, name: str, ids: Iterable[int]) -> set[int]:
    dialect = dialect_of(connection)
    where = quoted_name(dialect.editing.schema(connection), quote=False)
    number = table(name, column("id"), schema=where).c.id
    return set(connection.execute(select(number).where(dialect.is_among(number, ids))).scalars())
