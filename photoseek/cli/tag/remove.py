"""`photoseek tag remove`: a tag that photos don't deserve."""

from pathlib import Path
from typing import TYPE_CHECKING

from photoseek.cli.command import Command
from photoseek.cli.output import say, say_json
from photoseek.cli.parser import Parser
from photoseek.cli.picking import picked
from photoseek.cli.tag.picking import add_tagged_photos
from photoseek.storage import for_terminal

if TYPE_CHECKING:
    from photoseek.hooks import Hooks


class RemoveTag(Command):
    """Remove a tag from photos, also one that a model put; no model puts it on them again.

    Photos at paths lose it at once. What --where finds is only counted, unless --apply is there. `tag add` puts
    the tag back.

    Examples:
      photoseek tag remove beach ~/Pictures/2023/06/*.jpg
      photoseek tag remove beach --where "tag:beach a swimming pool" --apply
    """

    tag: str
    paths: list[Path]
    where: str | None
    apply: bool
    as_json: bool

    def add_arguments(self, parser: Parser) -> None:
        """Add the tag and the photos."""
        add_tagged_photos(parser)

    def run(self, hooks: "Hooks") -> int:
        """Remove the tag, or say from how many photos."""
        from photoseek.indexer.wording import counted
        from photoseek.storage import Library

        opened = Library.existing(self.library)
        found = set(picked(hooks, opened, self.paths, self.where))
        if applied := self.where is None or self.apply:
            with opened.catalog.write() as transaction:
                removed = transaction.tags.refuse(found, self.tag)
        else:
            with opened.catalog.read() as transaction:
                removed = len(found & transaction.tags.photos_with(self.tag))
        if self.as_json:
            say_json({"tag": self.tag, "applied": applied, "photos": len(found), "removed": removed})
            return 0
        others = len(found) - removed
        refused = f"; {counted(others, 'photo')} without it will not get it from a model" if others else ""
        did = "removed" if applied else "to be removed"
        say(f"{for_terminal(self.tag)}: {did} from {counted(removed, 'photo')}{refused}")
        if not applied:
            say("a dry run: --apply removes it", err=True)
        return 0
