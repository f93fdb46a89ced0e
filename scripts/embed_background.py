"""Embed the captions that hits are graded against by the model that ships, to ship with it.

To be run whenever `searcher/scoring/background.txt` or the model has changed: a first index would embed them
itself, which takes longer than a hundred photos do. Changed captions need `scripts/nouns.py` too.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import environment


def main() -> int:
    """Write the vectors in float16, replacing the old ones."""
    argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    ).parse_args()
    environment.enter()
    import numpy as np

    from photoseek.embedder import EMBEDDED, ModelSource, open_embedder, predecessors
    from photoseek.searcher.scoring.background import (
        SHIPPED_FOLDER,
        BackgroundCache,
        background_of,
        stored_captions,
        write_rows,
    )

    with tempfile.TemporaryDirectory(prefix="photoseek-background-") as temporary:
        embedder = open_embedder(ModelSource(EMBEDDED.name), Path(temporary))
        rows = background_of(embedder, stored_captions()).rows()
        shipped = BackgroundCache(Path(temporary), EMBEDDED.name).shipped
        # A library of a model before goes on being graded until its photos are embedded anew.
        kept = {BackgroundCache(Path(temporary), name).shipped for name in predecessors()}
        for before in set(SHIPPED_FOLDER.glob("background-*.npy")) - kept:
            before.unlink()
        write_rows(shipped, rows.astype(np.float16))
        shipped.chmod(0o644)
    print(shipped)
    return 0


if __name__ == "__main__":
    environment.run(main)
