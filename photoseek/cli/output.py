"""What commands print: only this module does, so that a resident can send it to the process that asked."""

import os
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, TypeVar

from photoseek import streams

if TYPE_CHECKING:
    from photoseek.resident_client import Said

_T = TypeVar("_T")
_kept: ContextVar["Said | None"] = ContextVar("kept", default=None)


@contextmanager
def keeping() -> Iterator["Said"]:
    """Keep what this thread's commands say, in place of printing it, while the block runs."""
    said: Said = []
    token = _kept.set(said)
    try:
        yield said
    finally:
        _kept.reset(token)


def say(text: str | bytes, *, err: bool = False, end: str = "\n") -> None:
    """Print a line for people, or bytes as they are, for programs; `err` is for what is no result."""
    said = _kept.get()
    if said is None:
        streams.write(text, err=err, end=end)
    elif isinstance(text, bytes):
        said.append(("err" if err else "out", True, os.fsdecode(text)))
    else:
        said.append(("err" if err else "out", False, f"{text}{end}"))


def say_json(content: Mapping[str, Any]) -> None:
    """Print one JSON object."""
    import json  # which --help and a table need not wait for

    say(json.dumps(content))


def as_paths(paths: Iterable[str], *, null: bool) -> bytes:
    r"""Return each path as the bytes the file system has, ended by a line break, or by ``\0``."""
    end = b"\0" if null else b"\n"
    return b"".join(os.fsencode(path) + end for path in paths)


def say_paths(paths: Iterable[str], *, null: bool) -> None:
    """Print paths for programs."""
    say(as_paths(paths, null=null))


def say_error(error: Exception) -> None:
    """Print what a person reads of an error: the one place where errors become text."""
    say(f"photoseek: {error}", err=True)


def say_captions_are_read() -> None:
    """Say why the first question takes longer: the captions that hits are graded against are embedded."""
    say("reading what else photos may show, once for this model …", err=True)


def columns(rows: Iterable[Sequence[str]], right: Collection[int] = ()) -> list[str]:
    """Return a line a row, with the cells of each column below each other; those of `right` end there together."""
    rows = list(rows)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    if widths and len(widths) - 1 not in right:
        widths[-1] = 0  # nothing stands behind it
    return [
        "  ".join(
            cell.rjust(width) if column in right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]


def progress(
    items: Iterable[_T], label: str, count: int | None = None
) -> AbstractContextManager[Iterable[_T]]:
    """Return the items one by one, with a bar on stderr that shows how far that is; `count` is for an iterator."""
    import click  # here rather than above: it takes a while to load

    return click.progressbar(items, length=count, label=label, file=sys.stderr)
