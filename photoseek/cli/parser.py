"""How a command line is read: by argparse, with query words that may begin with a dash, and help in sentences.

Nothing is imported here that takes a while: help and errors wait for this module.
"""

import argparse
import os

from photoseek.errors import BadUsage

TYPE_CHECKING = False
if TYPE_CHECKING:  # `typing` takes 9 ms
    from collections.abc import Callable, Iterable
    from typing import NoReturn

HELP = ("-h", "--help")
_WORD = "\0"  # before a word, so that argparse takes it for no option; no word can hold it
_WIDEST = 100  # columns: longer lines are hard to read
_NAMES_WIDTH = 26  # columns for the names of options and commands, with what they mean beside them


class UsageError(BadUsage):
    """A command line that can't be read; the help of `program`, where it is known, says how it should look."""

    def __init__(self, message: str, program: str | None = None) -> None:
        super().__init__(message)
        self.program = program


class HelpAsked(Exception):
    """A text is to be printed in place of running a command; `exit_code` is not 0 where none was named."""

    def __init__(self, text: str, exit_code: int = 0) -> None:
        super().__init__(text)
        self.exit_code = exit_code


class Parser(argparse.ArgumentParser):
    """Reads the command line of one command, whose options and words may stand in any order.

    A command adds options by `flag`, `option` and `argument` rather than by `add_argument`.
    """

    def __init__(self, prog: str, description: str) -> None:
        """Begin with --help alone; `description` may end in lines of examples, below a line “Examples:”."""
        super().__init__(
            prog=prog,
            description=description,
            add_help=False,
            allow_abbrev=False,
            formatter_class=_checking_formatter,
        )
        self._flags = set(HELP)
        self._valued: set[str] = set()
        self._meanings: list[tuple[str, str]] = []  # names and meaning, for the help
        self._places: list[str] = []  # of words, for the line of usage
        self._most_words: int | None = 0  # None: any number
        self._words_may_be_dashed = False

    def flag(self, name: str, meaning: str, *, short: str | None = None, into: str | None = None) -> None:
        """Add an option without a value; the attribute is called as the option is, or `into`."""
        names = [name] if short is None else [short, name]
        self._flags.update(names)
        self._meanings.append((", ".join(names), meaning))
        self.add_argument(*names, action="store_true", dest=into or _attribute(name))

    def option(  # noqa: PLR0913 (what argparse has to know of an option)
        self,
        name: str,
        metavar: str,
        meaning: str,
        *,
        read: "Callable[[str], object]" = str,
        default: object = None,
        required: bool = False,
        repeated: bool = False,
        variable: str | None = None,
        into: str | None = None,
    ) -> None:
        """Add an option with a value; one that may be repeated gives a list.

        An environment `variable` gives the value where the option is not there. `read` makes the value of the
        text, or raises argparse.ArgumentTypeError with a sentence.
        """
        self._valued.add(name)
        usual = " (required)" if required else "" if default in (None, "") else f" (default: {default})"
        self._meanings.append((f"{name} {metavar}", f"{meaning.removesuffix('.')}{usual}."))
        if variable is not None:
            default = os.environ.get(variable) or default
        self.add_argument(
            name,
            metavar=metavar,
            type=read,
            default=[] if repeated else default,
            action="append" if repeated else "store",
            required=required,
            dest=into or _attribute(name),
        )

    def argument(  # noqa: PLR0913 (as above)
        self,
        into: str,
        metavar: str,
        *,
        read: "Callable[[str], object]" = str,
        many: bool = False,
        optional: bool = False,
        dashed: bool = False,
    ) -> None:
        """Add a place for a word, or for `many`, which gives a list; `dashed` words may begin with one dash."""
        place = f"{metavar}..." if many else metavar
        self._places.append(f"[{place}]" if optional else place)
        self._most_words = None if many or self._most_words is None else self._most_words + 1
        self._words_may_be_dashed |= dashed
        nargs = ("*" if optional else "+") if many else ("?" if optional else None)
        self.add_argument(
            into, metavar=metavar, type=lambda word: read(word.removeprefix(_WORD)), nargs=nargs
        )

    def read(self, arguments: "Iterable[str]", target: object) -> None:
        """Set an attribute of `target` for each option and place. Raises UsageError, HelpAsked."""
        options, words = self._sorted(arguments)
        if self._most_words is not None and len(words) > self._most_words:
            self.error(f"“{shown(words[self._most_words])}” is one word too many")
        # Python's versions differ in how they read words among options, words with a dash, and `--`.
        self.parse_args([*options, *(f"{_WORD}{word}" for word in words)], target)

    def format_help(self) -> str:
        """Say what the command does, how it is called and what each option means."""
        text, _, examples = (self.description or "").partition("Examples:\n")
        lines = [f"Usage: {' '.join([self.prog, '[OPTIONS]', *self._places])}", "", *wrapped(text)]
        if examples:
            lines += ["", "  Examples:", *(f"    {line.strip()}" for line in examples.strip().splitlines())]
        meanings = [*self._meanings, (", ".join(HELP), "Show this help.")]
        return "\n".join([*lines, "", "Options:", *in_two_columns(meanings)])

    def error(self, message: str) -> "NoReturn":
        """Raise UsageError."""
        raise UsageError(message.removeprefix("argument "), self.prog)

    def _sorted(self, arguments: "Iterable[str]") -> tuple[list[str], list[str]]:
        """Return the options, each with its value behind `=`, and the words, which may begin with a dash."""
        options: list[str] = []
        words: list[str] = []
        rest = iter(arguments)
        for typed in rest:
            name, equals, _ = typed.partition("=")
            if typed == "--":
                words.extend(rest)
            elif typed in HELP:
                raise HelpAsked(self.format_help())
            elif name in self._valued:
                value = typed if equals else next(rest, None)
                if value is None:
                    self.error(f"{name} lacks its value")
                # Behind `=` a value may begin with a dash.
                options.append(value if equals else f"{name}={value}")
            elif typed in self._flags:
                options.append(typed)
            elif name in self._flags:
                self.error(f"{name} takes no value")
            elif self._is_word(typed):
                words.append(typed)
            else:
                self._refuse_option(name)
        return options, words

    def _is_word(self, typed: str) -> bool:
        return typed in {"", "-"} or typed[0] != "-" or (self._words_may_be_dashed and typed[1] != "-")

    def _refuse_option(self, name: str) -> "NoReturn":
        from difflib import get_close_matches  # here rather than above: it takes a while to load

        near = get_close_matches(name, [*self._flags, *self._valued], 1)
        meant = f": did you mean {near[0]}?" if near else ""
        self.error(f"there is no option “{shown(name)}”{meant}")


def wrapped(text: str) -> list[str]:
    """Return paragraphs, which an empty line parts, as indented lines that fit into the terminal."""
    lines: list[str] = []
    for paragraph in text.strip().split("\n\n"):
        lines += ["", *_filled(" ".join(paragraph.split()), "  ", "  ")]
    return lines[1:]


def in_two_columns(rows: "Iterable[tuple[str, str]]") -> list[str]:
    """Return lines with names on the left and what they mean on the right."""
    lines: list[str] = []
    margin = " " * (_NAMES_WIDTH + 2)
    for names, meaning in rows:
        fits = len(names) <= _NAMES_WIDTH - 2
        if not fits:
            lines.append(f"  {names}")
        lines += _filled(meaning, f"  {names}".ljust(len(margin)) if fits else margin, margin)
    return lines


def _filled(text: str, first: str, others: str) -> list[str]:
    import shutil  # here rather than above: only help needs them
    import textwrap

    width = min(shutil.get_terminal_size().columns, _WIDEST)
    return textwrap.wrap(
        text,
        width,
        initial_indent=first,
        subsequent_indent=others,
        break_on_hyphens=False,
        break_long_words=False,
    )


def _attribute(option: str) -> str:
    return option.lstrip("-").replace("-", "_")


def shown(typed: str) -> str:
    """Return what was typed as a sentence can hold it."""
    if typed.isprintable():
        return typed
    from photoseek.storage import for_terminal  # here rather than above: it takes a while to load

    return for_terminal(typed)


def _checking_formatter(prog: str) -> argparse.HelpFormatter:
    """Return what argparse checks each option with; without a width it would look how large the terminal is."""
    return argparse.HelpFormatter(prog, width=_WIDEST)
