"""GET /api/v1/folders: the folders that photos lie in, a level at a time."""

import os
from collections import Counter
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from photoseek.searcher.query.query import quoted
from photoseek.searcher.web.errors import Refused, refusals
from photoseek.searcher.web.services import Services
from photoseek.searcher.web.shapes import Shape
from photoseek.storage import Transaction, from_text, to_text

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

    roots: list[str]
    photos: Counter[str]  # by path of a folder: files in it and below it
    folders: dict[str, list[str]]  # by path of a folder: those in it


def folder_routes(services: Services) -> APIRouter:
    """Return the route of the folders."""
    routes = APIRouter()
    trees = services.kept(_tree_of)

    @routes.get("/folders", responses=refusals(404, 422, 503))
    def folders(asked: Annotated[FolderParameters, Query()]) -> FoldersShape:
        """Return the watched folders, or those in one folder, with the number of their photos."""
        services.warm.refuse_replaced()
        tree = trees.value()
        if asked.below is None:
            return FoldersShape(folders=[_shape(tree, path) for path in tree.roots])
        below = from_text(asked.below)
        if below not in tree.photos:
            raise Refused(404, "unknown-name", f"no photo lies in {asked.below}: is the folder watched?")
        return FoldersShape(folders=[_shape(tree, path) for path in sorted(tree.folders.get(below, []))])

    return routes


def _tree_of(transaction: Transaction) -> _Tree:
    roots = {root.root_id: root.path for root in transaction.roots.all()}
    in_folder = Counter(
        (root_id, os.path.dirname(path))  # noqa: PTH120 (paths stay str)
        for root_id, path in transaction.files.present_paths()
    )
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
    return _Tree(list(roots.values()), photos, folders)


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
