"""`photoseek sidecars undo`: sidecars as they were before a run."""

from typing import TYPE_CHECKING

from photoseek.cli.command import Command
from photoseek.cli.options import add_json, whole_number
from photoseek.cli.parser import Parser

if TYPE_CHECKING:
    from photoseek.hooks import Hooks


class UndoSidecars(Command):
    """Bring sidecars back to what they were before a run, byte for byte; those that it made are removed.

    What another program changed since stays as it is, and is named.

    Examples:
      photoseek sidecars undo
      photoseek sidecars undo 1 --overwrite-changed
    """

    number: int | None  # None: the latest run
    overwrite_changed: bool
    as_json: bool

    def add_arguments(self, parser: Parser) -> None:
        """Add the run."""
        parser.argument("number", "RUN", read=whole_number(1), optional=True)
        parser.flag(
            "--overwrite-changed",
            "Bring back also what another program changed since, whose changes are then lost.",
        )
        add_json(parser)

    def run(self, hooks: "Hooks") -> int:
        """Undo the run. Raises UnknownName, and SidecarsUnwritable before anything is written."""
        from photoseek.cli.interrupts import INTERRUPTED, stop_on_interrupt
        from photoseek.cli.sidecars.report import report
        from photoseek.indexer.sidecars.writing import undo_sidecars
        from photoseek.storage import Library

        opened = Library.existing(self.library)
        with opened.indexing(), stop_on_interrupt() as stop:
            done = undo_sidecars(opened, self.number, stop, overwrite=self.overwrite_changed)
        report(done, "brought back", applied=True, as_json=self.as_json)
        return INTERRUPTED if done.stopped else 0
