"""Which photos a command means: those at paths, or those that a query finds."""

from pathlib import Path
from typing import TYPE_CHECKING

from photoseek.cli.options import named_path
from photoseek.cli.output import say
from photoseek.cli.parser import Parser, UsageError

if TYPE_CHECKING:
    from photoseek.hooks import Hooks
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
    from photoseek.searcher import parse_line

    found = hooks.searcher(library.folder).matching(parse_line(where).anchored(hooks.directory))
    for note in found.notes:
        say(note, err=True)
    return sorted(found.photo_ids)
