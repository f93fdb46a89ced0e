"""Which folders does a person mean by a name, and at which of its files does a photo lie there?"""

import os
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from photoseek.searcher.errors import BadQuery
from photoseek.storage import Transaction, for_terminal
from photoseek.storage.paths import is_under

Place = tuple[int, str]  # a root's id, and a path below that root
_SOME = 3  # folders that are named in place of one that is not there


@dataclass(frozen=True, slots=True)
class Lying:
    """Where files must lie, or with `negated` must not: absolute paths of folders, or of files."""

    paths: tuple[str, ...]
    negated: bool

    def fits(self, path: str, photo_id: int) -> bool:
        """Tell whether a file of a photo lies so."""
        return any(is_under(path, folder) for folder in self.paths) != self.negated


@dataclass(frozen=True, slots=True)
class AnyLying:
    """Alternatives, each the photos that met it, and where a file must lie for that."""

    alternatives: "tuple[tuple[frozenset[int], tuple[Lying | AnyLying, ...]], ...]"

    def fits(self, path: str, photo_id: int) -> bool:
        """Tell whether a file of a photo lies as any alternative has it that the photo met."""
        return any(
            photo_id in photo_ids and all(place.fits(path, photo_id) for place in asked)
            for photo_ids, asked in self.alternatives
        )


def normal_path(value: str) -> str:
    """Give what was typed as a path. Raises BadQuery for one that leads out of the watched folders."""
    folder = os.path.normpath(os.path.expanduser(value))  # noqa: PTH111 (paths stay str)
    if folder.split(os.sep)[0] == os.pardir:
        raise BadQuery(
            f"in:{value} leads out of the watched folders: write a folder below one, or an absolute path"
        )
    return folder


def places_named(value: str, transaction: Transaction) -> list[Place]:
    """Give the places that `in:` with this value means, as it is typed or else however it is spelt.

    Case, accents written apart and spaces at either end make no difference then, and a folder may lie deeper down.
    Raises BadQuery, also for what is not there at all.
    """
    folder = normal_path(value)
    typed = places_of(folder, transaction)
    if not typed:
        raise BadQuery(f"in:{for_terminal(value)} leads into no watched folder: `photoseek roots` lists them")
    if transaction.files.any_under(typed):
        return typed
    known = transaction.files.places()
    roots = {root.root_id: root.path for root in transaction.roots.all()}
    wanted = _spelt(folder)
    found = [
        (root_id, path)
        for root_id, path in known
        if f"/{_spelt(os.path.join(roots[root_id], path))}".endswith(f"/{wanted}")
    ]
    if not found:
        raise BadQuery(_no_such(value, folder, {path for _, path in known}))
    return found


def places_of(folder: str, transaction: Transaction) -> list[Place]:
    """Give the places a folder's or a file's path may mean: absolute, below a root, or beginning with its name."""
    places: list[Place] = []
    for root in transaction.roots.all():
        if os.path.isabs(folder):  # noqa: PTH117 (paths stay str)
            if is_under(root.path, folder):
                places.append((root.root_id, ""))
            elif is_under(folder, root.path):
                places.append((root.root_id, os.path.relpath(folder, root.path)))
            continue
        first, _, rest = folder.partition(os.sep)
        places.append((root.root_id, "" if folder == os.curdir else folder))
        if first == os.path.basename(root.path):  # noqa: PTH119 (as above)
            places.append((root.root_id, rest))
    return places


def lying(places: Iterable[Place], transaction: Transaction, *, negated: bool) -> Lying:
    """Say where files lie that lie in these places, or that don't."""
    roots = {root.root_id: root.path for root in transaction.roots.all()}
    paths = (os.path.join(roots[root_id], path) if path else roots[root_id] for root_id, path in places)
    return Lying(tuple(paths), negated)


def where_fitting(
    photo_ids: Iterable[int], asked: Sequence[Lying | AnyLying], within: Transaction
) -> set[int]:
    """Give those of some photos that have a file which lies as it must, and those that lie nowhere now."""
    photos = within.photos.by_id(sorted(photo_ids))
    return {
        photo_id
        for photo_id, photo in photos.items()
        if not photo.paths or any(fits(path, photo_id, asked) for path in photo.paths)
    }


def fits(path: str, photo_id: int, asked: Sequence[Lying | AnyLying]) -> bool:
    """Tell whether a file of a photo lies as all of it has it."""
    return all(place.fits(path, photo_id) for place in asked)


def _spelt(path: str) -> str:
    """Write a path as every spelling of it is written: composed, without case and spaces around names."""
    composed = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", path).casefold())
    return "/".join(name.strip() for name in composed.split(os.sep) if name.strip())


def _no_such(value: str, folder: str, paths: set[str]) -> str:
    folders = {os.path.dirname(path) for path in paths} - {""}  # noqa: PTH120 (as above)
    by_name = {_spelt(os.path.basename(path)): path for path in sorted(folders, reverse=True)}  # noqa: PTH119
    near = get_close_matches(_spelt(os.path.basename(folder)), by_name, 1)  # noqa: PTH119 (as above)
    said = f"no folder or file with photos is called “{for_terminal(value)}”"
    if near:
        return f"{said}: did you mean in:{for_terminal(by_name[near[0]])}?"
    some = ", ".join(
        for_terminal(path) for path in sorted(folders, key=lambda p: (p.count(os.sep), p))[:_SOME]
    )
    return f"{said}: there are {some}" if some else said
