"""Who may read what a library holds: nobody but its owner, unless its folder lets others write, too."""

import os
import stat
from pathlib import Path

_OWNER = stat.S_IRUSR | stat.S_IWUSR


def file_mode(folder: Path) -> int:
    """Return the mode of a new file in a library's folder.

    A folder that everybody may list is how folders are made, and shares nothing on purpose; one that others may
    write to does, and its members are to use the library as its owner does.
    """
    mode = folder.stat().st_mode
    of_group = stat.S_IRGRP | stat.S_IWGRP if mode & stat.S_IWGRP else 0
    of_others = stat.S_IROTH | stat.S_IWOTH if mode & stat.S_IWOTH else 0
    return _OWNER | of_group | of_others


def folder_mode(folder: Path) -> int:
    """Return the mode of a new folder in a library's folder."""
    mode = file_mode(folder)
    return mode | (mode & (stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH)) >> 2


def make_private(path: Path) -> None:
    """Make an empty file where there is none, as private as its folder asks. Raises OSError."""
    mode = file_mode(path.parent)
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode)
    except FileExistsError:
        return
    try:
        if hasattr(os, "fchmod"):
            os.fchmod(handle, mode)  # past the umask, which takes rights from members of a shared folder
    finally:
        os.close(handle)
