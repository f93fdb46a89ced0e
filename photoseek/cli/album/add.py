"""`photoseek album add`: photos into an album."""

from pathlib import Path
from typing import TYPE_CHECKING

from photoseek.cli.command import Command
from photoseek.cli.options import add_album, named_path
from photoseek.cli.output import say
from photoseek.cli.parser import Parser

if TYPE_CHECKING:
    from photoseek.hooks import Hooks


class AddToAlbum(Command):
    """Put photos of the library into an album that no query fills.

    Examples:
      photoseek album add wedding ~/Pictures/2023/06/*.jpg
    """

    album: str
    paths: list[Path]

    def add_arguments(self, parser: Parser) -> None:
        """Add the album and the photos."""
        add_album(parser)
        parser.argument("paths", "PATH", read=named_path, many=True)

    def run(self, hooks: "Hooks") -> int:
        """Put the photos into the album."""
        from photoseek.searcher import BadQuery
        from photoseek.searcher.albums.contents import photo_ids
        from photoseek.storage import Library

        opened = Library.existing(self.library)
        found = photo_ids(opened, self.paths)
        with opened.catalog.write() as transaction:
            album = transaction.albums.named(self.album)
            if album.query is not None:
                raise BadQuery(
                    f"the album “{self.album}” is filled by its query: make another for photos you pick"
                )
            added = transaction.albums.add(album, found)
        say(f"{added} photos added to {self.album}")
        return 0
