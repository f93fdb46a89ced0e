"""Is an index on a cluster right, whatever dies meanwhile? A Ray cluster of two machines, on this one.

Each round changes files, starts `photoseek index --ray`, and in the middle of it kills an embedder, a process that
reads, a whole machine or the command itself, restarts PostgreSQL, starts a second command, or has each block come
twice. Then it indexes to the end and compares: the present photos are those of a library built fresh without a
cluster, with the same vectors; no row is there twice; nothing that was tagged is lost.
"""

from __future__ import annotations

import argparse
import os
import random
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import environment
from environment import say
from torture import MODEL, Disk, State
from torture_machines import Database, Machines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from photoseek.indexer import Run
    from photoseek.indexer.pipeline.run import Block
    from photoseek.indexer.pipeline.time_spent import TimeSpent
    from photoseek.indexer.workers.outcomes import Task
    from photoseek.storage import Library

_KINDS = ("embedder", "reader", "machine", "command", "database", "two commands", "twice")
_PATIENCE_S = 180
_NEW_A_ROUND = 24
_LONGEST_LIFE_S = 8.0
_IN_USE = 4  # the exit code of a second command


def main() -> int:
    """Torture, and print what was lost or wrong, which must be nothing."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--photos", type=int, default=60, help="how many to begin with")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kinds", nargs="*", choices=_KINDS, default=_KINDS, help="one a round, in turns")
    parser.add_argument("--twice", nargs=3, metavar=("LIBRARY", "PHOTOS", "ADDRESS"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    environment.enter()
    if options.twice:
        return _index_twice(*options.twice)
    with tempfile.TemporaryDirectory(prefix="pst-", ignore_cleanup_errors=True) as temporary:
        work = Path(temporary).resolve()
        _set_environment(work)
        rng = random.Random(options.seed)  # noqa: S311 (chance, not secrecy)
        disk = Disk(work / "photos", rng)
        disk.folder.mkdir()
        for _ in range(options.photos):
            disk.create()
        with closing(Machines(work, rng)) as machines, closing(Database(work / "pg")) as database:
            kept: dict[str, dict[bytes, frozenset[str]]] = {}
            done: Counter[str] = Counter()
            for number in range(options.rounds):
                kind = options.kinds[number % len(options.kinds)]
                wants_database = kind == "database" or number % 2 == 1
                place = (wants_database and database.url) or str(work / "library")
                if kind == "database" and "://" not in place:
                    say("no PostgreSQL is installed: nothing is restarted")
                    kind = "command"
                began = time.monotonic()
                _Round(work, disk, rng, machines, database, place).play(kind, kept)
                done[kind] += 1
                took = f"{time.monotonic() - began:.0f} s"
                say(
                    f"round {number + 1} ({kind}, {took}): {len(disk.left)} files, {len(kept[place])} photos kept"
                )
    say(", ".join(f"{count} × {kind}" for kind, count in sorted(done.items())))
    print(f"{options.rounds} rounds, 0 lost, 0 wrong")
    return 0


@dataclass(slots=True)
class _Round:
    work: Path
    disk: Disk
    rng: random.Random
    machines: Machines
    database: Database
    place: str

    def play(self, kind: str, kept: dict[str, dict[bytes, frozenset[str]]]) -> None:
        for _ in range(self.rng.randrange(6)):
            self.disk.change()
        for _ in range(_NEW_A_ROUND):
            self.disk.create()
        self.machines.start()
        self._live_dangerously(kind)
        self.machines.start()
        _finish(self._command(), {0})
        self.disk.check()
        fresh = self.work / "fresh"
        shutil.rmtree(fresh, ignore_errors=True)
        _finish(_photoseek("index", str(self.disk.folder), "--model", MODEL, "--library", str(fresh)), {0})
        state = _state(self.place)
        state.compare(_state(str(fresh)), kept.get(self.place, {}))
        kept[self.place] = _tagged(self.place, state, self.rng)

    def _live_dangerously(self, kind: str) -> None:
        if kind == "twice":
            script = [
                sys.executable,
                __file__,
                "--twice",
                self.place,
                str(self.disk.folder),
                self.machines.address,
            ]
            _finish(subprocess.Popen(script, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE), {0})
            return
        running = self._command()
        if kind == "two commands":
            codes = {_finish(self._command(), {0, _IN_USE}), _finish(running, {0, _IN_USE})}
            if 0 not in codes:
                raise AssertionError(f"neither of two commands indexed: they ended with {codes}")
            return
        if kind == "command":
            time.sleep(self.rng.uniform(0.5, _LONGEST_LIFE_S))
            running.kill()
            _finish(running, {0, -signal.SIGKILL})
            return
        while running.poll() is None and not self.machines.has("ray::RemoteEmbedder"):
            time.sleep(0.02)
        time.sleep(self.rng.uniform(0, 0.4))
        if kind == "database":
            self.database.restart()
            _finish(running, None)
            return
        self.machines.kill({"embedder": "ray::RemoteEmbedder", "reader": "ray::read_block"}.get(kind, kind))
        _finish(running, {0})

    def _command(self) -> subprocess.Popen[bytes]:
        how = ("--model", MODEL, "--library", self.place, "--ray", self.machines.address, "--ray-batch", "3")
        return _photoseek("index", str(self.disk.folder), *how, "--ray-embedders", "1-2")


@dataclass(frozen=True, slots=True)
class _Whole(State):
    """What a library holds, where nothing is there twice."""

    def compare(self, fresh: _Whole, kept: dict[bytes, frozenset[str]]) -> None:
        """Raise AssertionError for what differs from a fresh library, or was lost."""
        if self.present.keys() != fresh.present.keys():
            odd = sorted(self.present.keys() ^ fresh.present.keys())
            raise AssertionError(f"present here or in a fresh library alone: {odd[:5]}")
        for path, (content, vector) in fresh.present.items():
            mine, my_vector = self.present[path]
            if mine != content or (my_vector != vector).any():
                raise AssertionError(f"{path} has another photo or vector than in a fresh library")
        lost = [
            content.hex() for content, tags in kept.items() if not tags <= self.kept.get(content, frozenset())
        ]
        lost += [content.hex() for content in kept if content not in self.kept]
        if lost:
            raise AssertionError(f"photos lost their vectors or tags: {lost[:5]}")


def _state(place: str) -> _Whole:
    with closing(_opened(place)) as library, library.catalog.read() as transaction:
        model = transaction.models.in_use()
        assert model is not None  # noqa: S101 (it was indexed)
        (root,) = transaction.roots.all()
        hashes = transaction.vectors.content_hashes(model)
        ids = {photo_id: content for content, photo_id in transaction.photos.ids_of(hashes).items()}
        if not transaction.vectors.count(model) == len(hashes) == len(ids):
            raise AssertionError(f"{transaction.vectors.count(model)} vectors of {len(hashes)} contents")
        vectors = transaction.vectors.of(model, list(ids))
        files = transaction.files.known(root.root_id)
        present = {
            path: (ids[file.photo_id], vectors[file.photo_id])
            for path, file in files.items()
            if file.missing_since is None
        }
        kept = {content: frozenset(tag.name for tag in transaction.tags.of(i)) for i, content in ids.items()}
        return _Whole(present, kept)


def _tagged(place: str, state: State, rng: random.Random) -> dict[bytes, frozenset[str]]:
    kept = dict(state.kept)
    with closing(_opened(place)) as library, library.catalog.write() as transaction:
        for content in rng.sample(sorted(kept), min(3, len(kept))):
            name = f"tag-{rng.randrange(10)}"
            transaction.tags.put([transaction.photos.ids_of([content])[content]], name)
            kept[content] |= {name}
    return kept


def _index_twice(place: str, photos: str, address: str) -> int:
    """Index with a cluster whose every block comes twice."""
    from photoseek.cli.library.runs import run_for
    from photoseek.embedder import ModelSource
    from photoseek.hooks import Hooks
    from photoseek.indexer import index
    from photoseek.indexer.cluster.cluster import Cluster, ClusterOptions
    from photoseek.indexer.disk.locations import library_for, places_for
    from photoseek.which_library import place_of

    library = library_for(place_of(place), [Path(photos)])
    with closing(Cluster(ClusterOptions(address, batch=3))) as cluster, library.indexing():

        def twice(run: Run, tasks: list[Task], spent: TimeSpent) -> Iterator[Block]:
            for block in cluster.blocks(run, tasks, spent):
                yield block
                yield block

        run = run_for(library, ModelSource(MODEL), Hooks().tagger_for)
        run.blocks = twice
        index(run, places_for(library, [Path(photos)]))
    return 0


def _opened(place: str) -> Library:
    from photoseek.storage import Library
    from photoseek.which_library import place_of

    return Library.existing(place_of(place))


def _set_environment(work: Path) -> None:
    os.environ |= {
        "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN": secrets.token_hex(32),
        "RAY_USAGE_STATS_ENABLED": "0",
        "PHOTOSEEK_ONLY": "meaning",
        "XDG_DATA_HOME": str(work / "data"),
        "XDG_RUNTIME_DIR": str(work),
    }


def _photoseek(*arguments: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "photoseek", *arguments]
    return subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )


def _finish(running: subprocess.Popen[bytes], codes: set[int] | None) -> int:
    """Wait for a command. Raises AssertionError if it ends in another way; None allows any."""
    _, words = running.communicate(timeout=_PATIENCE_S)
    if codes is not None and running.returncode not in codes:
        raise AssertionError(f"a command ended with {running.returncode}: {words.decode(errors='replace')}")
    return running.returncode


if __name__ == "__main__":
    environment.run(main)
