"""Which photos does `album:` mean? Those of the album with this name, and of all albums below it."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace

from photoseek.searcher.errors import BadQuery
from photoseek.searcher.query.budget import MOST_ALBUMS, MOST_ALBUMS_DEEP
from photoseek.searcher.query.filter_context import FilterContext
from photoseek.searcher.query.folders import AnyFolderRule, FolderRule
from photoseek.searcher.query.hidden import query_asks_for_hidden
from photoseek.searcher.query.parsing import parse_line
from photoseek.searcher.query.query import AnyOf, Filter, Query, Reading
from photoseek.storage import Album, Condition, Transaction, UnknownName
from photoseek.storage.rows import conditions
from photoseek.storage.rows.albums.albums import is_same_name

FolderRules = list[FolderRule | AnyFolderRule]
# Returns the ids of the photos that a saved query finds.
Answer = Callable[[Transaction, Query, FilterContext], set[int]]


@dataclass(slots=True)
class _Kept:
    """What was read and answered before in one transaction: an album may be named many times."""

    trees: dict[str, list[Album]] = field(default_factory=dict)  # by name
    queries: dict[int, Query] = field(default_factory=dict)  # of saved ones, parsed, by album id
    reached: dict[int, frozenset[int]] = field(default_factory=dict)  # ids of what an album's query leads to
    # Photos and folder rules of a saved query, by album id and those albums that led to it and it leads back to.
    answers: dict[tuple[int, frozenset[int]], tuple[set[int], FolderRules]] = field(default_factory=dict)
    nested: int = 0  # answers within other answers


@dataclass(frozen=True, slots=True)
class AlbumPhotos:
    """Finds the photos of albums within one transaction, for `FilterContext.album`."""

    transaction: Transaction
    answer: Answer
    within: tuple[int, ...] = ()  # ids of the albums whose saved queries led here
    hidden: frozenset[int] = frozenset()  # ids of photos that queries don't find unless they ask for them
    kept: _Kept = field(default_factory=_Kept)

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
            if left_out and not (album.query is not None and self._any_asks([album])):
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
        albums = self._tree(name)
        leads_back = [album for album in albums if album.album_id in self.within]
        if any(is_same_name(album.name, name) for album in leads_back):
            raise BadQuery(f"the album “{name}” is filled by a query that leads back to it: remove it")
        return [album for album in albums if album.query is None] if leads_back else albums

    def asks_for_hidden(self, name: str) -> bool:
        """Return whether the album, or one below it, is filled by a query that asks for hidden photos."""
        return self._any_asks(self._tree(name))

    def _any_asks(self, albums: Iterable[Album]) -> bool:
        return any(
            query_asks_for_hidden(self._query(album), lambda _: False)
            for album in self._reached(albums, self.within, _albums_asked)
        )

    def _reached(
        self, albums: Iterable[Album], without: Iterable[int], named: Callable[[Query], Iterable[str]]
    ) -> Iterator[Album]:
        """Yield each album filled by a query that is among these, or that such a query leads to, once.

        `named` gives the names of the albums that a query leads to; albums with the ids `without` lead nowhere.
        """
        seen, left = set(without), list(albums)
        while left:
            album = left.pop()
            if album.query is None or album.album_id in seen:
                continue
            seen.add(album.album_id)
            yield album
            for name in named(self._query(album)):
                with suppress(UnknownName):  # its answer says so, if it is needed
                    left.extend(self._tree(name))

    def _tree(self, name: str) -> list[Album]:
        if name not in self.kept.trees:
            self.kept.trees[name] = self.transaction.albums.tree(name)
        return self.kept.trees[name]

    def _query(self, album: Album) -> Query:
        if album.album_id not in self.kept.queries:
            self.kept.queries[album.album_id] = parse_line(album.query or "")
        return self.kept.queries[album.album_id]

    def _found_by(self, album: Album, folder_rules: FolderRules) -> set[int]:
        """Return the ids of the photos that an album's saved query finds; adds its folder rules."""
        reached = self.kept.reached.get(album.album_id)
        if reached is None:
            reached = frozenset(one.album_id for one in self._reached([album], (), _albums_named))
            self.kept.reached[album.album_id] = reached
        # Of the albums that led here, only those that this one leads back to make its answer another.
        key = album.album_id, reached.intersection(self.within)
        if key not in self.kept.answers:
            self._refuse_too_many(album)
            rules: FolderRules = []
            self.kept.answers[key] = self._answered(album, rules), rules
        photos, rules = self.kept.answers[key]
        folder_rules.extend(rules)
        return set(photos)

    def _refuse_too_many(self, album: Album) -> None:
        """Count one more answer. Raises BadQuery if it is too many for one question."""
        self.kept.nested += bool(self.within)
        if len(self.within) >= MOST_ALBUMS_DEEP:
            raise BadQuery(
                f"the album “{album.name}” is behind {MOST_ALBUMS_DEEP} albums whose queries name the next: "
                "make one of them an album of picked photos"
            )
        if self.kept.nested > MOST_ALBUMS:
            raise BadQuery(
                f"this leads to more than {MOST_ALBUMS} queries of albums that name one another: "
                "name fewer albums in them"
            )

    def _answered(self, album: Album, folder_rules: FolderRules) -> set[int]:
        inner = replace(self, within=(*self.within, album.album_id))
        context = FilterContext(
            self.transaction,
            inner,
            folder_rules=folder_rules,
            is_saved=True,
            # A query that does not ask for them finds them too: what names the album leaves them out, or asks.
            hidden=self.hidden if self.hidden and self._any_asks([album]) else frozenset(),
            album_asks_for_hidden=inner.asks_for_hidden,
        )
        return self.answer(self.transaction, self._query(album), context)


def _albums_named(query: Query) -> Iterator[str]:
    """Yield the names of the albums in a query's filters."""
    return (name for side in query.sides for name in _named_in(side.filters))


def _named_in(filters: Iterable[Filter | AnyOf | Reading]) -> Iterator[str]:
    for made in filters:
        if isinstance(made, AnyOf):
            for every in made.alternatives:
                yield from _named_in(every)
        elif isinstance(made, Filter) and made.key == "album":
            yield made.value


def _albums_asked(query: Query) -> list[str]:
    """Return the albums by which a query may ask for hidden photos: not the negated ones."""
    names: list[str] = []

    def note(name: str) -> bool:
        names.append(name)
        return False

    query_asks_for_hidden(query, note)
    return names
