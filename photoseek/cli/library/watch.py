"""`photoseek watch`: the library follows its folders."""

from pathlib import Path
from typing import TYPE_CHECKING

from photoseek.cli.command import Command
from photoseek.cli.options import (
    add_folders_to_index,
    add_thumbnails,
    keep_thumbnails_at,
    model_source,
    refuse_no_folder,
)
from photoseek.cli.parser import Parser, UsageError
from photoseek.indexer.extraction.names import MEANING

if TYPE_CHECKING:
    from photoseek.hooks import Hooks


class Watch(Command):
    """Index, then follow changes until Ctrl-C: a new photo can be found seconds after it is whole.

    Commands that change the library, as `index --confirm-missing` and `roots add`, can be run meanwhile: the watch
    pauses for them.

    Examples:
      photoseek watch ~/Pictures
      photoseek watch
    """

    folders: list[Path]  # none: all watched ones
    model: str | None
    weights: Path | None
    keep_model: bool
    exclude: list[str]
    only: list[str]
    thumbnails: str | None

    def add_arguments(self, parser: Parser) -> None:
        """Add what is watched, and by which model photos are embedded."""
        add_folders_to_index(parser)
        add_thumbnails(parser)

    def run(self, hooks: "Hooks") -> int:
        """Watch until Ctrl-C."""
        from photoseek.cli.library.watch_loop import Wanted, watch_library
        from photoseek.indexer.models.choice import refuse_unknown

        model = model_source(self.model, self.weights)
        if model is not None:
            refuse_unknown(model)
        refuse_no_folder(self.folders, self.exclude)
        if MEANING not in self.only:
            raise UsageError(f"a watch brings in what is new: name {MEANING} among what --only is to do")
        keep_thumbnails_at(self.thumbnails)
        wanted = Wanted(tuple(self.folders), model, self.keep_model, tuple(self.exclude), tuple(self.only))
        watch_library(wanted, self.library, hooks)
        return 0
