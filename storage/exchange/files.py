"""The document in a file: written whole or not at all, and read with a bound."""

from pathlib import Path

from photoseek.storage.disk.writing import errors_of, replaced_whole
from photoseek.storage.errors import NameTaken, UnknownName, UnreadableData
from photoseek.storage.exchange.document import BEGINS_WITH, Document, written
from photoseek.storage.exchange.reading import Checks, read
from photoseek.storage.names import for_terminal

_MOST_BYTES = 1 << 30  # hundreds of bytes for each of a million photos


def write_document(document: Document, path: Path, *, replace: bool) -> int:
    """Write the document; returns its size in bytes. Only its owner may read the file.

    Raises UnknownName if there is no such folder, NameTaken for a file that is there, unless it is an earlier
    export and `replace` is set, and LibraryNotWritable.
    """
    shown = for_terminal(str(path))
    if not path.parent.is_dir():
        raise UnknownName(f"there is no folder {for_terminal(str(path.parent))} to export to: make it first")
    with errors_of(path):
        if path.exists() and not replace:
            raise NameTaken(f"{shown} is there already: choose another name, or replace it with --force")
        if path.exists() and not _is_export(path):
            raise NameTaken(f"{shown} is no export, and --force replaces nothing else: choose another name")
        content = written(document)
        with replaced_whole(path) as temporary:
            temporary.write_bytes(content)
    return len(content)


def read_document(path: Path, checks: Checks) -> Document:
    """Return the document in a file, its texts as `checks` keeps them.

    Raises UnknownName if there is none, and UnreadableData.
    """
    shown = for_terminal(str(path))
    if not path.is_file():
        raise UnknownName(f"there is no file {shown}: check the path")
    try:
        with path.open("rb") as file:
            content = file.read(_MOST_BYTES)
        return read(content, checks)  # of a larger file, a part that is no JSON
    except OSError as error:
        raise UnreadableData(f"{shown} can't be read ({error.strerror}): check its permissions") from error
    except UnreadableData as error:
        raise UnreadableData(f"{shown} can't be taken in, for {error}") from error


def _is_export(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(BEGINS_WITH)) == BEGINS_WITH
