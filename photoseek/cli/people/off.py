"""`photoseek people off`: let no more faces be found, and perhaps remove all that is kept of them."""

from dataclasses import asdict
from typing import TYPE_CHECKING

from photoseek.cli.command import Command
from photoseek.cli.options import add_json
from photoseek.cli.output import say, say_json
from photoseek.cli.parser import Parser
from photoseek.indexer.wording import counted

if TYPE_CHECKING:
    from photoseek.hooks import Hooks


class PeopleOff(Command):
    """Let no more faces be found. What is kept of them stays, unless --forget removes it all.

    Backups that you made before still have it. Names that other programs wrote into photos stay in the photos, and
    are read like keywords.

    Examples:
      photoseek people off
      photoseek people off --forget
    """

    forget: bool
    as_json: bool

    def add_arguments(self, parser: Parser) -> None:
        """Add what becomes of what is kept."""
        parser.flag("--forget", "Remove all faces, groups, names and answers. This can't be undone.")
        add_json(parser)

    def run(self, hooks: "Hooks") -> int:
        """Turn it off."""
        from photoseek.storage import Library

        opened = Library.existing(self.library)
        with opened.catalog.write() as transaction:
            kept = transaction.people.kept()
            transaction.people.turn_off(forget=self.forget)
        if self.as_json:
            say_json({"on": False, "forgotten": self.forget, "kept": None if self.forget else asdict(kept)})
            return 0
        what = (
            f"{counted(kept.faces, 'face')} in {counted(kept.persons, 'group')}, "
            f"{counted(kept.names, 'name')} and {counted(kept.changes, 'answer')}"
        )
        say("no more faces are found")
        if self.forget:
            say(f"removed: {what}; backups that you made before still have them")
        elif kept.faces:
            say(f"still kept: {what}; `photoseek people off --forget` removes them")
        return 0
