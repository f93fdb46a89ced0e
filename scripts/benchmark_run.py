"""Running a command to its end as a person would, and seeing what it took."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_MEGABYTE = 1e6


@dataclass(frozen=True, slots=True)
class Ran:
    """What one process took."""

    seconds: float
    peak_mb: float  # of the process and its children together, what they share counted once
    stdout: str


def run(command: Sequence[str], *, cwd: Path | None = None, env: Mapping[str, str] | None = None) -> Ran:
    """Run one command to its end, watching how much memory it holds. Exits where it fails."""
    began = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=cwd,
        env={**os.environ, **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    with watching_memory(process.pid) as peak:
        stdout, stderr = process.communicate()
        seconds = time.perf_counter() - began
    if process.returncode:
        raise SystemExit(f"{' '.join(command[:4])} … ended with {process.returncode}:\n{stderr}")
    return Ran(seconds, peak() / _MEGABYTE, stdout)


def photoseek(command: str, library: Path, *arguments: str) -> Ran:
    """Run one of photoseek's commands, which may be of two words."""
    return run([sys.executable, "-m", "photoseek", *command.split(), "--library", str(library), *arguments])


@contextmanager
def watching_memory(pid: int, pause_s: float = 1.0) -> Iterator[Callable[[], int]]:
    """Look at a process and its children once a second; gives the most bytes they held together.

    A look takes 12 ms of a core: four a second would take a fortieth of two from what is measured.
    """
    processes = psutil()
    peak = 0
    over = threading.Event()

    def watch() -> None:
        nonlocal peak
        while not over.wait(pause_s):
            try:
                root = processes.Process(pid)
                family = [root, *root.children(recursive=True)]
                peak = max(peak, sum(map(_held, family)))
            except processes.NoSuchProcess:
                return

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield lambda: peak
    finally:
        over.set()
        watcher.join()


def _held(process: Any) -> int:  # noqa: ANN401 (psutil ships no types)
    """Return a process's bytes in memory; of those it shares, its part, where the system tells."""
    memory = process.memory_full_info()
    held: int = getattr(memory, "pss", memory.rss)
    return held


def psutil() -> Any:  # noqa: ANN401 (it ships no types)
    """Return the package psutil; exits where it isn't installed."""
    try:
        return importlib.import_module("psutil")
    except ImportError as error:
        raise SystemExit("this needs psutil: install it with `pip install --group benchmark`") from error
