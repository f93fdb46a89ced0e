"""Is a sidecar ever torn? `photoseek sidecars write` is killed at random while it writes, again and again.

Each round rates all photos anew, starts the command, waits for the first sidecar to change and kills the process.
Then each sidecar must be whole: as it was, or as it was to be. At the end all runs are undone, and the folder must
hold what it held at first, byte for byte.
"""

from __future__ import annotations

import argparse
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

import environment

if TYPE_CHECKING:
    from photoseek.storage import Library

_MODEL = "fake"
_SPREAD_S = 0.04  # between the first sidecar that changed and the kill
_PATIENCE_S = 60.0
_OTHERS = """<?xpacket begin='\ufeff' id='W5M0MpCehiHzreSzNTczkc9d'?>
<x:xmpmeta xmlns:x='adobe:ns:meta/'>
<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>
 <rdf:Description rdf:about='' xmlns:own='http://example.com/own/' own:number='{number}'>
  <own:text>{padding}</own:text>
 </rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end='w'?>"""


def main() -> int:
    """Kill as often as asked, and say what came of it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=200, metavar="N")
    parser.add_argument("--photos", type=int, default=100, metavar="N")
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    chosen = parser.parse_args()
    environment.enter()
    folder = Path(tempfile.mkdtemp(prefix="photoseek-sidecars-"))
    try:
        return _torture(folder, chosen.kills, chosen.photos, random.Random(chosen.seed))  # noqa: S311 (no secret)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _torture(folder: Path, kills: int, photos: int, rng: random.Random) -> int:
    from photoseek.indexer.sidecars.writing import Choice, undo_sidecars, write_sidecars
    from photoseek.storage import Library

    pictures, home = folder / "photos", folder / "library"
    _make(pictures, photos)
    _photoseek(home, "index", "--model", _MODEL, str(pictures)).check_returncode()
    first = _contents(pictures)
    library = Library(home)
    torn = middle = 0
    for number in range(kills):
        rating = 1 + number % 5
        _rate(library, rating)
        before = _contents(pictures)
        _kill_in_the_middle(home, pictures, rng.random() * _SPREAD_S)
        new, wrong = _compare(before, _contents(pictures), rating)
        torn += wrong
        middle += 0 < new < photos
    _rate(library, 0)
    write_sidecars(library, Choice(), Event())
    with library.catalog.read() as transaction:
        runs = [run.number for run in transaction.sidecar_runs.all()]
    for run in reversed(runs):
        undo_sidecars(library, run, Event())
    lost = sum(_contents(pictures).get(path) != content for path, content in first.items())
    left = len(_contents(pictures).keys() - first.keys())
    library.close()
    print(f"{kills} kills, {middle} in the middle, {torn} torn; undone: {lost} lost, {left} left behind")
    return int(bool(torn or lost or left))


def _make(folder: Path, photos: int) -> None:
    """Write photos of which each has another colour, every second one with a sidecar of another program."""
    from PIL import Image

    folder.mkdir(parents=True)
    for number in range(photos):
        Image.new("RGB", (16, 16), (number % 256, number // 256, 99)).save(folder / f"{number:05}.png")
        if number % 2:
            text = _OTHERS.format(number=number, padding="x" * (number * 500 % 20_000))
            (folder / f"{number:05}.png.xmp").write_text(text, "utf-8")


def _rate(library: Library, rating: int) -> None:
    from photoseek.storage import Edit

    with library.catalog.write() as transaction:
        ids = sorted(transaction.photos.present_ids())
        edits = [Edit(photo_id, "rating", {"rating": rating}, "2026-01-01T00:00:00Z") for photo_id in ids]
        transaction.edits.make(f"rating {rating}", edits)


def _contents(folder: Path) -> dict[Path, bytes]:
    return {
        path: path.read_bytes() for path in folder.iterdir() if path.suffix == ".xmp" or path.name[0] == "."
    }


def _kill_in_the_middle(home: Path, folder: Path, delay_s: float) -> None:
    """Start the command, and kill it a while after the first sidecar changed."""
    before = _stamps(folder)
    command = [sys.executable, "-m", "photoseek", "sidecars", "write", "--apply", "--library", str(home)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    latest = time.monotonic() + _PATIENCE_S
    while process.poll() is None and _stamps(folder) == before and time.monotonic() < latest:
        time.sleep(0.001)
    time.sleep(delay_s)
    process.kill()
    process.wait()


def _stamps(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_ino for path in folder.glob("*.xmp")}


def _compare(before: dict[Path, bytes], after: dict[Path, bytes], rating: int) -> tuple[int, int]:
    """Return how many sidecars are new, and how many are neither what they were nor what they were to be."""
    from photoseek.indexer.sidecars.editing import changed
    from photoseek.indexer.sidecars.fields import RATING, Change

    new = torn = 0
    for path, content in after.items():
        if path.name[0] == "." or content == before.get(path):
            continue
        if content == changed(before.get(path), Change(put={RATING: str(rating)})):
            new += 1
        else:
            torn += 1
    return new, torn + len(before.keys() - after.keys() - {path for path in before if path.name[0] == "."})


def _photoseek(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "photoseek", *arguments, "--library", str(home)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


if __name__ == "__main__":
    environment.run(main)
