"""The work behind the routes of albums: each change, and how it is taken back."""

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, Field

from photoseek.searcher.albums.naming import Renamed, refuse_bad_name, rename_numbered, take_back_rename
from photoseek.searcher.query.budget import MOST_CHARACTERS
from photoseek.searcher.query.parsing import parse_line
from photoseek.searcher.query.query import checked
from photoseek.searcher.web.api.changing.chosen import MOST_NAME, ChangedShape, Ids, known
from photoseek.searcher.web.api.searching.pictures import pictures_of_library
from photoseek.searcher.web.errors import Refused
from photoseek.searcher.web.services import Services
from photoseek.storage import Album, Transaction, UnknownName
from photoseek.storage.rows.albums.keeping import KeptAlbum

PATIENCE_S = 20.0  # that a new saved query may wait for questions


class NewAlbum(BaseModel):
    """An album of picked photos, or one that a query fills and keeps filling."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=MOST_NAME)
    query: str | None = Field(None, max_length=MOST_CHARACTERS, description="Fills the album; without `ids`.")
    ids: Ids | None = None


class ChangedAlbumShape(ChangedShape):
    """How many photos changed places, the token that takes it back, and the album."""

    id: int
    name: str


class AlbumWork:
    """Changes albums, and keeps how each change is taken back; each method is one transaction."""

    def __init__(self, services: Services) -> None:
        self._warm = services.warm
        self._library = services.library
        self._catalog = services.library.catalog
        self._undo = services.undo

    def understood(self, line: str) -> str:
        """Return a query as it is saved: “last summer” stays the summer that it is now. Raises BadQuery."""
        self._warm.refuse_replaced()
        with self._catalog.read() as transaction:
            query = pictures_of_library(transaction, parse_line(line))
        with self._warm.turn(PATIENCE_S):
            searcher = self._warm.searcher()
            searcher.find(query, 1)  # so that what can't be answered is known now
            return str(searcher.understood(query))

    def make(self, asked: NewAlbum, query: str | None) -> ChangedAlbumShape:
        """Make an album."""
        self._warm.refuse_replaced()
        name = checked(asked.name)
        refuse_bad_name(name)
        with self._catalog.write() as transaction:
            album = transaction.albums.create(name, query)
            photos = 0 if asked.ids is None else transaction.albums.add(album, known(transaction, asked.ids))
            kept = transaction.kept_albums.keep(album.album_id)
        undo = self._undo.add(photos + 1, lambda: self._unmade(kept))
        return _changed(album, photos, undo)

    def rename(self, album_id: int, name: str) -> ChangedAlbumShape:
        """Give an album another name; those below it, and saved queries that name it, follow."""
        self._warm.refuse_replaced()
        album, renamed = rename_numbered(self._library, album_id, checked(name))
        return _changed(album, 0, self._undo.add(1, lambda: self._renamed_back(renamed)))

    def delete(self, album_id: int) -> ChangedAlbumShape:
        """Delete an album; its photos stay."""
        self._warm.refuse_replaced()
        album, photos, kept = self._deleted(album_id)
        return _changed(album, photos, self._undo.add(photos + 1, lambda: self._brought_back(kept)))

    def put(self, album_id: int, ids: list[int]) -> ChangedAlbumShape:
        """Put photos into an album that no query fills."""
        self._warm.refuse_replaced()
        with self._catalog.write() as transaction:
            album = _picked(transaction, album_id)
            made_at = transaction.kept_albums.made_at(album_id)
            there = known(transaction, ids)
            before = transaction.kept_albums.added_at(album_id, there)
            transaction.albums.add(album, there)
        new = [photo_id for photo_id in there if photo_id not in before]
        undo = self._undo.add(len(new), lambda: self._taken_out(album_id, made_at, new)) if new else None
        return _changed(album, len(new), undo)

    def take_out(self, album_id: int, ids: list[int]) -> ChangedAlbumShape:
        """Take photos out of an album that no query fills."""
        self._warm.refuse_replaced()
        with self._catalog.write() as transaction:
            album = _picked(transaction, album_id)
            made_at = transaction.kept_albums.made_at(album_id)
            before = transaction.kept_albums.added_at(album_id, transaction.photos.known(ids))
            transaction.albums.take_out(album, before)
        undo = (
            self._undo.add(len(before), lambda: self._put_back(album_id, made_at, before)) if before else None
        )
        return _changed(album, len(before), undo)

    def _unmade(self, kept: KeptAlbum) -> int:
        with self._catalog.write() as transaction:
            refuse_changed(transaction, kept)
            transaction.albums.remove(kept.name)
        return len(kept.added_at)

    def _deleted(self, album_id: int) -> tuple[Album, int, KeptAlbum]:
        with self._catalog.write() as transaction:
            album = transaction.albums.numbered(album_id)
            kept = transaction.kept_albums.keep(album_id)
            transaction.albums.remove(album.name)
        return album, len(kept.added_at), kept

    def _brought_back(self, kept: KeptAlbum) -> int:
        with self._catalog.write() as transaction:
            transaction.kept_albums.bring_back(kept)
        return len(kept.added_at)

    def _taken_out(self, album_id: int, made_at: str | None, ids: list[int]) -> int:
        with self._catalog.write() as transaction:
            return transaction.albums.take_out(_same(transaction, album_id, made_at), ids)

    def _put_back(self, album_id: int, made_at: str | None, added_at: Mapping[int, str]) -> int:
        with self._catalog.write() as transaction:
            _same(transaction, album_id, made_at)
            return transaction.kept_albums.put_back(album_id, added_at)

    def _renamed_back(self, renamed: Renamed) -> int:
        take_back_rename(self._library, renamed)
        return 0


def refuse_changed(transaction: Transaction, kept: KeptAlbum) -> None:
    """Raise Refused for an album that is not as it was made any more, and UnknownName if it is gone."""
    album = transaction.albums.numbered(kept.album_id)
    if transaction.kept_albums.keep(kept.album_id) != kept:
        raise Refused(
            409,
            "changed-since",
            f"the album “{album.name}” was changed since it was made: undo that first, or delete it",
        )


def _same(transaction: Transaction, album_id: int, made_at: str | None) -> Album:
    """Return the album that a change was of. Raises UnknownName if it is gone, also if another has its id now."""
    album = transaction.albums.numbered(album_id)
    if transaction.kept_albums.made_at(album_id) != made_at:
        raise UnknownName("the album of this change was deleted: undo that first")
    return album


def _picked(transaction: Transaction, album_id: int) -> Album:
    album = transaction.albums.numbered(album_id)
    if album.query is not None:
        raise Refused(
            400,
            "bad-query",
            f"the album “{album.name}” is filled by its query: make another for photos you pick",
        )
    return album


def _changed(album: Album, photos: int, undo: str | None) -> ChangedAlbumShape:
    return ChangedAlbumShape(id=album.album_id, name=album.name, photos=photos, undo=undo)
