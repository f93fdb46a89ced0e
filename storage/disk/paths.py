"""Which paths lie in which: absolute ones without links, or paths below a root, where "" is the root itself.

And what a typed one means.
"""

import os
from collections.abc import Iterator
from pathlib import Path


def is_under(path: str, folder: str) -> bool:
    """Tell whether `path` is `folder` or lies in it, however deep."""
    return not folder or path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def parents_of(path: str) -> Iterator[str]:
    """Give the folders that a path below a root lies in, from the nearest up to the root."""
    while path:
        path = os.path.dirname(path)  # noqa: PTH120 (paths of files stay str)
        yield path


def outermost(paths: set[str]) -> set[str]:
    """Leave out the paths below a root that lie in another of them."""
    return {path for path in paths if paths.isdisjoint(parents_of(path))}


def as_meant(folder: Path) -> Path:
    """Replace `~` by the home folder; an unknown user's stays a name, as in a shell."""
    return Path(os.path.expanduser(folder))  # noqa: PTH111 (its method raises RuntimeError)
