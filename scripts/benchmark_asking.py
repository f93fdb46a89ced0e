"""The wait of a person who asks: in a process of its own, alone or while a `watch` answers for it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

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


def question(run: int) -> str:
    """Give a question for each run, another each time."""
    return QUESTIONS[run % len(QUESTIONS)]


def find_cold(library: Path, runs: int) -> tuple[float, ...]:
    """Give the seconds that each of some questions took, nothing else running."""
    photoseek(
        "find", library, "--json", question(0)
    )  # what a first question compiles is kept for all later ones
    return tuple(photoseek("find", library, "--json", question(run)).seconds for run in range(runs))


def find_resident(library: Path, runs: int) -> tuple[float, ...]:
    """Give the seconds that each of some questions took while `watch` follows the library."""
    with watched(library):
        return tuple(photoseek("find", library, "--json", question(run)).seconds for run in range(runs))


@contextmanager
def watched(library: Path) -> Iterator[None]:
    """Have a `watch` run that has looked at everything once."""
    command = [sys.executable, "-u", "-m", "photoseek", "watch", "--library", str(library)]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, encoding="utf-8")
    try:
        assert process.stdout is not None  # noqa: S101 (it was asked for)
        process.stdout.readline()  # what the first round found
        yield
    finally:
        process.terminate()
        process.communicate()
