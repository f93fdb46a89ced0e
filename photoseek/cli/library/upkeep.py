"""`photoseek verify`, `skipped`, `forget`, `backup`, `restore`: never lose, never lie."""

import os
import time
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from photoseek.cli.context import hooks_of
from photoseek.cli.options import AsJson, File, LibraryFolder, Null, PathsOnly, named_path, refuse_two_forms
from photoseek.cli.output import say, say_json, say_paths
from photoseek.indexer.errors import Inconsistent
from photoseek.indexer.upkeep.forgetting import MOST_DAYS
from photoseek.indexer.wording import counted, tried_again
from photoseek.storage import Library, for_terminal, to_text
from photoseek.storage import restore as put_back

if TYPE_CHECKING:
    from photoseek.indexer.upkeep.forgetting import Forgettable
    from photoseek.indexer.upkeep.verify import Finding

commands = typer.Typer(rich_markup_mode=None)


@commands.command()
def verify(
    library: LibraryFolder,
    repair: Annotated[bool, typer.Option("--repair", help="Mend what can be mended.")] = False,
    quick: Annotated[
        bool, typer.Option("--quick", help="Believe each file's size and time, and leave contents unread.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Compare the catalog with the files, the vector index and the thumbnails, and name what doesn't agree.

    Photos are only read. --repair makes caches again, deletes what is torn or left over, and lets the next index
    read or embed again what needs it; tags, albums and what belongs to missing photos stay.

    Examples:
      photoseek verify

      photoseek verify --quick --repair
    """
    from photoseek.cli.library.progress_bar import progress_shown
    from photoseek.indexer.upkeep.verify import repair as mend
    from photoseek.indexer.upkeep.verify import verify as compare

    opened = Library.existing(library)
    with opened.indexing() if repair else nullcontext(), progress_shown() as show:
        found = list(compare(opened, quick=quick, on_progress=show))
        if repair and any(finding.can_be_mended for finding in found):
            found = mend(opened, found)
    wrong = sum(not finding.mended for finding in found)
    if as_json:
        say_json({"well": not wrong, "findings": [_as_json(finding) for finding in found]})
    else:
        for finding in found:
            say(f"mended: {finding.sentence}" if finding.mended else finding.sentence)
        if not found:
            _say_well(opened, quick=quick)
    if wrong:
        things = counted(wrong, "thing is wrong and stays", "things are wrong and stay")
        raise Inconsistent(f"{things} so: do what is said of each")


def _as_json(finding: "Finding") -> dict[str, str | bool | None]:
    path = None if finding.path is None else to_text(finding.path)
    return {"kind": finding.kind, "path": path, "sentence": finding.sentence, "mended": finding.mended}


def _say_well(library: Library, *, quick: bool) -> None:
    with library.catalog.read() as transaction:
        glance = transaction.photos.glance()
    contents = "; contents were not read (--quick)" if quick else ""
    say(
        f"all is well: {counted(glance.files, 'file')}, {counted(glance.photos, 'photo')}, "
        f"{counted(glance.vectors, 'vector')}{contents}"
    )
    if glance.absent_photos:
        one, many = "photo that lies nowhere now is", "photos that lie nowhere now are"
        photos = counted(glance.absent_photos, one, many)
        say(f"{photos} kept besides, with their vectors, tags and albums")


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
    from photoseek.cli.library.indexing import run_for
    from photoseek.cli.library.interrupts import INTERRUPTED, stop_on_interrupt
    from photoseek.cli.library.progress_bar import progress_shown
    from photoseek.cli.library.report import report
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
            run = run_for(library, None, None, hooks_of(context).tagger_for)
            with library.catalog.write() as transaction:
                for root, paths in places.items():
                    transaction.skips.clear(root.root_id, paths)
            summary = index(replace(run, stop=stop, on_progress=on_progress), places)
            library.save_index(always=True)
    report(summary, time.monotonic() - began, as_json=as_json)
    if summary.stopped:
        raise typer.Exit(INTERRUPTED)


@commands.command()
def forget(
    library: LibraryFolder,
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="PATH...", show_default=False, parser=named_path)
    ] = None,
    missing_for: Annotated[
        int | None,
        typer.Option(
            "--missing-for",
            metavar="DAYS",
            min=0,
            max=MOST_DAYS,
            help="Only what has been missing for as long.",
        ),
    ] = None,
    nowhere: Annotated[
        bool,
        typer.Option("--nowhere", help="Also photos to which no path leads: of removed folders, or edited."),
    ] = False,
    left_out: Annotated[
        bool, typer.Option("--left-out", help="What is left out by patterns, rather than what is missing.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Forget them; without it, a dry run.")] = False,
    as_json: AsJson = False,
) -> None:
    """Forget missing files, and with them the photos that lie nowhere else: vectors, tags, places in albums.

    Photos that are on disk can't be forgotten, unless they are left out and --left-out says so. Those that are
    missing are kept for 90 days otherwise, and `photoseek index --retention-days` changes that.

    Examples:
      photoseek forget ~/Pictures/2019

      photoseek forget --missing-for 30

      photoseek forget --missing-for 30 --yes
    """
    from photoseek.indexer.upkeep.forgetting import choose
    from photoseek.indexer.upkeep.forgetting import forget as let_go

    if not paths and missing_for is None and not nowhere and not left_out:
        raise typer.BadParameter("say what to forget: PATH..., --missing-for DAYS, --left-out or --nowhere")
    opened = Library.existing(library)
    if not yes:
        with opened.catalog.read() as transaction:
            chosen = choose(opened, transaction, paths or [], missing_for, nowhere=nowhere, left_out=left_out)
    else:
        with opened.indexing():
            with opened.catalog.write() as transaction:
                chosen = choose(
                    opened, transaction, paths or [], missing_for, nowhere=nowhere, left_out=left_out
                )
                let_go(transaction, chosen)
            opened.thumbnails.forget(chosen.photos.values())
            opened.save_index()
    _say_forgotten(chosen, "file left out" if left_out else "missing file", forgotten=yes, as_json=as_json)


def _say_forgotten(chosen: "Forgettable", what: str, *, forgotten: bool, as_json: bool) -> None:
    paths = sorted(chosen.files.values())
    counts = {"photos": len(chosen.photos), "tags": chosen.tags, "album_places": chosen.album_places}
    if as_json:
        say_json({"forgotten": forgotten, "files": [to_text(path) for path in paths], **counts})
        return
    for path in paths:
        say(for_terminal(path))
    say(
        f"{counted(len(paths), what, what.replace('file', 'files'))}; "
        f"{counted(len(chosen.photos), 'photo')} with no other file, "
        f"with {counted(chosen.tags, 'tag')} and {counted(chosen.album_places, 'place')} in albums"
    )
    if not forgotten:
        say("a dry run: --yes forgets them", err=True)


@commands.command()
def backup(
    library: LibraryFolder,
    file: File,
    force: Annotated[bool, typer.Option("--force", help="Take the place of an older backup.")] = False,
    as_json: AsJson = False,
) -> None:
    """Copy all that can't be made again into one file, also while the library is in use.

    Vectors, tags, albums and skipped files are in it; photos, the vector index and thumbnails are not.

    Examples:
      photoseek backup ~/photoseek-of-today.backup

      photoseek backup ~/photoseek.backup --force
    """
    Library.existing(library).catalog.back_up(file, replace=force)
    if as_json:
        say_json({"backup": to_text(str(file)), "bytes": file.stat().st_size})
        return
    say(f"{for_terminal(str(file))} holds all of the library: `photoseek restore FILE` brings it back")


@commands.command()
def restore(
    library: LibraryFolder,
    file: File,
    as_json: AsJson = False,
) -> None:
    """Put a backup in the place of the library's catalog, or begin a library with it.

    The catalog that was there is kept beside it. Run `photoseek index` afterwards for what has changed since.

    Examples:
      photoseek restore ~/photoseek.backup
    """
    kept = put_back(library, file)
    opened = Library.existing(library)
    with opened.catalog.read() as transaction:
        glance = transaction.photos.glance()
    if as_json:
        counts = {"photos": glance.photos, "tags": glance.tags, "albums": glance.albums}
        before = None if kept is None else to_text(str(kept))
        say_json({"restored": counts, "kept_before": before})
        return
    say(
        "restored "
        f"{counted(glance.photos, 'photo')}, {counted(glance.tags, 'tag')}, {counted(glance.albums, 'album')}"
    )
    if kept is not None:
        say(f"what was there is kept as {for_terminal(str(kept))}")
