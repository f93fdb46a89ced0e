"""Which paths are files of their own: links, linked folders and bind mounts show one file at several places."""

import os
from collections.abc import Iterable

from photoseek.storage import found_within

_DISK_S = 1.0  # that a disk may be silent


def files_of_their_own(paths: Iterable[str]) -> list[str]:
    """Give one path for each file that these lead to, those that no link is part of first.

    Hard links are files of their own, for deleting one leaves the others. What lies on a disk that hangs is left
    out: nobody can tell which of its paths are one file.
    """
    listed = list(paths)
    reals = dict(found_within(_DISK_S, listed, os.path.realpath, str))
    leading: dict[str, list[str]] = {}
    for path in listed:
        if path in reals:
            leading.setdefault(str(reals[path]), []).append(path)
    # The shortest way to a file may be a link: it is the file itself that is to be kept.
    found = {real: _best_of(real, some) for real, some in leading.items()}
    own = [found[real] for names in _by_file(found) for real in names]
    return sorted(own, key=lambda path: path not in found)


def _best_of(real: str, paths: list[str]) -> str:
    return real if real in paths else min(paths, key=os.path.islink)


def _by_file(reals: Iterable[str]) -> list[list[str]]:
    """Give the names of each file, but one alone where there are more than it has: a mount shows them twice."""
    names: dict[object, list[str]] = {}
    links: dict[object, int] = {}
    listed = list(reals)
    found = dict(found_within(_DISK_S, listed, os.stat, str))
    for real in listed:
        status = found.get(real)
        if not isinstance(status, os.stat_result):
            names[real] = [real]
            continue
        file = status.st_dev, status.st_ino
        names.setdefault(file, []).append(real)
        links[file] = status.st_nlink
    return [some if len(some) <= links.get(file, 1) else some[:1] for file, some in names.items()]
