"""`photoseek index`, `watch`, `status`: folders into the library."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from photoseek.cli.context import hooks_of
from photoseek.cli.options import (
    AsJson,
    Exclude,
    Folders,
    KeepModel,
    LibraryFolder,
    ModelName,
    Weights,
    named_path,
)
from photoseek.cli.output import say, say_json
from photoseek.indexer.upkeep.forgetting import MOST_DAYS, RETENTION_DAYS
from photoseek.storage import Library, to_text

commands = typer.Typer(rich_markup_mode=None)


@commands.command()
def index(
    context: typer.Context,
    library: LibraryFolder,
    folders: Folders = None,
    model: ModelName = None,
    weights: Weights = None,
    confirm_missing: Annotated[
        bool, typer.Option("--confirm-missing", help="Believe that files are gone, however many.")
    ] = False,
    retention_days: Annotated[
        int,
        typer.Option(
            "--retention-days",
            min=0,
            max=MOST_DAYS,
            help="Forget what has been missing for longer, with its tags; 0: never.",
        ),
    ] = RETENTION_DAYS,
    keep_model: KeepModel = False,
    exclude: Exclude = None,
    metadata: Annotated[
        bool,
        typer.Option(
            "--metadata",
            help="Read again what the files of known photos say (dates, places, words), and do nothing else.",
        ),
    ] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", help="Say which stage takes the time: reading, embedding or saving.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Bring photos into the library: embed what is new, follow what moved, keep what is missing.

    Without FOLDER, all watched folders. It can be stopped at any time and goes on where it was. Left out is what
    `roots exclude` or --exclude names, what a file .photoseekignore (or .ppignore) names in its folder and below,
    as a .gitignore does, and each folder that holds .nomedia.

    Examples:
      photoseek index ~/Pictures

      photoseek index ~/Pictures/2024 ~/Archive --json

      photoseek index ~/Pictures --exclude Private/ --exclude '*.gif'

      photoseek index --verbose

      photoseek index --model ViT-B-32/laion2b_s34b_b79k

      photoseek index --metadata
    """
    from photoseek.cli.library import indexing

    wanted = indexing.Wanted(
        tuple(folders or ()),
        library,
        model,
        weights,
        confirm_missing,
        retention_days,
        verbose,
        as_json,
        keep_model,
        metadata,
        tuple(exclude or ()),
    )
    _refuse_nowhere(folders, exclude)
    raise typer.Exit(indexing.index(wanted, library, hooks_of(context)))


def _refuse_nowhere(folders: list[Path] | None, exclude: list[str] | None) -> None:
    if exclude and not folders:
        raise typer.BadParameter("--exclude is about a folder: name it, as in `photoseek index ~/Pictures`")


@commands.command()
def watch(
    context: typer.Context,
    library: LibraryFolder,
    folders: Folders = None,
    model: ModelName = None,
    weights: Weights = None,
    keep_model: KeepModel = False,
    exclude: Exclude = None,
) -> None:
    """Index, then follow changes until Ctrl-C: a new photo can be found seconds after it is whole.

    Commands that change the library, as `index --confirm-missing` and `roots add`, can be run meanwhile: the watch
    pauses for them.

    Examples:
      photoseek watch ~/Pictures

      photoseek watch
    """
    from photoseek.cli.library.watching import Wanted, watch_library
    from photoseek.indexer.models.choice import refuse_unknown

    if model is not None:
        refuse_unknown(model, weights)
    _refuse_nowhere(folders, exclude)
    wanted = Wanted(tuple(folders or ()), model, weights, keep_model, tuple(exclude or ()))
    watch_library(wanted, library, hooks_of(context))


@commands.command()
def status(
    context: typer.Context,
    library: LibraryFolder,
    path: Annotated[
        Path | None, typer.Argument(metavar="PATH", show_default=False, parser=named_path)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show the library at a glance; with PATH, whether it is in, what its file says, and if not, why not.

    Examples:
      photoseek status

      photoseek status ~/Pictures/IMG_2041.HEIC
    """
    from photoseek.cli.library.report import say_glance
    from photoseek.indexer.upkeep.claims import lines
    from photoseek.indexer.upkeep.why import why

    opened = Library.existing(library)
    if path is None:
        say_glance(opened, answered=hooks_of(context).is_answered(opened.folder), as_json=as_json)
        return
    told = why(opened, path)
    if as_json:
        say_json(asdict(told) | {"path": to_text(told.path)})
    else:
        say(told.sentence)
        if told.tags:
            say(f"tags: {', '.join(told.tags)}")
        for line in lines(told.facts):
            say(line)
