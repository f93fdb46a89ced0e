"""`photoseek tag add`: a tag that a person puts on photos."""

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


class AddTag(Command):
    """Tag photos yourself; no model takes such a tag away.

    Photos at paths are tagged at once. What --where finds is only counted, unless --apply is there. `tag remove`
    takes the tag back.

    Examples:
      photoseek tag add beach ~/Pictures/2023/06/*.jpg
      photoseek tag add beach --where "a beach in:2023" --apply
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
        """Tag the photos, or say how many would be."""
        from photoseek.indexer.wording import counted
        from photoseek.storage import Library

        opened = Library.existing(self.library)
        found = set(picked(hooks, opened, self.paths, self.where))
        if applied := self.where is None or self.apply:
            with opened.catalog.write() as transaction:
                tagged = transaction.tags.put(found, self.tag)
        else:
            with opened.catalog.read() as transaction:
                tagged = len(found - transaction.tags.photos_of_people(self.tag))
        if self.as_json:
            say_json({"tag": self.tag, "applied": applied, "photos": len(found), "tagged": tagged})
            return 0
        already = (
            f"; {counted(len(found) - tagged, 'photo')} had it from you already"
            if tagged < len(found)
            else ""
        )
        say(
            f"{for_terminal(self.tag)}: {counted(tagged, 'photo')} {'' if applied else 'to be '}tagged{already}"
        )
        if not applied:
            say("a dry run: --apply tags them", err=True)
        return 0
