"""The command `photoseek`: each of its commands is loaded when it is asked for, and errors become exit codes."""

import gc
import sys
from importlib import import_module
from inspect import getdoc
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from photoseek import __version__
from photoseek.cli.output import say, say_error
from photoseek.cli.registry import COMMANDS
from photoseek.errors import PhotoseekError

if TYPE_CHECKING:
    from typer.models import CommandInfo, TyperInfo

_ALIKE = 0.7  # difflib's ratio from which a command was misspelt rather than left out


class _Commands(TyperGroup):
    """The commands of the registry, each made of its module when it is needed."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401 (typer's own context)
        """Give their names, in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401 (as above)
        """Give a command; None where none has this name."""
        if cmd_name not in self.commands and cmd_name in COMMANDS:
            made = import_module(COMMANDS[cmd_name].module).commands
            _lay_out_examples(made)
            self.commands.update(typer.main.get_group(made).commands)
        return self.commands.get(cmd_name)

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401 (as above)
        """List them with whole sentences, from the registry alone."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.summary) for name, entry in COMMANDS.items()])

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401 (as above)
        """Find the command that is named. What is none may be a misspelt one, or words to find."""
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(name, COMMANDS, 1, _ALIKE)
            meant = near[0] if near else f"find {' '.join(args)}"
            ctx.fail(f"there is no command “{name}”: did you mean `photoseek {meant}`?")
        return super().resolve_command(ctx, args)


app = typer.Typer(
    cls=_Commands,
    help="Find your own photos in your own words, on your own machine.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


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


def _say_version(asked: bool) -> None:  # noqa: FBT001 (what typer calls)
    if asked:
        say(f"photoseek {__version__}")
        raise typer.Exit


@app.callback()
def _photoseek(
    _version: Annotated[
        bool | None,
        typer.Option("--version", is_eager=True, callback=_say_version, help="Say which version this is."),
    ] = None,
) -> None:
    """Find your own photos in your own words, on your own machine.

    Begin with `photoseek index ~/Pictures`, then `photoseek find a dog on the beach`.
    """


def run() -> None:
    """Run one command, and turn its error into a sentence and an exit code."""
    try:
        app()
    except PhotoseekError as error:
        say_error(error)
        sys.exit(error.exit_code)
    finally:
        # Python would look for garbage among all it has loaded before it ends: a tenth of a second of a wait.
        gc.freeze()
