"""Permissions of a library's files: for its owner alone, unless others may write to its folder."""

import os
import stat
from pathlib import Path

_OWNER = stat.S_IRUSR | stat.S_IWUSR


def file_mode(folder: Path) -> int:
    """Return the mode of a new file in a library's folder.

    Folders are readable by all by default, so that means nothing. A folder that a group or others may write to is
    shared on purpose, and they get the owner's rights.
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
    """Make an empty file if there is none, with the permissions for its folder. Raises OSError."""
    mode = file_mode(path.parent)
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode)
    except FileExistsError:
        return
    try:
        if hasattr(os, "fchmod"):
            os.fchmod(handle, mode)  # ignores the umask, which would exclude others from a shared folder
    finally:
        os.close(handle)
