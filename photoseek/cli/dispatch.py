"""From a command line to the command that it names: read and run in this process.

Nothing is imported here that takes a while: help and errors wait for this module.
"""

import gc

from photoseek.cli.parser import HELP, HelpAsked, UsageError, in_two_columns, shown, wrapped
from photoseek.cli.registry import PHOTOSEEK, Entry, Group
from photoseek.errors import PhotoseekError

TYPE_CHECKING = False
if TYPE_CHECKING:  # `typing` takes 9 ms
    from photoseek.cli.command import Command

_ALIKE = 0.7  # difflib's ratio from which a command was misspelt rather than left out


def run(arguments: list[str]) -> int:
    """Do what a command line says, and give the exit code; an error becomes a sentence on stderr."""
    from photoseek import streams

    program = "photoseek"
    try:
        if arguments[:1] == ["--version"]:
            from photoseek import __version__

            streams.write(f"photoseek {__version__}\n", err=False)
            return 0
        name, entry, rest = _named(arguments)
        program = f"photoseek {name}"
        return _carry_out(_made(name, entry, rest))
    except HelpAsked as asked:
        streams.write(f"{asked}\n", err=asked.exit_code != 0)
        return asked.exit_code
    except PhotoseekError as error:
        more = f"`{error.program or program} --help` says more\n" if isinstance(error, UsageError) else ""
        streams.write(f"photoseek: {error}\n{more}", err=True)
        return error.exit_code
    finally:
        gc.freeze()  # else Python looks for garbage among all it has loaded before it ends


def read(arguments: list[str]) -> "Command":
    """Return the command that a command line names, as it was typed. Raises UsageError, HelpAsked."""
    return _made(*_named(arguments))


def _carry_out(command: "Command") -> int:
    import sys
    import warnings

    if not sys.warnoptions:  # packages warn their users' programmers; `python -W` shows them
        warnings.simplefilter("ignore")
    command.prepare_process()
    from photoseek.hooks import Hooks
    from photoseek.running_command import running

    with running(f"photoseek {command.command_name}"):
        return command.run(Hooks())


def _made(name: str, entry: Entry, typed: list[str]) -> "Command":
    from importlib import import_module

    kind: type[Command] = getattr(import_module(entry.module), entry.kind)
    return kind(name, typed)


def _named(arguments: list[str], group: Group = PHOTOSEEK, path: str = "") -> tuple[str, Entry, list[str]]:
    """Return a command's name, where it is, and the rest of the command line. Raises UsageError, HelpAsked."""
    before, rest = _options_before(arguments)
    word = rest[0] if rest else ""
    if word in HELP:
        raise HelpAsked(_help(group, path))
    if (not word or word.startswith("-")) and group.usual:
        rest = [group.usual, *rest]
    elif not rest:
        raise HelpAsked(_help(group, path), UsageError.exit_code)
    name = f"{path} {rest[0]}".lstrip()
    found = group.commands.get(rest[0])
    if found is None:
        raise UsageError(_no_command(rest, group, path), f"photoseek {path}".rstrip())
    typed = [*before, *rest[1:]]
    return _named(typed, found, name) if isinstance(found, Group) else (name, found, typed)


def _options_before(arguments: list[str]) -> tuple[list[str], list[str]]:
    """Return the options that may stand before a command, as --library does, and the rest. Raises UsageError."""
    rest = arguments
    while rest and rest[0].partition("=")[0] in {"--library", "--json"}:
        if rest == ["--library"]:
            raise UsageError("--library lacks its value")
        rest = rest[2 if rest[0] == "--library" else 1 :]
    count = len(arguments) - len(rest)
    return arguments[:count], rest


def _no_command(typed: list[str], group: Group, path: str) -> str:
    """Say that there is none of this name. It may be misspelt, or the words are something to find."""
    from difflib import get_close_matches

    word = shown(typed[0])
    if word.startswith("-"):
        return f"there is no option “{word}” before a command"
    near = get_close_matches(word, group.commands, 1, _ALIKE)
    if near:
        meant = f"{path} {near[0]}".lstrip()
    elif not path:
        meant = f"find {' '.join(map(shown, typed))}"
    else:
        return f"“{path}” has no command “{word}”"
    return f"there is no command “{word}”: did you mean `photoseek {meant}`?"


def _help(group: Group, path: str) -> str:
    program = f"photoseek {path}".rstrip()
    named = "[COMMAND]" if group.usual else "COMMAND"
    lines = [f"Usage: {program} {named} [OPTIONS]", "", *wrapped(group.summary), "", "  Examples:"]
    lines += [f"    {example}" for example in group.examples]
    lines += ["", "Commands:", *in_two_columns((name, one.summary) for name, one in group.commands.items())]
    options = [(", ".join(HELP), f"Show this help; `{program} COMMAND --help` shows a command's.")]
    if not path:
        options.append(("--version", "Say which version this is."))
    return "\n".join([*lines, "", "Options:", *in_two_columns(options)])
