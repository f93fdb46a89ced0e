"""`photoseek forget`: lets go of photos that are missing."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from photoseek.cli.options import AsJson, LibraryFolder, named_path
from photoseek.cli.output import say, say_json
from photoseek.indexer.upkeep.forgetting import MOST_DAYS
from photoseek.indexer.wording import counted
from photoseek.storage import Library, for_terminal, to_text

if TYPE_CHECKING:
    from photoseek.indexer.upkeep.forgetting import Forgettable

commands = typer.Typer(rich_markup_mode=None)


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
