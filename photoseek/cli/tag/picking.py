"""What the commands about one tag of some photos share: what is typed, the dry run, and what is said."""

from abc import abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING

from photoseek.cli.command import Command
from photoseek.cli.options import add_json, tag_name
from photoseek.cli.output import say, say_json
from photoseek.cli.parser import Parser
from photoseek.cli.picking import add_paths_or_query, picked
from photoseek.storage import for_terminal

if TYPE_CHECKING:
    from photoseek.hooks import Hooks
    from photoseek.storage import Transaction


class TagOfPhotos(Command):
    """A command about a tag of photos; those that a query finds are only counted, unless --apply is there."""

    tag: str
    paths: list[Path]
    where: str | None
    apply: bool
    as_json: bool

    what_apply_does = "does it"  # as a dry run says it; each command has its own words

    def add_arguments(self, parser: Parser) -> None:
        """Add the tag and the photos."""
        parser.argument("tag", "TAG", read=tag_name)
        add_paths_or_query(parser)
        parser.flag("--apply", "Do it to what --where finds. Without this option, that is only counted.")
        add_json(parser)

    def run(self, hooks: "Hooks") -> int:
        """Do it to the photos, or say to how many it would be done."""
        from photoseek.storage import Library

        opened = Library.existing(self.library)
        found = set(picked(hooks, opened, self.paths, self.where))
        if applied := self.where is None or self.apply:
            with opened.catalog.write() as transaction:
                figures = self.change(transaction, found)
        else:
            with opened.catalog.read() as transaction:
                figures = self.preview(transaction, found)
        if self.as_json:
            say_json({"tag": self.tag, "applied": applied, "photos": len(found), **figures})
            return 0
        say(f"{for_terminal(self.tag)}: {self.sentence(figures, len(found), applied=applied)}")
        if not applied:
            say(f"a dry run: --apply {self.what_apply_does}", err=True)
        return 0

    @abstractmethod
    def change(self, transaction: "Transaction", photo_ids: set[int]) -> dict[str, int]:
        """Do it, and return what came of it, as --json has it."""

    @abstractmethod
    def preview(self, transaction: "Transaction", photo_ids: set[int]) -> dict[str, int]:
        """Return what would come of it."""

    @abstractmethod
    def sentence(self, figures: dict[str, int], photos: int, *, applied: bool) -> str:
        """Say what came of it, or would come, for so many photos."""
