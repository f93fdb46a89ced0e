"""`photoseek tag forget`: what a person said of a tag, taken back."""

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


class ForgetTag(Command):
    """Take back what you said of a tag on photos, by `tag add` or `tag remove`: a model may decide again.

    It is forgotten at once for photos at paths. What --where finds is only counted, unless --apply is there.

    Examples:
      photoseek tag forget beach ~/Pictures/2023/06/*.jpg
      photoseek tag forget beach --where "in:2023" --apply
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
        """Forget what was said, or say of how many photos."""
        from photoseek.indexer.wording import counted
        from photoseek.storage import Library

        opened = Library.existing(self.library)
        found = set(picked(hooks, opened, self.paths, self.where))
        if applied := self.where is None or self.apply:
            with opened.catalog.write() as transaction:
                said = transaction.tags.forget(found, self.tag)
        else:
            with opened.catalog.read() as transaction:
                words = transaction.tags.words_on(found)
                said = [word for word in words if word.name == self.tag]
        yes = sum(word.yes for word in said)
        no = len(said) - yes
        if self.as_json:
            say_json(
                {
                    "tag": self.tag,
                    "applied": applied,
                    "photos": len(found),
                    "forgotten_yes": yes,
                    "forgotten_no": no,
                }
            )
            return 0
        what = f"your yes to {counted(yes, 'photo')} and your no to {counted(no, 'photo')}"
        say(f"{for_terminal(self.tag)}: {what} {'forgotten' if applied else 'to be forgotten'}")
        if not applied:
            say("a dry run: --apply forgets them", err=True)
        return 0
