"""How many photos a second text and faces are looked for in, once they can be found by meaning."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from benchmark_run import photoseek
from benchmark_table import Measure

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_TEXT_PHOTOS, _SEED = 60, 1


def extraction_measures(work: Path, library: Path, what: str) -> Iterator[Measure]:
    """Extract from the photos of an indexed library, hardly any of which have text, and from made ones that do."""
    from text_photos import missing_fonts, planned, write

    yield from _extracting(library, "text", what)
    photoseek("people on", library)
    yield from _extracting(library, "people", what)
    if missing_fonts():
        return
    write(planned(_TEXT_PHOTOS, _SEED), work / "signs", _SEED)
    photoseek("index", work / "signs-library", str(work / "signs"))
    yield from _extracting(work / "signs-library", "text", f"{_TEXT_PHOTOS} photos with text")


def _extracting(library: Path, kind: str, what: str) -> Iterator[Measure]:
    ran = photoseek("index", library, "--only", kind, "--json")
    answer = json.loads(ran.stdout)
    (done,) = answer["extracted"]
    yield Measure(f"look for {kind} in {what}", "photos/s", (done["done"] / answer["seconds"],))
    yield Measure("  its peak memory", "MB", (ran.peak_mb,))
