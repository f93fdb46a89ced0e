"""`photoseek sidecars status`: which runs wrote sidecars, and what other programs changed since."""

from typing import TYPE_CHECKING

from photoseek.cli.command import Command
from photoseek.cli.options import add_json
from photoseek.cli.output import say, say_json
from photoseek.cli.parser import Parser

if TYPE_CHECKING:
    from photoseek.hooks import Hooks


class SidecarStatus(Command):
    """List the runs that wrote sidecars and can be undone, and how many sidecars were changed since.

    Examples:
      photoseek sidecars status
      photoseek sidecars status --json
    """

    as_json: bool

    def add_arguments(self, parser: Parser) -> None:
        """Add --json."""
        add_json(parser)

    def run(self, hooks: "Hooks") -> int:
        """List the runs."""
        from photoseek.indexer.sidecars.writing import changed_since
        from photoseek.indexer.wording import counted
        from photoseek.storage import Library

        opened = Library.existing(self.library)
        with opened.catalog.read() as transaction:
            runs = transaction.sidecar_runs.all()
        changed = {run.number: changed_since(opened, run.number) for run in runs}
        if self.as_json:
            listed = [
                {
                    "run": run.number,
                    "written_at": run.written_at,
                    "sidecars": run.sidecars,
                    "changed_since": changed[run.number].changed,
                    "not_there": changed[run.number].not_there,
                    "whole": run.is_whole,
                }
                for run in runs
            ]
            say_json({"runs": listed})
            return 0
        if not runs:
            say("no sidecars were written: `photoseek sidecars write` counts what would be")
        for run in runs:
            since = f", {found.changed} changed since" if (found := changed[run.number]).changed else ""
            away = f", {found.not_there} not there" if found.not_there else ""
            cut = "" if run.is_whole else ", ended early"
            say(f"run {run.number}  {run.written_at}  {counted(run.sidecars, 'sidecar')}{since}{away}{cut}")
        return 0
