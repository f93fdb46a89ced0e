"""`photoseek album create`: an empty album, or a saved query."""

from typing import TYPE_CHECKING

from photoseek.cli.command import Command
from photoseek.cli.options import add_album
from photoseek.cli.output import say
from photoseek.cli.parser import Parser
from photoseek.storage import for_terminal

if TYPE_CHECKING:
    from photoseek.hooks import Hooks


class CreateAlbum(Command):
    """Make an empty album, or one that a query fills and keeps filling.

    A name with slashes lies below another: `album:Trips` means “Trips/2023” too.

    Examples:
      photoseek album create graduation
      photoseek album create dogs --where "a dog outdoors after:2019 -in:2023"
      photoseek album create Trips/2023
    """

    album: str
    where: str | None

    def add_arguments(self, parser: Parser) -> None:
        """Add the album, and the query that fills it."""
        add_album(parser)
        parser.option("--where", "QUERY", "Fill the album by a query.")

    def run(self, hooks: "Hooks") -> int:
        """Make the album."""
        from photoseek.searcher import parse_line
        from photoseek.searcher.albums.naming import refuse_bad_name
        from photoseek.storage import Library

        refuse_bad_name(self.album)
        opened = Library.existing(self.library)
        query = None if self.where is None else parse_line(self.where).anchored(hooks.directory)
        if query is not None:  # asked now, so that what can't be answered is known now
            searcher = hooks.searcher(self.library)
            answer = searcher.find(query, 1)
            query = searcher.understood(query)  # “last summer” stays the summer that it is now
            for note in answer.notes:
                say(for_terminal(note), err=True)
            if not answer.hits or answer.matches is False:
                say("no photo fits it now", err=True)
        with opened.catalog.write() as transaction:
            transaction.albums.create(self.album, None if query is None else str(query))
        say(f"made the album {for_terminal(self.album)}")
        return 0
