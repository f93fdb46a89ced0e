"""Note in the facts of the model that ships what its files are, and a known picture's and text's vectors.

Each load of the model is compared with them. To be run whenever a file of the model has changed on purpose; an
export does it by itself.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import environment


def main() -> int:
    """Write `model.json` of the model's folder anew."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", type=Path, metavar="FOLDER", help="default: embedder/embedded")
    given: Path | None = parser.parse_args().model
    environment.enter()
    from photoseek.embedder.known_vectors import note_checks
    from photoseek.embedder.openvino.compiled import EMBEDDED_FOLDER, CompiledEmbedder

    folder = given or EMBEDDED_FOLDER
    with tempfile.TemporaryDirectory(prefix="photoseek-checks-") as cache:
        note_checks(folder, lambda: CompiledEmbedder(folder, Path(cache)))
    print(folder / "model.json")
    return 0


if __name__ == "__main__":
    environment.run(main)
