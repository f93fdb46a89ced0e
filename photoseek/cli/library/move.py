"""`photoseek library move`: the whole library to another place, into a database or out of one."""

import sys
from typing import TYPE_CHECKING

from photoseek.cli.command import Command
from photoseek.cli.interrupts import INTERRUPTED, stop_on_interrupt
from photoseek.cli.options import add_json, named
from photoseek.cli.output import say, say_json
from photoseek.cli.parser import Parser
from photoseek.storage import for_terminal, to_text
from photoseek.which_library import place_of

if TYPE_CHECKING:
    from photoseek.hooks import Hooks


class MoveLibrary(Command):
    """Move the library whole into a PostgreSQL database, out of one, or into another folder.

    TARGET is a folder that is new or empty, or postgresql://… of an empty database. Every row is compared after it
    arrived. The old library stays as it was, and takes no more changes until `library reopen`. Ctrl-C leaves
    everything as it was.

    Examples:
      photoseek library move ~/moved-library
    """

    target: str
    as_json: bool

    def add_arguments(self, parser: Parser) -> None:
        """Add the place to move to."""
        parser.argument("target", "TARGET", read=named)
        add_json(parser)

    def run(self, hooks: "Hooks") -> int:
        """Move it."""
        from photoseek.cli.progress_bar import progress_shown
        from photoseek.indexer import Progress
        from photoseek.indexer.wording import counted
        from photoseek.searcher.web.access.passwords import PASSWORD_NAME
        from photoseek.storage import Library, move

        opened = Library.existing(self.library)
        before = opened.place
        with stop_on_interrupt() as stop, progress_shown(of="rows") as show:

            def on_progress(done: int, total: int) -> None:
                if stop.is_set():
                    sys.exit(INTERRUPTED)
                show(Progress(done, total, 0, 0, {}))

            moved = move(opened, place_of(self.target), [PASSWORD_NAME], on_progress, stop)
        if self.as_json:
            say_json(
                {
                    "from": to_text(str(before)),
                    "to": to_text(str(moved.to)),
                    "rows": moved.rows,
                    "thumbnails": moved.thumbnails,
                }
            )
            return 0
        there, here = for_terminal(str(moved.to)), for_terminal(str(before))
        say(f"moved {counted(moved.rows, 'row')} to {there}, and compared each one")
        say(f"{counted(moved.thumbnails, 'thumbnail')} came along; others are made again when they are shown")
        say(f"from now on, name it with --library, or as PHOTOSEEK_LIBRARY={there}")
        say(f"{here} is as it was, and takes no more changes: delete it when you don't need it any more")
        return 0
