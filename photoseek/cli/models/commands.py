"""`photoseek models list`, `add`, `use`, `remove`: which model the library is embedded with."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from photoseek.cli.context import hooks_of
from photoseek.cli.options import AsJson, LibraryFolder
from photoseek.cli.output import say, say_captions_are_read, say_json
from photoseek.embedder import ModelSource, name_of
from photoseek.storage import Library, NoLibrary

Name = Annotated[str, typer.Argument(metavar="NAME", show_default=False)]
WeightsFile = Annotated[
    Path | None,
    typer.Option("--weights", metavar="FILE", help="Weights of your own: no network is asked."),
]
Tokenizer = Annotated[
    Path | None,
    typer.Option("--tokenizer", metavar="FILE", help="The tokenizer.json that belongs to --weights."),
]
Exact = Annotated[
    bool,
    typer.Option(
        "--exact", help="Run it in float32, so that vectors are open_clip's to four digits: slower."
    ),
]

_INDEX_EMBEDS = "`photoseek index` embeds them"

models = typer.Typer(help="Models: which there are, and which one answers.", no_args_is_help=True)
commands = typer.Typer(rich_markup_mode=None)
commands.add_typer(models, name="models")


@models.command("list")
def models_list(library: LibraryFolder, as_json: AsJson = False) -> None:
    """List the models there are: what they cost, how fast they are here, and which one answers.

    Examples:
      photoseek models list

      photoseek models list --json
    """
    from dataclasses import asdict

    from photoseek.cli.models.model_list import LEGEND, as_table, listed

    try:
        opened = Library.existing(library)
    except NoLibrary:
        rows = listed(None)
    else:
        rows = listed(opened)
    if as_json:
        say_json({"models": [asdict(row) for row in rows]})
    else:
        say(as_table(rows))
        say(LEGEND, err=True)


@models.command("add")
def models_add(
    context: typer.Context,
    library: LibraryFolder,
    name: Name,
    weights: WeightsFile = None,
    tokenizer: Tokenizer = None,
    exact: Exact = False,
) -> None:
    """Compile a model for this machine and measure what runs it fastest; no photo is embedded yet.

    NAME is ARCHITECTURE/PRETRAINED of open_clip, which is downloaded, or with --weights the architecture alone.
    It is measured on some of your photos: index first, or name their folder with `photoseek roots add`. Adding it
    again measures again.

    Examples:
      photoseek models add ViT-B-32/laion2b_s34b_b79k

      photoseek models add ViT-B-32 --weights laion2b.safetensors

      photoseek models add photoseek-5
    """
    from photoseek.indexer.models.adding import add_model
    from photoseek.indexer.models.choice import open_known

    source = ModelSource(name, weights, tokenizer)
    name_of(source)  # for a name that is none, no library is begun
    opened = Library(library)
    model = add_model(opened, source, partial(say, err=True), exact=exact)
    hooks_of(context).get_ready_to_answer(
        opened, open_known(opened, model), before_waiting=say_captions_are_read
    )
    say(f"{model.name} is ready: `photoseek models use {model.name}` lets it answer")


@models.command("use")
def models_use(
    context: typer.Context,
    library: LibraryFolder,
    name: Name,
    weights: WeightsFile = None,
    tokenizer: Tokenizer = None,
    later: Annotated[
        bool, typer.Option("--later", help="Leave embedding to the next `index`, or to a watch.")
    ] = False,
) -> None:
    """Let a model answer: download, compile and measure it if need be, then embed all photos with it.

    The old model answers until the last photo is embedded. This can be stopped at any time, and goes on from there
    when it is run again; while `photoseek watch` runs, that embeds in quiet moments. Naming the model in use calls
    off a change that is under way.

    Examples:
      photoseek models use ViT-B-32/laion2b_s34b_b79k

      photoseek models use photoseek-5

      photoseek models use fake --later
    """
    from photoseek.cli.interrupts import INTERRUPTED, stop_on_interrupt
    from photoseek.cli.library.report import say_step
    from photoseek.cli.progress_bar import progress_shown
    from photoseek.embedder import answers_still
    from photoseek.indexer.models.choice import choose, open_known, refuse_unknown
    from photoseek.indexer.models.use import bring_to_use, by_others

    source = ModelSource(name, weights, tokenizer)
    refuse_unknown(source)
    opened = Library.existing(library) if answers_still(name) else Library(library)
    model, at_once = choose(opened, source, partial(say, err=True))
    if answers_still(model.name):
        say(f"{model.name} goes on answering")
        return
    hooks = hooks_of(context)
    hooks.get_ready_to_answer(opened, open_known(opened, model), before_waiting=say_captions_are_read)
    with opened.catalog.read() as transaction:
        left = len(transaction.files.lacking_vectors(model))
    others = by_others(opened) if left or not at_once else None
    if at_once and not left:
        say(f"{model.name} answers")
    elif others or (later and left):
        say(f"{model.name} answers once {left} photos are embedded with it: {others or _INDEX_EMBEDS}")
    else:
        with stop_on_interrupt() as stop, progress_shown(verbose=False) as on_progress:
            step = bring_to_use(opened, model, hooks.tagger_for, stop, on_progress)
        say_step(step)
        if stop.is_set():
            say("stopped early; what was embedded is kept: the same command goes on from here")
            raise typer.Exit(INTERRUPTED)
        if step.left:
            say("what is left can't be read now: mount its disk, then run the same command again", err=True)


@models.command("remove")
def models_remove(library: LibraryFolder, name: Name, as_json: AsJson = False) -> None:
    """Delete a model's vectors and what was compiled; weights of your own stay where they are.

    Examples:
      photoseek models remove fake
    """
    from photoseek.indexer.models.adding import remove_model

    removed = remove_model(Library.existing(library), name)
    if as_json:
        say_json({"vectors": removed.vectors, "freed_bytes": removed.freed_bytes})
        return
    say(
        f"{removed.vectors} vectors and the compiled model are gone: {removed.freed_bytes / 1e6:.0f} MB free, "
        "those of the catalog for what is written next"
    )
