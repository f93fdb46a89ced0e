"""`photoseek skipped`: files that could not become photos, and another try of them."""

import os
import time
from dataclasses import replace
from typing import Annotated

import typer

from photoseek.cli.context import hooks_of
from photoseek.cli.options import AsJson, LibraryFolder, Null, PathsOnly, refuse_two_forms
from photoseek.cli.output import say, say_json, say_paths
from photoseek.indexer.wording import tried_again
from photoseek.storage import Library, for_terminal, to_text

commands = typer.Typer(rich_markup_mode=None)


@commands.command()
def skipped(
    context: typer.Context,
    library: LibraryFolder,
    retry: Annotated[bool, typer.Option("--retry", help="Try these files again now.")] = False,
    paths: PathsOnly = False,
    null: Null = False,
    as_json: AsJson = False,
) -> None:
    """List the files that could not become photos, and why, the latest last.

    Each is tried again when it changes. One that was skipped for a cause outside it, as a slow disk or too little
    memory, is tried again by the next index or the watch, then after growing pauses. --retry tries all now.

    Examples:
      photoseek skipped

      photoseek skipped --retry

      photoseek skipped --paths -0 | xargs -0 ls -l
    """
    refuse_two_forms(as_json=as_json, paths=paths or null)
    opened = Library.existing(library)
    if retry:
        _retry(context, opened, as_json=as_json)
        return
    with opened.catalog.read() as transaction:
        roots = {root.root_id: root.path for root in transaction.roots.all()}
        found = [(os.path.join(roots[skip.root_id], skip.path), skip) for skip in transaction.skips.all()]
    if as_json:
        told = [
            {
                "path": to_text(path),
                "reason": skip.reason,
                "skipped_at": skip.skipped_at,
                "again_at": skip.again_at,
            }
            for path, skip in found
        ]
        say_json({"skipped": told})
    elif paths or null:
        say_paths((path for path, _ in found), null=null)
    else:
        for path, skip in found:
            again = f" ({tried_again(skip.again_at)})" if skip.again_at else ""
            say(f"{skip.skipped_at}  {for_terminal(path)}: {skip.reason}{again}")
        if not found:
            say("no file was skipped", err=True)


def _retry(context: typer.Context, library: Library, *, as_json: bool) -> None:
    from photoseek.cli.interrupts import INTERRUPTED, stop_on_interrupt
    from photoseek.cli.library.index_action import run_for
    from photoseek.cli.library.report import report
    from photoseek.cli.progress_bar import progress_shown
    from photoseek.indexer.pipeline.index import index
    from photoseek.indexer.pipeline.run import Summary

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
            run = run_for(library, None, hooks_of(context).tagger_for)
            with library.catalog.write() as transaction:
                for root, paths in places.items():
                    transaction.skips.clear(root.root_id, paths)
            summary = index(replace(run, stop=stop, on_progress=on_progress), places)
            library.save_index(always=True)
    report(summary, time.monotonic() - began, as_json=as_json)
    if summary.stopped:
        raise typer.Exit(INTERRUPTED)
