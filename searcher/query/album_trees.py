"""Which photos does `album:` mean? Those of the album with this name, and of all albums below it."""

from collections.abc import Callable
from dataclasses import dataclass

from photoseek.searcher.errors import BadQuery
from photoseek.searcher.query.filter_context import FilterContext
from photoseek.searcher.query.folders import AnyFolderRule, FolderRule
from photoseek.searcher.query.parsing import parse_line
from photoseek.searcher.query.query import Query
from photoseek.storage import Album, Condition, Transaction
from photoseek.storage.rows import conditions
from photoseek.storage.rows.albums import is_same_name

FolderRules = list[FolderRule | AnyFolderRule]
# Returns the ids of the photos that a saved query finds.
Answer = Callable[[Transaction, Query, FilterContext], set[int]]


@dataclass(frozen=True, slots=True)
class AlbumPhotos:
    """Finds the photos of albums within one transaction, for `FilterContext.album`."""

    transaction: Transaction
    answer: Answer
    within: tuple[int, ...] = ()  # ids of the albums whose saved queries led here

    def __call__(self, name: str, folder_rules: FolderRules) -> Condition | set[int]:
        """Return the photos of the album and of those below it; adds the folder rules of saved queries.

        In the saved query of an album below this one, only the photos that were picked count: with the others it
        would lead back to itself. Raises UnknownName, and BadQuery if the query of the album itself leads back.
        """
        albums = self.transaction.albums.tree(name)
        leads_back = [album for album in albums if album.album_id in self.within]
        if any(is_same_name(album.name, name) for album in leads_back):
            raise BadQuery(f"the album “{name}” is filled by a query that leads back to it: remove it")
        picked = conditions.in_albums([album.album_id for album in albums if album.query is None])
        saved = [] if leads_back else [album for album in albums if album.query is not None]
        if not saved:
            return picked
        if len(albums) == 1:
            return self._found_by(saved[0], folder_rules)
        found: list[tuple[frozenset[int], tuple[FolderRule | AnyFolderRule, ...]]] = [
            (frozenset(self.transaction.photos.which([picked])), ())
        ]
        for album in saved:
            apart: FolderRules = []  # an album's folder rules hold for its own photos only
            photos = self._found_by(album, apart)
            found.append((frozenset(photos), tuple(apart)))
        if any(rules for _, rules in found):
            folder_rules.append(AnyFolderRule(tuple(found)))
        return set().union(*(photos for photos, _ in found))

    def _found_by(self, album: Album, folder_rules: FolderRules) -> set[int]:
        """Return the ids of the photos that an album's saved query finds."""
        assert album.query is not None  # noqa: S101 (a picked set has none)
        inner = AlbumPhotos(self.transaction, self.answer, (*self.within, album.album_id))
        context = FilterContext(self.transaction, inner, folder_rules=folder_rules, is_saved=True)
        return self.answer(self.transaction, parse_line(album.query), context)
