"""The wait of a person who asks: in a process of its own, alone or while a `watch` answers for it."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import benchmark_run
from benchmark_run import photoseek

if TYPE_CHECKING:
    from pathlib import Path

QUESTIONS = (
    "a cup of coffee",
    "a cat",
    "a rocket launch",
    "a red motorcycle",
    "grass",
    "a person with a camera",
)
_PATIENCE_S = 60.0


def question(run: int) -> str:
    """Return a question for each run, another each time."""
    return QUESTIONS[run % len(QUESTIONS)]


def start_cold(option: str, runs: int) -> tuple[float, ...]:
    """Give the seconds that each of some runs took which print what is asked for by an option, and end."""
    command = [sys.executable, "-m", "photoseek", option]
    return tuple(benchmark_run.run(command).seconds for _ in range(runs))


def find_cold(library: Path, runs: int) -> tuple[float, ...]:
    """Return the seconds that each of some questions took, nothing else running."""
    # What a first question compiles is kept for all later ones.
    photoseek("find", library, "--json", question(0))
    return tuple(photoseek("find", library, "--json", question(run)).seconds for run in range(runs))


def find_resident(library: Path, runs: int) -> tuple[float, ...]:
    """Return the seconds that each of some questions took while `watch` follows the library."""
    with watched(library):
        return tuple(photoseek("find", library, "--json", question(run)).seconds for run in range(runs))


@contextmanager
def watched(library: Path) -> Iterator[None]:
    """Have a `watch` run that has begun to answer questions."""
    from photoseek.resident_client import is_answered

    command = [sys.executable, "-m", "photoseek", "watch", "--library", str(library)]
    nowhere = subprocess.DEVNULL
    process = subprocess.Popen(command, stdin=nowhere, stdout=nowhere, stderr=nowhere)
    try:
        latest = time.monotonic() + _PATIENCE_S
        while not is_answered(str(library)):
            if time.monotonic() > latest:
                raise SystemExit("the watch answers no questions")
            time.sleep(0.2)
        yield
    finally:
        process.terminate()
        process.wait()
