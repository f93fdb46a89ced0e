"""Which locations to index: the root of a folder, and folders that cover many paths."""

import os
from collections.abc import Iterable
from pathlib import Path

from photoseek.indexer.disk.hanging import (
    GLANCE_S,
    HANGS_S,
    STORE_HANGS,
    STORE_HANGS_S,
    answers,
    patiently,
)
from photoseek.indexer.errors import DiskHangs, IndexerError
from photoseek.indexer.wording import why_unread
from photoseek.storage import (
    Library,
    NoLibrary,
    Place,
    Root,
    absolute_path,
    anything_below,
    for_terminal,
    is_url,
)
from photoseek.storage.disk.paths import is_under, outermost

# Past this many, their folders are fewer to look at and to ask the catalog for.
MOST_PLACES = 100

_NOTHING_WATCHED = "no folder is watched yet: name one, as in `photoseek index ~/Pictures`"


def library_for(library: Place, folders: list[Path]) -> Library:
    """Open the library that folders are to be indexed into, or begin one: not where there is nothing to index.

    Raises IndexerError, and what opening a Library raises.
    """
    for folder in sorted(map(absolute_path, folders)):
        _refuse_lacking(folder)
    try:
        return Library.existing(library)
    except NoLibrary:
        if not folders:
            raise IndexerError(_NOTHING_WATCHED) from None
        return Library(library)


def places_for(library: Library, folders: list[Path]) -> dict[Root, list[str]]:
    """Return what to index for these folders: a new root each, or the part of a root that it is.

    Without folders, all roots whole. A folder above existing roots takes their files over. Raises IndexerError.
    """
    with library.catalog.read() as transaction:
        roots = transaction.roots.all()
    if not folders:
        if not roots:
            raise IndexerError(_NOTHING_WATCHED)
        return {root: [""] for root in roots}
    places: dict[Root, list[str]] = {}
    for folder in sorted(map(absolute_path, folders)):  # a folder comes before what lies in it
        _refuse_lacking(folder)
        found = _inside(folder, roots)
        if found is None:
            with library.catalog.write() as transaction:
                found = transaction.roots.add(folder), ""
                roots = transaction.roots.all()  # those below it are a part of it now
        root, below = found
        places.setdefault(root, []).append(below)
    return {root: sorted(together(below)) for root, below in places.items()}


def _inside(folder: str, roots: list[Root]) -> tuple[Root, str] | None:
    """Return the root of a folder and the path below it: by name, else with links resolved."""
    for of in (str,) if is_url(folder) else (str, _real):
        named = of(folder)
        for root in roots:
            above = of(root.path)
            if is_under(named, above):
                below = os.path.relpath(named, above)
                return root, "" if below == os.curdir else below
    return None


def _real(path: str) -> str:
    """Return a path with links resolved; unchanged if its disk doesn't answer."""
    try:
        return patiently(path, lambda _: os.path.realpath(path), GLANCE_S)
    except DiskHangs:
        return path


def known_places(library: Library, folders: list[Path]) -> dict[Root, list[str]]:
    """Return the parts of roots that these folders or files are, all roots whole without any.

    Raises UnknownName.
    """
    with library.catalog.read() as transaction:
        roots = {root.root_id: root for root in transaction.roots.all()}
    if not folders:
        return {root: [""] for root in roots.values()}
    places: dict[Root, list[str]] = {}
    for root_id, below in map(library.locate, folders):
        places.setdefault(roots[root_id], []).append(below)
    return {root: sorted(together(below)) for root, below in places.items()}


def is_there(path: str) -> bool:
    """Return whether a root can be looked at now: whether it is a folder, or objects lie below its URL."""
    if not is_url(path):
        return answers(path) and os.path.isdir(path)
    try:
        return patiently(path, lambda _: anything_below(path), STORE_HANGS_S)
    except (DiskHangs, OSError):
        return False


def _refuse_lacking(folder: str) -> None:
    if is_url(folder):
        _refuse_empty(folder)
        return
    if not patiently(folder, lambda _: os.path.isdir(folder), HANGS_S):
        raise IndexerError(f"there is no folder {for_terminal(folder)}: check the path")


def _refuse_empty(url: str) -> None:
    shown = for_terminal(url)
    try:
        if patiently(url, lambda _: anything_below(url), STORE_HANGS_S):
            return
    except DiskHangs as error:
        raise IndexerError(f"{shown}: {STORE_HANGS}") from error
    except OSError as error:
        raise IndexerError(f"{shown}: {why_unread(error)}") from error
    raise IndexerError(f"there is nothing below {shown}: check the URL")


def together(paths: Iterable[str]) -> set[str]:
    """Return few locations that cover all these paths below a root, with folders in place of many files."""
    found = outermost(set(paths))
    while len(found) > MOST_PLACES:
        found = outermost({os.path.dirname(path) for path in found})  # noqa: PTH120 (paths stay str)
    return found
