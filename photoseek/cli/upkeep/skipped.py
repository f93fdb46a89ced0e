"""`photoseek skipped`: files that could not become photos, and another try of them."""

import os
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from photoseek.cli.command import Command
from photoseek.cli.options import add_json, add_paths, refuse_two_forms
from photoseek.cli.output import say, say_json, say_paths
from photoseek.cli.parser import Parser
from photoseek.indexer.wording import tried_again
from photoseek.storage import for_terminal, to_text

if TYPE_CHECKING:
    from photoseek.hooks import Hooks
    from photoseek.storage import Library, SkippedFile


class Skipped(Command):
    """List the files that could not become photos, and why, the latest last.

    Each is tried again when it changes. One that was skipped for a cause outside it, as a slow disk or too little
    memory, is tried again by the next index or the watch, then after growing pauses. --retry tries all now.

    Examples:
      photoseek skipped
      photoseek skipped --retry
      photoseek skipped --paths -0 | xargs -0 ls -l
    """

    retry: bool
    paths: bool
    null: bool
    as_json: bool

    def add_arguments(self, parser: Parser) -> None:
        """Add what is done with the files, and the form of the list."""
        parser.flag("--retry", "Try these files again now.")
        add_paths(parser)
        add_json(parser)

    def run(self, hooks: "Hooks") -> int:
        """List the files, or try them again."""
        from photoseek.storage import Library

        refuse_two_forms(as_json=self.as_json, paths=self.paths or self.null)
        opened = Library.existing(self.library)
        if self.retry:
            return _retry(opened, hooks, as_json=self.as_json)
        found = _all_skipped(opened)
        if self.as_json:
            say_json({"skipped": [_as_json(path, skip) for path, skip in found]})
        elif self.paths or self.null:
            say_paths((path for path, _ in found), null=self.null)
        else:
            for path, skip in found:
                again = f" ({tried_again(skip.again_at)})" if skip.again_at else ""
                say(f"{skip.skipped_at}  {for_terminal(path)}: {skip.reason}{again}")
            if not found:
                say("no file was skipped", err=True)
        return 0


def _all_skipped(library: "Library") -> "list[tuple[str, SkippedFile]]":
    with library.catalog.read() as transaction:
        roots = {root.root_id: root.path for root in transaction.roots.all()}
        return [(os.path.join(roots[skip.root_id], skip.path), skip) for skip in transaction.skips.all()]


def _as_json(path: str, skip: "SkippedFile") -> dict[str, str | None]:
    return {
        "path": to_text(path),
        "reason": skip.reason,
        "skipped_at": skip.skipped_at,
        "again_at": skip.again_at,
    }


def _retry(library: "Library", hooks: "Hooks", *, as_json: bool) -> int:
    from photoseek.cli.interrupts import INTERRUPTED, stop_on_interrupt
    from photoseek.cli.library.report import report
    from photoseek.cli.library.runs import run_for
    from photoseek.cli.progress_bar import progress_shown
    from photoseek.indexer import Summary, index

    began = time.monotonic()
    summary = Summary()
    with library.indexing(), stop_on_interrupt() as stop, progress_shown() as on_progress:
        with library.catalog.read() as transaction:
            skips = transaction.skips.all()
            roots = {root.root_id: root for root in transaction.roots.all()}
        places = {
            root: [skip.path for skip in skips if skip.root_id == root_id] for root_id, root in roots.items()
        }
        places = {root: paths for root, paths in places.items() if paths}
        if places:
            run = run_for(library, None, hooks.tagger_for)
            with library.catalog.write() as transaction:
                for root, paths in places.items():
                    transaction.skips.clear(root.root_id, paths)
            summary = index(replace(run, stop=stop, on_progress=on_progress), places)
            library.save_index(always=True)
    report(summary, time.monotonic() - began, as_json=as_json)
    return INTERRUPTED if summary.stopped else 0
