"""`photoseek people undo`: what was said of people, taken back."""

from typing import TYPE_CHECKING

from photoseek.cli.command import Command
from photoseek.cli.options import add_json, whole_number
from photoseek.cli.output import columns, say, say_json
from photoseek.cli.parser import Parser
from photoseek.indexer.wording import counted
from photoseek.storage import for_terminal

if TYPE_CHECKING:
    from photoseek.hooks import Hooks
    from photoseek.storage import Library

_MOST_LISTED = 100


class UndoPeople(Command):
    """Take back what was said of people: the latest change, or one by its number, which --list shows.

    Examples:
      photoseek people undo
      photoseek people undo --list
    """

    number: int | None
    list_changes: bool
    as_json: bool

    def add_arguments(self, parser: Parser) -> None:
        """Add the change."""
        parser.argument("number", "CHANGE", read=whole_number(1), optional=True)
        parser.flag("--list", f"List the latest {_MOST_LISTED} changes.", into="list_changes")
        add_json(parser)

    def run(self, hooks: "Hooks") -> int:
        """Undo the change. Raises UnknownName."""
        from photoseek.storage import Library

        opened = Library.existing(self.library)
        if self.list_changes:
            self._list(opened)
            return 0
        with opened.catalog.write() as transaction:
            change = transaction.people_words.undo(self.number)
        if self.as_json:
            say_json({"undone": change.number, "what": change.what, "faces": change.faces})
        else:
            say(f"undone: {for_terminal(change.what)}, {counted(change.faces, 'face')}")
        return 0

    def _list(self, library: "Library") -> None:
        with library.catalog.read() as transaction:
            changes = transaction.people.changes(_MOST_LISTED)
        if self.as_json:
            keys = ("number", "made_at", "what", "faces", "undone_at")
            say_json({"changes": [{key: getattr(change, key) for key in keys} for change in changes]})
            return
        rows = [
            (
                f"{change.number}",
                change.made_at[:16].replace("T", " "),
                counted(change.faces, "face"),
                for_terminal(change.what) + (" (undone)" if change.undone_at else ""),
            )
            for change in changes
        ]
        for line in columns(rows, right={0, 2}):
            say(line)
        if not rows:
            say("nothing was said of people yet", err=True)
