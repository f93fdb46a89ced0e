"""Which folders does a person mean by a name, and which of a photo's files lie there?"""

import os
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from photoseek.searcher.errors import BadQuery
from photoseek.storage import Transaction, absolute_path, for_terminal, is_url
from photoseek.storage.disk.paths import is_under

Location = tuple[int, str]  # a root's id, and a path relative to that root
_SOME = 3  # folders that a message suggests


@dataclass(frozen=True, slots=True)
class FolderRule:
    """A file must lie in one of these folders, or with `negated` in none: absolute paths of folders or files."""

    paths: tuple[str, ...]
    negated: bool

    def fits(self, path: str, photo_id: int) -> bool:
        """Return whether a file of a photo obeys the rule."""
        return any(is_under(path, folder) for folder in self.paths) != self.negated


@dataclass(frozen=True, slots=True)
class AnyFolderRule:
    """Alternatives, each with the photos that met it and the rules for their files."""

    alternatives: "tuple[tuple[frozenset[int], tuple[FolderRule | AnyFolderRule, ...]], ...]"

    def fits(self, path: str, photo_id: int) -> bool:
        """Return whether a file of a photo obeys the rules of an alternative that the photo met."""
        return any(
            photo_id in photo_ids and all(rule.fits(path, photo_id) for rule in rules)
            for photo_ids, rules in self.alternatives
        )


def normal_path(value: str) -> str:
    """Return the normal form of a typed path. Raises BadQuery for a path that leads out of the watched folders."""
    if is_url(value):
        return absolute_path(value)
    folder = os.path.normpath(os.path.expanduser(value))  # noqa: PTH111 (paths stay str)
    if folder.split(os.sep)[0] == os.pardir:
        raise BadQuery(
            f"in:{value} leads out of the watched folders: write a folder below one, or an absolute path"
        )
    return folder


def locations_named(value: str, transaction: Transaction) -> list[Location]:
    """Return the locations that `in:` with this value means: the exact path, or else any spelling of it.

    Spellings ignore case, Unicode composition and spaces at either end, and the folder may be deeper down.
    Raises BadQuery, also if there is no such folder or file.
    """
    folder = normal_path(value)
    typed = locations_of(folder, transaction)
    if not typed:
        raise BadQuery(f"in:{for_terminal(value)} leads into no watched folder: `photoseek roots` lists them")
    if transaction.files.any_under(typed):
        return typed
    known = transaction.files.locations()
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


def locations_of(folder: str, transaction: Transaction) -> list[Location]:
    """Return the locations that a path may mean: absolute, relative to a root, or after the root's name."""
    locations: list[Location] = []
    for root in transaction.roots.all():
        if os.path.isabs(folder) or is_url(folder):  # noqa: PTH117 (paths stay str)
            if is_under(root.path, folder):
                locations.append((root.root_id, ""))
            elif is_under(folder, root.path):
                locations.append((root.root_id, os.path.relpath(folder, root.path)))
            continue
        first, _, rest = folder.partition(os.sep)
        locations.append((root.root_id, "" if folder == os.curdir else folder))
        if first == os.path.basename(root.path):  # noqa: PTH119 (as above)
            locations.append((root.root_id, rest))
    return locations


def folder_rule(locations: Iterable[Location], transaction: Transaction, *, negated: bool) -> FolderRule:
    """Return the rule that files must lie in one of these locations, or with `negated` in none."""
    roots = {root.root_id: root.path for root in transaction.roots.all()}
    paths = (os.path.join(roots[root_id], path) if path else roots[root_id] for root_id, path in locations)
    return FolderRule(tuple(paths), negated)


def with_fitting_file(
    photo_ids: Iterable[int], rules: Sequence[FolderRule | AnyFolderRule], within: Transaction
) -> set[int]:
    """Return those photos that have a file which obeys all rules, and those that have no file now."""
    photos = within.photos.by_id(sorted(photo_ids))
    return {
        photo_id
        for photo_id, photo in photos.items()
        if not photo.paths or any(fits(path, photo_id, rules) for path in photo.paths)
    }


def fits(path: str, photo_id: int, rules: Sequence[FolderRule | AnyFolderRule]) -> bool:
    """Return whether a file of a photo obeys all rules."""
    return all(rule.fits(path, photo_id) for rule in rules)


def _spelt(path: str) -> str:
    """Return the common form of all spellings of a path: composed, casefolded, no spaces around names."""
    composed = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", path).casefold())
    return "/".join(name.strip() for name in composed.split(os.sep) if name.strip())


def _no_such(value: str, folder: str, paths: set[str]) -> str:
    folders = {os.path.dirname(path) for path in paths} - {""}  # noqa: PTH120 (as above)
    by_name = {_spelt(os.path.basename(path)): path for path in sorted(folders, reverse=True)}  # noqa: PTH119
    near = get_close_matches(_spelt(os.path.basename(folder)), by_name, 1)  # noqa: PTH119 (as above)
    message = f"no folder or file with photos is called “{for_terminal(value)}”"
    if near:
        return f"{message}: did you mean in:{for_terminal(by_name[near[0]])}?"
    some = ", ".join(
        for_terminal(path) for path in sorted(folders, key=lambda p: (p.count(os.sep), p))[:_SOME]
    )
    return f"{message}: there are {some}" if some else message
