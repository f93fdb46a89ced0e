"""Does any damaged photo stop photoseek? Real photos are damaged at random and indexed.

Every file must end as a photo or as a skip with a reason; the command must end well, say nothing of its own
accord on the terminal, and hold no more memory than it should. With `--tiffs`, whole TIFFs of kinds by chance are
decoded instead, and compared with the pixels that they were made from.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import environment
from benchmark_run import watching_memory
from demo import PHOTOS
from environment import say

_MOST_BYTES = 4_000_000  # a larger original adds time, not variety
_A_ROUND = 500
_PATIENCE_S = 1800
_MEGABYTE = 1e6


def main() -> int:
    """Damage, index, look."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--photos", type=Path, action="append", metavar="FOLDER", help="real photos to damage"
    )
    parser.add_argument("--files", type=int, default=5000, help="or cases, with --metadata")
    parser.add_argument(
        "--metadata", action="store_true", help="damage their EXIF, XMP and ICC blocks alone, and read those"
    )
    parser.add_argument(
        "--tiffs", action="store_true", help="make TIFFs of every kind, and compare what is decoded"
    )
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    environment.enter()
    from photoseek.indexer.decode.formats import is_photo_name

    rng = random.Random(options.seed)  # noqa: S311 (chance, not secrecy)
    if options.tiffs:
        import fuzz_tiffs

        return fuzz_tiffs.fuzz(options.files, rng)
    originals = [
        path
        for folder in options.photos or [PHOTOS]
        for path in sorted(folder.rglob("*"))
        if path.is_file() and is_photo_name(path.name) and path.stat().st_size <= _MOST_BYTES
    ]
    if not originals:
        raise SystemExit("no photos to damage: name a folder with --photos, or run scripts/demo.py once")
    contents = {path: path.read_bytes() for path in originals}
    if options.metadata:
        import fuzz_metadata

        return fuzz_metadata.fuzz(contents, options.files, rng)
    contents |= _made_tiffs(rng)
    done = photos = skips = 0
    peak_mb = 0.0
    while done < options.files:
        with tempfile.TemporaryDirectory(prefix="photoseek-fuzz-") as temporary:
            count = min(_A_ROUND, options.files - done)
            folder = Path(temporary).resolve() / "photos"
            _write_damaged(folder, contents, count, rng)
            as_photo, skipped, peak = _index(folder)
        photos, skips, done, peak_mb = photos + as_photo, skips + skipped, done + count, max(peak_mb, peak)
        say(
            f"{done} files: {photos} became photos, {skips} were skipped with a reason; peak {peak_mb:.0f} MB"
        )
    print(f"{done} files, 0 crashes, 0 hangs: {photos} photos, {skips} skips; peak memory {peak_mb:.0f} MB")
    return 0


def _made_tiffs(rng: random.Random) -> dict[Path, bytes]:
    """Return TIFFs of many kinds, of which people's folders seldom have more than a few."""
    from fuzz_tiffs import pixels
    from tiff_files import written
    from tiff_kinds import any_kind

    return {Path(f"made-{number:02d}.tif"): written(any_kind(rng), pixels(rng))[0] for number in range(60)}


def _write_damaged(folder: Path, contents: dict[Path, bytes], count: int, rng: random.Random) -> None:
    folder.mkdir()
    for number in range(count):
        path = rng.choice(sorted(contents))
        damaged = _damaged(contents[path], list(contents.values()), rng)
        (folder / f"{number:05d}{path.suffix}").write_bytes(damaged)


def _damaged(content: bytes, others: list[bytes], rng: random.Random) -> bytes:
    """Return the content with some of it flipped, cut off, exchanged, repeated, or under another's header."""
    damaged = bytearray(content)
    kind = rng.randrange(6)
    if kind == 0:
        for _ in range(rng.choice([1, 10, 100])):
            damaged[rng.randrange(len(damaged))] = rng.randrange(256)
    elif kind == 1:  # where the structure is
        for _ in range(rng.choice([1, 5, 20])):
            damaged[rng.randrange(min(len(damaged), 2048))] = rng.choice([0, 1, 0x7F, 0x80, 0xFF])
    elif kind == 2:  # noqa: PLR2004 (a way of damage)
        del damaged[rng.randrange(len(damaged)) :]
    elif kind == 3:  # noqa: PLR2004 (likewise)
        start, length = rng.randrange(len(damaged)), rng.randrange(1, 4096)
        other = rng.randrange(len(damaged))
        chunk = damaged[other : other + length]
        damaged[start : start + len(chunk)] = chunk
    elif kind == 4:  # noqa: PLR2004 (likewise)
        header = rng.choice([2, 12, 64, 512])
        damaged[:header] = rng.choice(others)[:header]
    else:
        start = rng.randrange(len(damaged))
        damaged[start:start] = rng.randbytes(rng.randrange(1, 64))
    return bytes(damaged)


def _index(folder: Path) -> tuple[int, int, float]:
    """Index a folder; gives how many files became photos, how many were skipped, and the peak in MB."""
    from photoseek.storage import Library

    library = folder.parent / "library"
    began = time.monotonic()
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "photoseek",
            "index",
            "--library",
            library,
            "--model",
            "fake",
            "--json",
            folder,
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    with watching_memory(process.pid, pause_s=0.25) as peak:
        stdout, stderr = process.communicate(timeout=_PATIENCE_S)
    noise = [line for line in stderr.splitlines() if " files, " not in line]  # but for how far it has come
    if process.returncode or noise:
        raise SystemExit(
            f"photoseek ended with {process.returncode} after {time.monotonic() - began:.0f} s: {noise}"
        )
    opened = Library(library)
    with opened.catalog.read() as transaction:
        (root,) = transaction.roots.all()
        present = set(transaction.files.known(root.root_id))
        reasons = {skip.path: skip.reason for skip in transaction.skips.all()}
    opened.close()
    forgotten = {path.name for path in folder.iterdir()} - present - reasons.keys()
    if forgotten or not all(reasons.values()):
        raise SystemExit(f"neither photos nor skips: {sorted(forgotten)[:5]}")
    crashed = sum("crashed" in reason or "took longer" in reason for reason in reasons.values())
    if crashed:
        say(f"  {crashed} of them ended the process that decoded them, which cost nothing else")
    summary = json.loads(stdout)
    if summary["embedded"] + summary["recognised"] + summary["skipped"] != len(list(folder.iterdir())):
        raise SystemExit(f"the summary does not add up: {summary}")
    return len(present), len(reasons), peak() / _MEGABYTE


if __name__ == "__main__":
    environment.run(main)
