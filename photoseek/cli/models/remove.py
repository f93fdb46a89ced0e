"""`photoseek models remove`: a model's vectors and compiled files are deleted."""

from typing import TYPE_CHECKING

from photoseek.cli.command import Command
from photoseek.cli.options import add_json
from photoseek.cli.output import say, say_json
from photoseek.cli.parser import Parser

if TYPE_CHECKING:
    from photoseek.hooks import Hooks


class RemoveModel(Command):
    """Delete a model's vectors and what was compiled; weights of your own stay where they are.

    Examples:
      photoseek models remove fake
    """

    model: str
    as_json: bool

    def add_arguments(self, parser: Parser) -> None:
        """Add the model."""
        parser.argument("model", "NAME")
        add_json(parser)

    def run(self, hooks: "Hooks") -> int:
        """Delete what belongs to the model."""
        from photoseek.indexer.models.adding import remove_model
        from photoseek.storage import Library

        removed = remove_model(Library.existing(self.library), self.model)
        if self.as_json:
            say_json({"vectors": removed.vectors, "freed_bytes": removed.freed_bytes})
            return 0
        say(
            f"{removed.vectors} vectors and the compiled model are deleted: {removed.freed_bytes / 1e6:.0f} MB "
            "are free again, of which those in the catalog are used for what is written to it next"
        )
        return 0
