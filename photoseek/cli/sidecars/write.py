"""`photoseek sidecars write`: what a person said of photos, into `.xmp` files beside them."""

from pathlib import Path
from typing import TYPE_CHECKING

from photoseek.cli.command import Command
from photoseek.cli.options import add_json
from photoseek.cli.output import say
from photoseek.cli.parser import Parser
from photoseek.cli.picking import add_paths_or_query, picked

if TYPE_CHECKING:
    from photoseek.hooks import Hooks


class WriteSidecars(Command):
    """Write tags, ratings, titles and descriptions that you gave into .xmp files beside the photos.

    A sidecar that is there is changed in these fields only; all that other programs wrote stays as it is. Without
    --apply, what would be written is only counted. Photos are opened for reading only.

    Examples:
      photoseek sidecars write
      photoseek sidecars write --apply
      photoseek sidecars write --where "album:wedding" --apply
      photoseek sidecars write --model-tags --apply
      photoseek sidecars write --people --apply
    """

    paths: list[Path]  # none, and no query: all photos
    where: str | None
    apply: bool
    model_tags: bool
    people: bool
    overwrite_changed: bool
    as_json: bool

    def add_arguments(self, parser: Parser) -> None:
        """Add the photos, and what is written beside them."""
        add_paths_or_query(parser)
        parser.flag("--apply", "Write. Without this option, what would be written is only counted.")
        parser.flag("--model-tags", "Write the tags that a model gave too, not only those that you gave.")
        parser.flag(
            "--people",
            "Write also who is in a photo, and where, as far as you said it. Without this option, people who were "
            "written before are taken out again.",
        )
        parser.flag(
            "--overwrite-changed",
            "Write also where another program changed what was written before, in place of leaving that as it is.",
        )
        add_json(parser)

    def run(self, hooks: "Hooks") -> int:
        """Count, or write. Raises SidecarsUnwritable before anything is written."""
        from photoseek.cli.interrupts import INTERRUPTED, stop_on_interrupt
        from photoseek.cli.sidecars.report import report
        from photoseek.indexer.sidecars.writing import Choice, propose_sidecars, write_sidecars
        from photoseek.storage import Library

        opened = Library.existing(self.library)
        meant = self.paths or self.where is not None
        photo_ids = picked(hooks, opened, self.paths, self.where) if meant else None
        choice = Choice(photo_ids, self.model_tags, self.people, self.overwrite_changed)
        if not self.apply:
            report(propose_sidecars(opened, choice), "written", applied=False, as_json=self.as_json)
            if not self.as_json:
                say("a dry run: --apply writes these sidecars", err=True)
            return 0
        with opened.indexing(), stop_on_interrupt() as stop:
            done = write_sidecars(opened, choice, stop)
        report(done, "written", applied=True, as_json=self.as_json)
        return INTERRUPTED if done.stopped else 0
