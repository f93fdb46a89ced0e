"""Words of a query on a command line, where a dash before one belongs to the query."""

import re
from typing import Any

from typer.core import TyperCommand

_DASHED = re.compile(r"-(?!-)")
_MARK = "\0"  # before a dashed word, so that typer takes it for none of its options


class QueryCommand(TyperCommand):
    """A command whose words may begin with one dash: they belong to the query, all but -0 before a `--`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 (typer's own context)
        """Keep dashed words from being taken for options; what follows an option is its value, whatever it is."""
        end = args.index("--") if "--" in args else len(args)
        valued = {
            name for option in self.params if not getattr(option, "is_flag", True) for name in option.opts
        }
        before = [
            typed if previous in valued else "--null" if typed == "-0" else _kept(typed)
            for previous, typed in zip(["", *args], args[:end], strict=False)
        ]
        return super().parse_args(ctx, before + args[end:])


def _kept(word: str) -> str:
    return f"{_MARK}{word}" if _DASHED.match(word) else word


def unmarked(words: list[str] | None) -> list[str]:
    """Give the words as they were typed, for the command to read."""
    return [word.removeprefix(_MARK) for word in words or []]
