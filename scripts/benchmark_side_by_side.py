"""photoseek and its peers at the same work in the same run: the same photos, the same size of model."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

from benchmark_asking import question, watched
from benchmark_peers import OpenClip, peers
from benchmark_run import Ran, photoseek
from benchmark_table import Measure, number
from environment import say


class Program(Protocol):
    """What is compared."""

    name: str

    def index(self, photos: Path, kept: Path) -> Ran:
        """Embed all photos; what comes of it goes below `kept`."""

    def find(self, photos: Path, kept: Path, question: str) -> Ran:
        """Ask what was kept, in a new process."""


class Ours:
    """photoseek with the peers' model, as one among them."""

    name = "photoseek"

    def __init__(self, model: OpenClip, photos: Path, empty: Path) -> None:
        """Make a library with the model and no photos: its int8 ranges are fitted to some of `photos`."""
        self._empty = empty
        photoseek("roots add", empty, str(photos))
        added = photoseek("models add", empty, model.architecture, "--weights", str(model.weights))
        photoseek("models use", empty, added.stdout.split()[0])

    def index(self, photos: Path, kept: Path) -> Ran:
        """Bring photos into a new library, whose model has been added: that is done once."""
        shutil.copytree(self._empty, kept)
        return photoseek("index", kept, str(photos))

    def find(self, photos: Path, kept: Path, question: str) -> Ran:
        """Ask in a new process."""
        return photoseek("find", kept, "--paths", "--limit", "10", question)

    def fill(self, library: Path, count: int) -> None:
        """Return a new library that many photos with synthetic vectors of the peers' model."""
        from benchmark_vectors import fill, photos_vectors

        from photoseek.storage import Library

        shutil.copytree(self._empty, library)
        opened = Library(library)
        with opened.catalog.read() as transaction:
            (model,) = transaction.models.all()
        fill(opened, photos_vectors(count), model.name)


def side_by_side(work: Path, folder: Path, cold: int, runs: int, many: int) -> Iterator[Measure]:
    """Measure indexing, memory and asking of each program in turns, for a machine's pace changes by the minute."""
    open_clip, rclip, sentence_transformers = peers(folder)
    small, large = work / "small", work / "large"
    say("  adding the model")
    ours = Ours(open_clip, small, work / "photoseek-empty")
    programs: tuple[Program, ...] = (ours, rclip, open_clip, sentence_transformers)
    for photos, what in ((small, "small"), (large, "12-MP")):
        count = sum(1 for _ in photos.rglob("*.jpg"))
        say(f"  {count} {what} photos")

        def index(program: Program, run: int, photos: Path = photos, what: str = what) -> Ran:
            return program.index(photos, work / f"{program.name}-{what}-{run}")

        # Minutes, for the loops: once tells how far off they are.
        ran = _in_turns(programs[:2], cold, index) | _in_turns(programs[2:], 1, index)
        for name, of_program in ran.items():
            rates = tuple(count / one.seconds for one in of_program)
            yield Measure(f"index {count} {what} photos: {name}", "photos/s", rates)
            yield Measure(
                f"peak memory at that, {what}: {name}", "MB", tuple(one.peak_mb for one in of_program)
            )
    ran = _in_turns(programs, runs, lambda p, run: p.find(small, work / f"{p.name}-small-0", question(run)))
    yield from _waits("find among the small photos", ran)
    with watched(work / "photoseek-small-0"):
        ran = _in_turns(
            (ours,), runs, lambda p, run: p.find(small, work / "photoseek-small-0", question(run))
        )
    yield from _waits("the same, while `watch` runs", ran)
    say(f"  asking among {many} photos")
    rclip.fill(work / "many", work / "rclip-many", many)
    ours.fill(work / "photoseek-many", many)
    both: tuple[Program, ...] = (ours, rclip)
    ran = _in_turns(both, runs, lambda p, run: p.find(work / "many", work / f"{p.name}-many", question(run)))
    yield from _waits(f"find among {many}", ran)


def against_rclip(measures: list[Measure]) -> str:
    """Return how many times as fast as rclip photoseek was at each thing."""
    found: dict[str, dict[str, Measure]] = {}
    for one in measures:
        what, _, program = one.name.partition(": ")
        found.setdefault(what, {})[program] = one
    pairs = {
        what: (of["photoseek"], of["rclip"])
        for what, of in found.items()
        if {"photoseek", "rclip"} <= of.keys()
    }
    lines = []
    for what, (mine, theirs) in pairs.items():
        ratio = mine.median / theirs.median
        sentence = (
            f"{number(ratio)} times rclip's"
            if mine.unit != "s"
            else f"rclip takes {number(1 / ratio)} times as long"
        )
        lines.append(f"{what}: {sentence}")
    return "\n".join(lines)


def _in_turns(
    programs: tuple[Program, ...], runs: int, action: Callable[[Program, int], Ran]
) -> dict[str, list[Ran]]:
    ran: dict[str, list[Ran]] = {program.name: [] for program in programs}
    for run in range(runs):
        for program in programs:
            ran[program.name].append(action(program, run))
    return ran


def _waits(what: str, ran: dict[str, list[Ran]]) -> Iterator[Measure]:
    for name, of_program in ran.items():
        yield Measure(f"{what}: {name}", "s", tuple(one.seconds for one in of_program))
