"""The command `photoseek`: the packages' commands, and an exit code for each kind of error."""

import gc
import sys
from inspect import getdoc
from typing import TYPE_CHECKING, Annotated

import typer

from embedder.errors import EmbedderError, ModelNotUsable, UnknownModel, UnreadableText
from indexer.cli import commands as indexing
from indexer.errors import Inconsistent, IndexerError, ModelInUse, NotMissing, UnreadablePhoto
from indexer.keeping_cli import commands as keeping
from indexer.models_cli import commands as choosing_models
from indexer.roots_cli import roots
from photoseek.asking import say
from photoseek.hooks import Hooks
from searcher.cli import commands as searching
from searcher.duplicates_cli import commands as tidying
from searcher.errors import BadQuery, CantListen, GazetteerUnusable, SearcherError
from searcher.judging_cli import commands as judging
from searcher.serve_cli import commands as serving
from storage.errors import (
    LibraryDamaged,
    LibraryInUse,
    LibraryNotWritable,
    LibraryTooNew,
    NameTaken,
    NoLibrary,
    StorageError,
    UnknownName,
)

if TYPE_CHECKING:
    from typer.models import CommandInfo, TyperInfo

# The most particular first; docs/exit-codes.md lists them for people.
EXIT_CODES: tuple[tuple[type[Exception], int], ...] = (
    (NoLibrary, 3),
    (LibraryInUse, 4),
    (LibraryNotWritable, 5),
    (LibraryDamaged, 6),
    (LibraryTooNew, 7),
    (UnknownName, 8),
    (NameTaken, 9),
    (UnknownModel, 10),
    (ModelNotUsable, 11),
    (UnreadableText, 12),
    (BadQuery, 13),
    (UnreadablePhoto, 14),
    (Inconsistent, 16),
    (NotMissing, 17),
    (ModelInUse, 18),
    (CantListen, 19),
    (GazetteerUnusable, 24),
    (IndexerError, 15),
    (StorageError, 20),
    (EmbedderError, 21),
    (SearcherError, 22),
)

KNOWN_ERRORS = tuple(kind for kind, _ in EXIT_CODES)

app = typer.Typer(
    help="Find your own photos in your own words, on your own machine.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["--help"]},
)
app.add_typer(indexing)
app.add_typer(roots, name="roots")
app.add_typer(searching)
app.add_typer(serving)
app.add_typer(tidying)
app.add_typer(judging)
app.add_typer(keeping)
app.add_typer(choosing_models)


def _lay_out_examples(of: typer.Typer) -> None:
    """Keep each example on a line of its own in every command's help, where words are wrapped."""
    told_of: list[CommandInfo | TyperInfo] = [*of.registered_commands]
    if of.registered_callback is not None:
        told_of.append(of.registered_callback)
    for made in told_of:
        told, heading, examples = (getdoc(made.callback) or "").partition("Examples:\n")
        if heading:
            one_a_line = examples.replace("\n\n", "\n")
            made.help = f"{told}\b\n{heading}{one_a_line}"  # click leaves a paragraph behind \b as it is
    for group in of.registered_groups:
        if group.typer_instance is not None:
            _lay_out_examples(group.typer_instance)


_lay_out_examples(app)


def _say_version(asked: bool) -> None:  # noqa: FBT001 (what typer calls)
    if asked:
        from importlib.metadata import version  # takes as long to load as a search

        typer.echo(f"photoseek {version('photoseek')}")
        raise typer.Exit


@app.callback()
def _photoseek(
    context: typer.Context,
    _version: Annotated[
        bool | None,
        typer.Option("--version", is_eager=True, callback=_say_version, help="Say which version this is."),
    ] = None,
) -> None:
    """Find your own photos in your own words, on your own machine.

    Begin with `photoseek index ~/Pictures`, then `photoseek find a dog on the beach`.
    """
    context.obj = context.obj or Hooks()  # a resident lends its own


def run() -> None:
    """Run one command, and turn its error into a sentence and an exit code."""
    try:
        app()
    except KNOWN_ERRORS as error:
        sentence, code = in_a_sentence(error)
        say(sentence, err=True)
        sys.exit(code)
    finally:
        # Python would look for garbage among all it has loaded before it ends: a tenth of a second of a wait.
        gc.freeze()


def in_a_sentence(error: Exception) -> tuple[str, int]:
    """Give what a person reads of a known error, and its exit code: the one place where errors become text."""
    return f"photoseek: {error}", next(code for kind, code in EXIT_CODES if isinstance(error, kind))
