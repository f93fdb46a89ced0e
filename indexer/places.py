"""Which root is a folder of, or does it become one?"""

import os
from pathlib import Path

from indexer.errors import IndexerError
from storage import Library, Root, for_terminal


def places_for(library: Library, folders: list[Path]) -> dict[Root, list[str]]:
    """Give what to index for these folders: a new root each, or the part of a root that it is.

    Without folders, all roots whole. A folder above existing roots takes their files over. Raises IndexerError.
    """
    with library.catalog.write() as transaction:
        if not folders:
            known = transaction.roots.all()
            if not known:
                raise IndexerError("no folder is watched yet: name one, as in `photoseek index ~/Pictures`")
            return {root: [""] for root in known}
        places: dict[Root, list[str]] = {}
        for folder in folders:
            if not folder.is_dir():
                raise IndexerError(f"there is no folder {for_terminal(str(folder))}: check the path")
            absolute = os.path.abspath(folder)  # noqa: PTH100 (a root is where a person says, not where links lead)
            above = [r for r in transaction.roots.all() if Path(absolute).is_relative_to(r.path)]
            if above:
                below = os.path.relpath(absolute, above[0].path)
                places.setdefault(above[0], []).append("" if below == os.curdir else below)
            else:
                places[transaction.roots.add(absolute)] = [""]
        return places
