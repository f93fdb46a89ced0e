"""`photoseek text on`: let text in photos be read, as it is unless it was turned off."""

from typing import TYPE_CHECKING

from photoseek.cli.command import Command
from photoseek.cli.options import add_json
from photoseek.cli.output import say, say_json
from photoseek.cli.parser import Parser

if TYPE_CHECKING:
    from photoseek.hooks import Hooks


class TextOn(Command):
    """Let text in photos be read again, after `photoseek text off`.

    Examples:
      photoseek text on
    """

    as_json: bool

    def add_arguments(self, parser: Parser) -> None:
        """Add --json."""
        add_json(parser)

    def run(self, hooks: "Hooks") -> int:
        """Turn it on."""
        from photoseek.cli.library.extracting import say_what_lacks
        from photoseek.indexer.extraction.names import TEXT
        from photoseek.storage import Library

        opened = Library.existing(self.library)
        with opened.catalog.write() as transaction:
            transaction.texts.turn_on()
        if self.as_json:
            say_json({"on": True})
        else:
            say("text is read from now on, by `photoseek index` and `watch`")
            say("`photoseek text off` takes it back", err=True)
        say_what_lacks(opened, TEXT)
        return 0
