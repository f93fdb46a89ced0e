"""Folders that an export writes to: whether they accept files, and those of nested albums."""

import errno
import os
from pathlib import Path

from photoseek.searcher.albums.portable_names import names_for
from photoseek.storage.rows.albums.albums import NESTED_BY

# Errors of the disk as a whole: nothing else could be written either.
FULL = frozenset({errno.ENOSPC, errno.EROFS, getattr(errno, "EDQUOT", errno.ENOSPC)})


def takes_files(folder: Path) -> bool:
    """Return whether the folder accepts files at all, so that only a name was refused."""
    probe = folder / f".photoseek-{os.getpid()}"
    try:
        probe.open("xb").close()
    except FileExistsError:
        return True
    except OSError:
        return False
    probe.unlink()
    return True


def folder_below(folder: Path, below: str) -> Path | None:
    """Make the folders of a nested album's name, such as "2023/June", in `folder`; "" is the folder itself.

    Returns None if the disk accepts none of the names that one could have. Raises OSError where nothing can be
    written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for part in below.split(NESTED_BY) if below else ():
        made = _made(folder, part)
        if made is None:
            return None
        folder = made
    return folder


def _made(folder: Path, name: str) -> Path | None:
    """Make a folder under the first name that the disk accepts and no file has."""
    number, is_taken = 0, True
    while is_taken:
        number, is_taken = number + 1, False
        for given in names_for(name, number):
            if given.strip() in {"", os.curdir, os.pardir}:
                continue
            try:
                (folder / given).mkdir(exist_ok=True)
            except FileExistsError:  # a file
                is_taken = True
                break
            except OSError as error:
                if error.errno in FULL or not takes_files(folder):
                    raise
            else:
                return folder / given
    return None
