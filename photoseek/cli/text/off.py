"""`photoseek text off`: let no more text be read in photos, and perhaps remove what was."""

from typing import TYPE_CHECKING

from photoseek.cli.command import Command
from photoseek.cli.options import add_json
from photoseek.cli.output import say, say_json
from photoseek.cli.parser import Parser
from photoseek.indexer.wording import counted

if TYPE_CHECKING:
    from photoseek.hooks import Hooks


class TextOff(Command):
    """Let no more text be read in photos. What was read stays and is found, unless --forget removes it.

    Backups that you made before still have it.

    Examples:
      photoseek text off
      photoseek text off --forget
    """

    forget: bool
    as_json: bool

    def add_arguments(self, parser: Parser) -> None:
        """Add what becomes of what was read."""
        parser.flag(
            "--forget", "Remove all text that was read. It can be read again after `photoseek text on`."
        )
        add_json(parser)

    def run(self, hooks: "Hooks") -> int:
        """Turn it off."""
        from photoseek.storage import Library

        opened = Library.existing(self.library)
        with opened.catalog.write() as transaction:
            photos = transaction.texts.count()
            transaction.texts.turn_off(forget=self.forget)
        if self.as_json:
            say_json({"on": False, "forgotten": self.forget, "photos": photos})
            return 0
        say("no more text is read")
        what = f"the text of {counted(photos, 'photo')}"
        if self.forget:
            say(f"removed: {what}; backups that you made before still have it")
        elif photos:
            say(f"still kept: {what}; `photoseek text off --forget` removes it")
        again = " reads it again" if self.forget and photos else " takes it back"
        say(f"`photoseek text on`{again}", err=True)
        return 0
