"""Which paths are files of their own: links, linked folders and bind mounts show one file at several places."""

import os
from collections.abc import Iterable


def files_of_their_own(paths: Iterable[str]) -> list[str]:
    """Give one path for each file that these lead to, those that no link is part of first.

    Hard links are files of their own, for deleting one leaves the others.
    """
    leading: dict[str, list[str]] = {}
    for path in paths:
        leading.setdefault(os.path.realpath(path), []).append(path)
    # The shortest way to a file may be a link: it is the file itself that is to be kept.
    found = {
        real: min(some, key=lambda path: (path != real, os.path.islink(path)))
        for real, some in leading.items()
    }
    own = [found[real] for names in _by_file(found) for real in names]
    return sorted(own, key=lambda path: path not in found)


def _by_file(reals: Iterable[str]) -> list[list[str]]:
    """Give the names of each file, but one alone where there are more than it has: a mount shows them twice."""
    names: dict[object, list[str]] = {}
    links: dict[object, int] = {}
    for real in reals:
        try:
            status = os.stat(real)  # noqa: PTH116 (paths stay str)
        except OSError:
            names[real] = [real]
            continue
        file = status.st_dev, status.st_ino
        names.setdefault(file, []).append(real)
        links[file] = status.st_nlink
    return [some if len(some) <= links.get(file, 1) else some[:1] for file, some in names.items()]
