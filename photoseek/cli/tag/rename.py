"""`photoseek tag rename`: another name for a tag."""

from typing import TYPE_CHECKING

from photoseek.cli.command import Command
from photoseek.cli.options import add_json, tag_name
from photoseek.cli.parser import Parser
from photoseek.cli.tag.renamed import say_renamed

if TYPE_CHECKING:
    from photoseek.hooks import Hooks


class RenameTag(Command):
    """Give a tag another name; the rules for new photos, what you refused and saved queries follow.

    Examples:
      photoseek tag rename party celebration
    """

    tag: str
    new_name: str
    as_json: bool

    def add_arguments(self, parser: Parser) -> None:
        """Add the tag and its new name."""
        parser.argument("tag", "TAG", read=tag_name)
        parser.argument("new_name", "NEW", read=tag_name)
        add_json(parser)

    def run(self, hooks: "Hooks") -> int:
        """Rename the tag."""
        from photoseek.searcher.labels.renaming import rename
        from photoseek.storage import Library

        renamed = rename(Library.existing(self.library), self.tag, self.new_name)
        say_renamed(renamed, self.new_name, as_json=self.as_json)
        return 0
