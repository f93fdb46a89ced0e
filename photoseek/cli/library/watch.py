"""`photoseek watch`: the library follows its folders."""

import typer

from photoseek.cli.context import hooks_of
from photoseek.cli.options import (
    Exclude,
    Folders,
    KeepModel,
    LibraryFolder,
    ModelName,
    Weights,
    named_model,
    refuse_no_folder,
)

commands = typer.Typer(rich_markup_mode=None)


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
    from photoseek.cli.library.watch_action import Wanted, watch_library
    from photoseek.indexer.models.choice import refuse_unknown

    asked_for = named_model(model, weights)
    if asked_for is not None:
        refuse_unknown(asked_for)
    refuse_no_folder(folders, exclude)
    wanted = Wanted(tuple(folders or ()), asked_for, keep_model, tuple(exclude or ()))
    watch_library(wanted, library, hooks_of(context))
