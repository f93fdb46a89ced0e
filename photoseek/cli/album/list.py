"""`photoseek album list`: which albums there are."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from photoseek.cli.command import Command
from photoseek.cli.options import add_json
from photoseek.cli.output import say, say_json
from photoseek.cli.parser import Parser
from photoseek.indexer.wording import counted
from photoseek.storage import for_terminal, to_text

if TYPE_CHECKING:
    from photoseek.hooks import Hooks
    from photoseek.storage import Album, Library


class ListAlbums(Command):
    """List the albums; those below another, as “Trips/2023” is below “Trips”, are indented.

    Examples:
      photoseek album list
    """

    as_json: bool

    def add_arguments(self, parser: Parser) -> None:
        """Add the form of the list."""
        add_json(parser)

    def run(self, hooks: "Hooks") -> int:
        """List the albums."""
        from photoseek.storage import Library

        opened = Library.existing(self.library)
        with opened.catalog.read() as transaction:
            albums = transaction.albums.all()
        if self.as_json:
            say_json({"albums": self._shown(hooks, opened, albums)})
            return 0
        for line in _tree(albums):
            say(line)
        return 0

    def _shown(
        self, hooks: "Hooks", library: "Library", albums: "Sequence[Album]"
    ) -> list[dict[str, str | int | None]]:
        covers = self._covers(hooks, library, albums) if albums else {}
        return [
            {
                "name": one.name,
                "photos": one.photo_count,
                "query": one.query,
                "cover": covers.get(one.name),
            }
            for one in albums
        ]

    def _covers(self, hooks: "Hooks", library: "Library", albums: "Sequence[Album]") -> dict[str, str]:
        """Return the path of each album's cover; none for an album that is empty or can't be answered now."""
        from photoseek.errors import PhotoseekError
        from photoseek.searcher.albums.covers import cover

        found: dict[str, str] = {}
        try:
            searcher = hooks.searcher(self.library)
        except PhotoseekError:  # nothing is indexed yet
            return found
        for album in albums:
            try:
                photo = cover(searcher, library, album.name)
            except PhotoseekError:  # its query names what is gone, or the model can't be loaded
                continue
            if photo is not None:
                found[album.name] = to_text(photo.paths[0])
        return found


def _tree(albums: "Sequence[Album]") -> Iterator[str]:
    """Yield a line for each album, and for each name that only has albums below it."""
    said: list[str] = []
    for album in sorted(albums, key=lambda one: one.name.split("/")):
        *above, last = album.name.split("/")
        for depth, name in enumerate(above):
            if said[: depth + 1] != above[: depth + 1]:
                yield f"{'  ' * depth}{for_terminal(name)}/"
        said = [*above, last]
        if album.query is None:
            holds = counted(album.photo_count or 0, "photo")
        else:
            holds = f"saved query: {for_terminal(album.query)}"
        yield f"{'  ' * len(above)}{for_terminal(last)}  ({holds})"
