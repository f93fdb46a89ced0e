"""`photoseek album rename`: another name for an album and those below it."""

from typing import TYPE_CHECKING

from photoseek.cli.command import Command
from photoseek.cli.options import add_album, album_name
from photoseek.cli.output import say
from photoseek.cli.parser import Parser
from photoseek.storage import for_terminal

if TYPE_CHECKING:
    from photoseek.hooks import Hooks


class RenameAlbum(Command):
    """Give an album another name, and with it those below it; saved queries that name them follow.

    Examples:
      photoseek album rename beach Trips/beach
    """

    album: str
    new_name: str

    def add_arguments(self, parser: Parser) -> None:
        """Add the album and its new name."""
        add_album(parser)
        parser.argument("new_name", "NEW", read=album_name)

    def run(self, hooks: "Hooks") -> int:
        """Rename the album."""
        from photoseek.indexer.wording import counted
        from photoseek.searcher.albums.naming import rename
        from photoseek.storage import Library

        renamed = rename(Library.existing(self.library), self.album, self.new_name)
        below = len(renamed.names) - 1
        others = f", and {counted(below, 'album')} below it" if below else ""
        say(f"renamed {for_terminal(self.album)} to {for_terminal(self.new_name)}{others}")
        for name in renamed.queries_of:
            say(f"the query of {for_terminal(name)} follows")
        for question in renamed.questions:
            say(f"the judged question follows: {for_terminal(question)}")
        return 0
