"""Which photos does `album:` mean? Those of the album with this name, and of all albums below it."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from photoseek.searcher.errors import BadQuery
from photoseek.searcher.query.filter_context import FilterContext
from photoseek.searcher.query.folders import AnyFolderRule, FolderRule
from photoseek.searcher.query.hidden import query_asks_for_hidden
from photoseek.searcher.query.parsing import parse_line
from photoseek.searcher.query.query import Query
from photoseek.storage import Album, Condition, Transaction
from photoseek.storage.rows import conditions
from photoseek.storage.rows.albums.albums import is_same_name

FolderRules = list[FolderRule | AnyFolderRule]
# Returns the ids of the photos that a saved query finds.
Answer = Callable[[Transaction, Query, FilterContext], set[int]]


@dataclass(frozen=True, slots=True)
class AlbumPhotos:
    """Finds the photos of albums within one transaction, for `FilterContext.album`."""

    transaction: Transaction
    answer: Answer
    within: tuple[int, ...] = ()  # ids of the albums whose saved queries led here
    hidden: frozenset[int] = frozenset()  # ids of photos that queries don't find unless they ask for them

    def __call__(
        self, name: str, folder_rules: FolderRules, left_out: frozenset[int] = frozenset()
    ) -> Condition | set[int]:
        """Return the photos of the album and of those below it; adds the folder rules of saved queries.

        Of an album whose own query doesn't ask for hidden photos, those with the ids `left_out` are left out.
        In the saved query of an album below this one, only the photos that were picked count: with the others it
        would lead back to itself. Raises UnknownName, and BadQuery if the query of the album itself leads back.
        """
        albums = self._counting(name)
        saved = [album for album in albums if album.query is not None]
        if len(albums) == len(saved) == 1:
            return self._found_by(saved[0], folder_rules)
        if not saved and not left_out:
            return conditions.in_albums([album.album_id for album in albums])
        found: list[tuple[frozenset[int], tuple[FolderRule | AnyFolderRule, ...]]] = []
        for album in albums:
            apart: FolderRules = []  # an album's folder rules hold for its own photos only
            photos = self.of_one(album, apart)
            if left_out and not (album.query is not None and self._asks(album)):
                photos = photos - left_out
            found.append((frozenset(photos), tuple(apart)))
        if any(rules for _, rules in found):
            folder_rules.append(AnyFolderRule(tuple(found)))
        return set().union(*(photos for photos, _ in found))

    def of_one(self, album: Album, folder_rules: FolderRules) -> set[int]:
        """Return the ids of the photos of an album, without those below it."""
        if album.query is not None:
            return self._found_by(album, folder_rules)
        return self.transaction.photos.which([conditions.in_albums([album.album_id])])

    def _counting(self, name: str) -> list[Album]:
        """Return the album and those below it that count. Raises UnknownName, BadQuery."""
        albums = self.transaction.albums.tree(name)
        leads_back = [album for album in albums if album.album_id in self.within]
        if any(is_same_name(album.name, name) for album in leads_back):
            raise BadQuery(f"the album “{name}” is filled by a query that leads back to it: remove it")
        return [album for album in albums if album.query is None] if leads_back else albums

    def asks_for_hidden(self, name: str) -> bool:
        """Return whether the album, or one below it, is filled by a query that asks for hidden photos."""
        saved = [
            album
            for album in self.transaction.albums.tree(name)
            if album.query is not None and album.album_id not in self.within
        ]
        return any(self._asks(album) for album in saved)

    def _asks(self, album: Album) -> bool:
        return query_asks_for_hidden(parse_line(album.query or ""), self._inside(album).asks_for_hidden)

    def _inside(self, album: Album) -> "AlbumPhotos":
        """Return what finds the photos of albums that the saved query of this one names."""
        return replace(self, within=(*self.within, album.album_id))

    def _found_by(self, album: Album, folder_rules: FolderRules) -> set[int]:
        """Return the ids of the photos that an album's saved query finds."""
        assert album.query is not None  # noqa: S101 (a picked set has none)
        inner = self._inside(album)
        context = FilterContext(
            self.transaction,
            inner,
            folder_rules=folder_rules,
            is_saved=True,
            # A query that does not ask for them finds them too: what names the album leaves them out, or asks.
            hidden=self.hidden if self.hidden and self._asks(album) else frozenset(),
            album_asks_for_hidden=inner.asks_for_hidden,
        )
        return self.answer(self.transaction, parse_line(album.query), context)
