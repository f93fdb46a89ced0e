"""`photoseek tag merge`: one tag in place of several."""

from typing import TYPE_CHECKING

from photoseek.cli.command import Command
from photoseek.cli.options import add_json, tag_name
from photoseek.cli.parser import Parser, UsageError
from photoseek.cli.tag.renamed import say_renamed

if TYPE_CHECKING:
    from photoseek.hooks import Hooks


class MergeTags(Command):
    """Make one tag of several: the last name is the one that stays, which may be new.

    This can't be undone. Of a photo with a yes of yours to one name and a no to another, the yes stays.

    Examples:
      photoseek tag merge family party gathering
    """

    tags: list[str]
    as_json: bool

    def add_arguments(self, parser: Parser) -> None:
        """Add the tags."""
        parser.argument("tags", "TAG", read=tag_name, many=True)
        add_json(parser)

    def run(self, hooks: "Hooks") -> int:
        """Merge the tags."""
        from photoseek.searcher.labels.renaming import merge
        from photoseek.storage import Library

        *old, new = self.tags
        if set(old) <= {new}:
            raise UsageError(
                "name the tags to merge, and then the name that stays, as in `tag merge sea beach`"
            )
        say_renamed(merge(Library.existing(self.library), old, new), new, as_json=self.as_json)
        return 0
