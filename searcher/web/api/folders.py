"""GET /api/v1/folders: the folders that photos lie in, a level at a time."""

import os
from collections import Counter
from dataclasses import dataclass
from threading import Lock
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from photoseek.searcher.query.query import quoted
from photoseek.searcher.web.errors import Refused, refusals
from photoseek.searcher.web.services import Services
from photoseek.searcher.web.shapes import Shape
from photoseek.storage import Library, from_text, to_text

_LONGEST_PATH = 4096  # characters


class FolderParameters(BaseModel):
    """Whose folders."""

    model_config = ConfigDict(extra="forbid")

    below: str | None = Field(
        None, max_length=_LONGEST_PATH, description="A folder's `path`; without it, the watched folders."
    )


class FolderShape(Shape):
    """A folder with photos in it or below it."""

    path: str  # absolute
    name: str
    photos: int  # files that are there, in the folder and below it
    has_folders: bool
    filter: str  # that lets through what lies in it and below it, for `q` of a timeline


class FoldersShape(Shape):
    """Folders in the order of their names; watched ones in the order in which they were added."""

    folders: list[FolderShape]


@dataclass(frozen=True)
class _Tree:
    """All folders with photos."""

    revision: int
    roots: list[str]
    photos: Counter[str]  # by path of a folder: files in it and below it
    folders: dict[str, list[str]]  # by path of a folder: those in it


def folder_routes(services: Services) -> APIRouter:
    """Return the route of the folders."""
    routes = APIRouter()
    trees = _Trees(services.library)

    @routes.get("/folders", responses=refusals(404, 422, 503))
    def folders(asked: Annotated[FolderParameters, Query()]) -> FoldersShape:
        """Return the watched folders, or those in one folder, with the number of their photos."""
        services.warm.refuse_replaced()
        tree = trees.latest()
        if asked.below is None:
            return FoldersShape(folders=[_shape(tree, path) for path in tree.roots])
        below = from_text(asked.below)
        if below not in tree.photos:
            raise Refused(404, "unknown-name", f"no photo lies in {asked.below}: is the folder watched?")
        return FoldersShape(folders=[_shape(tree, path) for path in sorted(tree.folders.get(below, []))])

    return routes


class _Trees:
    """The tree at the latest revision; threads may share it."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._tree: _Tree | None = None
        self._making = Lock()

    def latest(self) -> _Tree:
        with self._making, self._library.catalog.read() as transaction:
            if self._tree is None or self._tree.revision != transaction.revision:
                roots = {root.root_id: root.path for root in transaction.roots.all()}
                self._tree = _tree(transaction.revision, roots, transaction.files.present_paths())
            return self._tree


def _tree(revision: int, roots: dict[int, str], paths: list[tuple[int, str]]) -> _Tree:
    in_folder = Counter((root_id, os.path.dirname(path)) for root_id, path in paths)  # noqa: PTH120 (paths stay str)
    photos: Counter[str] = Counter(dict.fromkeys(roots.values(), 0))
    folders: dict[str, list[str]] = {}
    for (root_id, folder), count in in_folder.items():
        root = roots[root_id]
        photos[root] += count
        above = root
        for name in filter(None, folder.split(os.sep)):
            path = os.path.join(above, name)
            if path not in photos:
                folders.setdefault(above, []).append(path)
            photos[path] += count
            above = path
    return _Tree(revision, list(roots.values()), photos, folders)


def _shape(tree: _Tree, path: str) -> FolderShape:
    text = to_text(path)
    name = to_text(os.path.basename(path)) or text  # noqa: PTH119 (paths stay str)
    return FolderShape(
        path=text,
        name=name,
        photos=tree.photos[path],
        has_folders=path in tree.folders,
        # As one types it. A name that isn't Unicode can't be typed: of such a folder the text is all there is.
        filter=f"in:{quoted(path if path.isprintable() else text, is_path=True)}",
    )
