"""`photoseek index`: photos of folders into the library."""

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
    named_model,
    refuse_no_folder,
)
from photoseek.indexer.upkeep.forgetting import MOST_DAYS, RETENTION_DAYS

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
    from photoseek.cli.library import index_action

    refuse_no_folder(folders, exclude)
    wanted = index_action.Wanted(
        tuple(folders or ()),
        library,
        named_model(model, weights),
        confirm_missing,
        retention_days,
        verbose,
        as_json,
        keep_model,
        metadata,
        tuple(exclude or ()),
    )
    raise typer.Exit(index_action.index(wanted, library, hooks_of(context)))
