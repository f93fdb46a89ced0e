"""A contact sheet on the disk: written beside its place, then renamed, over nothing but an earlier sheet."""

import os
from collections.abc import Sequence
from pathlib import Path

from photoseek.searcher.contact_sheet.page import GENERATOR, Section, page
from photoseek.searcher.errors import ExportFailed
from photoseek.storage import NameTaken, for_terminal, replaced_whole

_BEGINNING = 1024  # bytes of a file that show whether it is a contact sheet


def write_sheet(path: Path, title: str, sections: Sequence[Section], note: str = "") -> None:
    """Write a contact sheet. Its photos are taken one by one, and never all held in memory.

    Raises NameTaken if another file is there, ExportFailed if the folder can't be written.
    """
    refuse_other_file(path)
    try:
        with replaced_whole(path) as temporary:
            with temporary.open("w", encoding="utf-8", newline="\n") as file:
                file.writelines(page(title, sections, note))
            refuse_other_file(path)  # one that was made meanwhile
    except OSError as error:
        raise ExportFailed(
            f"can't write {for_terminal(str(path))} ({(error.strerror or str(error)).lower()}): "
            "check the permissions of its folder and the free space"
        ) from error


def refuse_other_file(path: Path) -> None:
    """Raise NameTaken unless the path is free or holds an earlier contact sheet. A link counts as another file."""
    if os.path.lexists(path) and not _is_sheet(path):
        raise NameTaken(
            f"{for_terminal(str(path))} is there already and is no contact sheet: choose another name"
        )


def _is_sheet(path: Path) -> bool:
    if path.is_symlink() or not path.is_file():
        return False
    try:
        with path.open("rb") as file:
            return GENERATOR.encode() in file.read(_BEGINNING)
    except OSError:
        return False
