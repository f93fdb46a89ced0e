"""Does a library survive anything? Index and watch are killed at random while their photos change under them.

Each round changes files, starts `photoseek index` or `watch`, changes more, kills it with SIGKILL, tears caches,
then indexes to the end and compares: the present photos are those of a library built fresh, with the same
vectors; what is missing is kept with its tags; the originals are as they were left, byte for byte.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import environment
from environment import say

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

MODEL = "fake"  # vectors that are exact and cost nothing: what is tortured is all the rest
_CHANGES_A_ROUND = 6
_LONGEST_LIFE_S = 3.0
_PATIENCE_S = 120


@dataclass(slots=True)
class Disk:
    """A folder of photos, and what was done to it last."""

    folder: Path
    rng: random.Random
    left: dict[Path, tuple[str, int]] = field(default_factory=dict)  # hash and mtime_ns of each file
    whole: dict[Path, bytes] = field(default_factory=dict)  # what truncated files were
    away: list[bytes] = field(default_factory=list)  # deleted ones, which may return
    made: int = 0
    content_of: Callable[[int], bytes] = field(default_factory=lambda: _photo)  # a new file's, by its number

    def change(self) -> None:
        """Do one thing that a person or a program does to photos."""
        # Fmt: skip.
        actions: list[Callable[[], None]] = [
            self.create,
            self.create,
            self.move,
            self.rename,
            self.copy,
            self.truncate,
            self.mend,
            self.delete,
            self.restore,
            self.edit,
        ]
        self.rng.choice(actions)()

    def create(self) -> None:
        """Save a new photo."""
        self.made += 1
        self._write(self._new_path(), self.content_of(self.made))

    def move(self) -> None:
        """Move a file or a whole folder elsewhere."""
        self._rename(self._some(), self._new_path())

    def rename(self) -> None:
        """Rename a file where it is, at times by case alone."""
        path = self._some()
        if path is not None:
            swapped = path.with_name(path.name.swapcase())
            self._rename(path, swapped if self.rng.random() < 0.5 else self._new_path())  # noqa: PLR2004

    def copy(self) -> None:
        """Copy a file."""
        path = self._some()
        if path is not None:
            self._write(self._new_path(), path.read_bytes())

    def truncate(self) -> None:
        """Cut a file short, as a copy that was interrupted is."""
        path = self._some()
        if path is not None and path not in self.whole:
            self.whole[path] = path.read_bytes()
            self._write(path, self.whole[path][: self.rng.randrange(len(self.whole[path]))])

    def mend(self) -> None:
        """Make a file that was cut short whole again."""
        if self.whole:
            path = self.rng.choice(sorted(self.whole))
            self._write(path, self.whole.pop(path))

    def delete(self) -> None:
        """Delete a file."""
        path = self._some()
        if path is not None and path not in self.whole:
            self.away.append(path.read_bytes())
            self._forget(path)
            path.unlink()

    def restore(self) -> None:
        """Bring a deleted photo back, somewhere else."""
        if self.away:
            self._write(self._new_path(), self.away.pop(self.rng.randrange(len(self.away))))

    def edit(self) -> None:
        """Save another photo over a file."""
        path = self._some()
        if path is not None and path not in self.whole:
            self.made += 1
            self.away.append(path.read_bytes())
            self._write(path, self.content_of(self.made))

    def check(self) -> None:
        """Raise if any file is not as it was left."""
        now = {path: _fingerprint(path) for path in _files(self.folder)}
        if now != self.left:
            changed = {path for path in now.keys() | self.left.keys() if now.get(path) != self.left.get(path)}
            raise AssertionError(f"originals were changed: {sorted(changed)[:5]}")

    def _some(self) -> Path | None:
        return self.rng.choice(sorted(self.left)) if self.left else None

    def _new_path(self) -> Path:
        folder = self.folder / self.rng.choice(["", "a", "b", "a/deep", "c d", "ü"])
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"img_{self.rng.randrange(10**9)}.{self.rng.choice(['jpg', 'JPG', 'jpeg'])}"

    def _write(self, path: Path, content: bytes) -> None:
        path.write_bytes(content)
        self.left[path] = _fingerprint(path)

    def _rename(self, path: Path | None, target: Path) -> None:
        if path is None or target in self.left:
            return
        path.rename(target)
        self.left[target] = self.left.pop(path)
        if path in self.whole:
            self.whole[target] = self.whole.pop(path)

    def _forget(self, path: Path) -> None:
        del self.left[path]


@dataclass(frozen=True, slots=True)
class State:
    """What a library holds."""

    present: dict[str, tuple[bytes, np.ndarray]]  # by path: content hash, vector
    kept: dict[bytes, frozenset[str]]  # by content hash of every photo with a vector: its tags


def main() -> int:
    """Torture, and print what was lost or wrong, which must be nothing."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--photos", type=int, default=150, help="how many to begin with")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    environment.enter()
    with tempfile.TemporaryDirectory(prefix="photoseek-torture-") as temporary:
        work = Path(temporary).resolve()
        rng = random.Random(options.seed)  # noqa: S311 (chance, not secrecy)
        disk = Disk(work / "photos", rng)
        disk.folder.mkdir()
        for _ in range(options.photos):
            disk.create()
        kept: dict[bytes, frozenset[str]] = {}
        for number in range(1, options.rounds + 1):
            kept = _round(work, disk, rng, kept)
            say(f"round {number}: {len(disk.left)} files, {len(kept)} photos kept")
    print(f"{options.rounds} rounds, 0 lost, 0 wrong")
    return 0


def _round(
    work: Path, disk: Disk, rng: random.Random, kept: dict[bytes, frozenset[str]]
) -> dict[bytes, frozenset[str]]:
    library = work / "library"
    for _ in range(rng.randrange(_CHANGES_A_ROUND)):
        disk.change()
    _lived_dangerously(library, disk, rng)
    _tear_caches(library, rng)
    run_photoseek(library, "index", str(disk.folder), "--model", MODEL)
    disk.check()
    state, fresh = _state(library), _fresh(work, disk.folder)
    _compare(state, fresh, kept)
    return _tagged(library, state, rng)


def _lived_dangerously(library: Path, disk: Disk, rng: random.Random) -> None:
    """Start a command, change files while it runs, and kill it."""
    command = rng.choice(["index", "watch"])
    running = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "photoseek",
            command,
            "--library",
            str(library),
            "--model",
            MODEL,
            disk.folder,
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    dies = time.monotonic() + rng.uniform(0.1, _LONGEST_LIFE_S)
    while (left := dies - time.monotonic()) > 0 and running.poll() is None:
        time.sleep(min(left, rng.uniform(0, 0.3)))
        disk.change()
    running.send_signal(signal.SIGKILL)
    _, stderr = running.communicate()
    if running.returncode not in {0, -signal.SIGKILL}:
        raise AssertionError(f"photoseek {command} ended with {running.returncode}: {stderr.decode()}")


def _tear_caches(library: Path, rng: random.Random) -> None:
    """Do to caches what a power cut does: a torn tail, nothing in a file, a file that is gone."""
    caches = [*library.glob("vectors.faiss*"), *sorted((library / "thumbnails").rglob("*.jpg"))[:3]]
    for path in caches:
        if path.exists() and rng.random() < 0.3:  # noqa: PLR2004 (now and then)
            with path.open("r+b") as file:
                file.truncate(rng.choice([0, path.stat().st_size // 2]))
    if rng.random() < 0.1:  # noqa: PLR2004 (now and then)
        shutil.rmtree(library / "thumbnails", ignore_errors=True)


def run_photoseek(library: Path, *arguments: str) -> None:
    """Run a command to its end. Raises AssertionError if it fails."""
    ran = subprocess.run(
        [sys.executable, "-m", "photoseek", *arguments, "--library", str(library)],
        check=False,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=_PATIENCE_S,
    )
    if ran.returncode:
        raise AssertionError(f"photoseek {arguments[0]} ended with {ran.returncode}: {ran.stderr.decode()}")


def _fresh(work: Path, photos: Path) -> State:
    """Build a library of what is on disk from nothing."""
    folder = work / "fresh"
    shutil.rmtree(folder, ignore_errors=True)
    run_photoseek(folder, "index", str(photos), "--model", MODEL)
    return _state(folder)


def _state(folder: Path) -> State:
    from photoseek.storage import Library

    library = Library(folder)
    with library.catalog.read() as transaction:
        model = transaction.models.in_use()
        (root,) = transaction.roots.all()
        hashes = transaction.vectors.content_hashes(model) if model else set()
        photo_ids = {i: content for content, i in transaction.photos.ids_of(hashes).items()}
        vectors = transaction.vectors.of(model, [i for i in photo_ids if i is not None]) if model else {}
        present = {
            path: (photo_ids[file.photo_id], vectors[file.photo_id])
            for path, file in transaction.files.known(root.root_id).items()
            if file.missing_since is None
        }
        kept = {
            content: frozenset(tag.name for tag in transaction.tags.of(i))
            for i, content in photo_ids.items()
            if i is not None
        }
        searched = len(library.vector_index())
    library.close()
    if searched != len(kept):
        raise AssertionError(f"the vector index holds {searched} vectors, the catalog {len(kept)}")
    return State(present, kept)


def _compare(state: State, fresh: State, kept: dict[bytes, frozenset[str]]) -> None:
    if state.present.keys() != fresh.present.keys():
        odd = sorted(state.present.keys() ^ fresh.present.keys())
        raise AssertionError(f"present here or in a fresh library alone: {odd[:5]}")
    for path, (content, vector) in fresh.present.items():
        mine, my_vector = state.present[path]
        if mine != content or (my_vector != vector).any():
            raise AssertionError(f"{path} has another photo or vector than in a fresh library")
    for content, tags in kept.items():
        if content not in state.kept or not tags <= state.kept[content]:
            raise AssertionError(f"photo {content.hex()} lost its vector or one of its tags {sorted(tags)}")


def _tagged(library: Path, state: State, rng: random.Random) -> dict[bytes, frozenset[str]]:
    """Tag some photos as a person does; gives what must never be lost from now on."""
    from photoseek.storage import Library

    kept = dict(state.kept)
    opened = Library(library)
    with opened.catalog.write() as transaction:
        for content in rng.sample(sorted(kept), min(3, len(kept))):
            photo_id = transaction.photos.ids_of([content]).get(content)
            if photo_id is not None:
                name = f"tag-{rng.randrange(10)}"
                transaction.tags.put([photo_id], name)
                kept[content] |= {name}
    opened.close()
    return kept


def _photo(number: int) -> bytes:
    """Make a small JPEG that no other number makes."""
    import io

    import numpy as np
    from PIL import Image

    pixels = np.random.default_rng(number).integers(0, 256, (12, 16, 3), np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(pixels).resize((160, 120)).save(buffer, "JPEG")
    return buffer.getvalue()


def _files(folder: Path) -> list[Path]:
    return [Path(at) / name for at, _, names in os.walk(folder) for name in names]


def _fingerprint(path: Path) -> tuple[str, int]:
    return hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns


if __name__ == "__main__":
    environment.run(main)
