"""Which photos a command means: those at paths, or those that a query finds."""

from pathlib import Path
from typing import TYPE_CHECKING

from photoseek.cli.options import named_path
from photoseek.cli.output import say
from photoseek.cli.parser import Parser, UsageError
from photoseek.storage import for_terminal

if TYPE_CHECKING:
    from photoseek.hooks import Hooks
    from photoseek.searcher import Query
    from photoseek.storage import Library


def add_paths_or_query(parser: Parser) -> None:
    """Add photos: `paths`, `where`."""
    parser.argument("paths", "PATH", read=named_path, many=True, optional=True)
    parser.option("--where", "QUERY", "Take all photos that a query finds, in place of paths.")


def picked(hooks: "Hooks", library: "Library", paths: list[Path], where: str | None) -> list[int]:
    """Return the ids of the photos that are meant. Raises UsageError, UnknownName, BadQuery."""
    if bool(paths) == (where is not None):
        raise UsageError("name photos by their paths, or by --where QUERY: one of the two")
    if where is None:
        from photoseek.searcher.albums.contents import photo_ids

        return photo_ids(library, paths)
    return found_by(hooks, library, saved_query(hooks, where))


def saved_query(hooks: "Hooks", line: str) -> "Query":
    """Return a query as it can be kept: with absolute paths. Raises BadQuery."""
    from photoseek.searcher import parse_line

    return parse_line(line).anchored(hooks.directory)


def found_by(hooks: "Hooks", library: "Library", query: "Query") -> list[int]:
    """Return the ids of all photos that a query finds, and say how it was understood."""
    found = hooks.searcher(library.place).matching(query)
    for note in found.notes:
        say(for_terminal(note), err=True)
    return sorted(found.photo_ids)
