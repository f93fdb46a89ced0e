"""Which paths are separate files? Links, linked folders and bind mounts show one file under several paths."""

import os
from collections.abc import Iterable

from photoseek.storage import found_within

_DISK_S = 1.0  # the longest that a disk may take to answer


def files_of_their_own(paths: Iterable[str]) -> list[str]:
    """Return one path for each file, preferring paths without links.

    Hard links count as separate files, since deleting one leaves the others. Paths on a disk that doesn't answer
    are left out: it can't be known which of them are one file.
    """
    listed = list(paths)
    reals = dict(found_within(_DISK_S, listed, os.path.realpath, str))
    leading: dict[str, list[str]] = {}
    for path in listed:
        if path in reals:
            leading.setdefault(str(reals[path]), []).append(path)
    # The shortest path to a file may be a link; the file itself is what should be kept.
    found = {real: _best_of(real, some) for real, some in leading.items()}
    own = [found[real] for names in _by_file(found) for real in names]
    return sorted(own, key=lambda path: path not in found)


def _best_of(real: str, paths: list[str]) -> str:
    return real if real in paths else min(paths, key=os.path.islink)


def _by_file(reals: Iterable[str]) -> list[list[str]]:
    """Yield the paths of each file; one if there are more than its hard links: a mount shows it twice."""
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
