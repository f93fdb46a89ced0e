"""Keeping a resident running beside a watch: begun with it, begun again if it ends, ended with it.

None is begun while another process answers questions about the library already, as `photoseek serve` does.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread

from photoseek.resident_client import is_answered

_PAUSES_S = (1.0, 10.0, 60.0)  # before it is begun again; the last is for every later time
_LOOK_S = 2.0  # between two looks at whether another process still answers
_END_S = 3.0
_ABOVE = Path(__file__).resolve().parents[1]


@contextmanager
def answering(folder: Path, library: str) -> Iterator[None]:
    """Have questions about a library answered by a process of its own while the block runs.

    `folder` has its caches, and `library` is its name as PHOTOSEEK_LIBRARY has it.
    """
    over = Event()
    keeper = Thread(target=_keep_running, args=(folder, library, over), name="resident", daemon=True)
    with suppress(RuntimeError):  # no thread can be started: questions are answered the long way
        keeper.start()
    try:
        yield
    finally:
        over.set()
        if keeper.ident is not None:
            keeper.join(2 * _END_S)


def _keep_running(folder: Path, library: str, over: Event) -> None:
    for pause_s in _pauses():
        while is_answered(str(folder)):
            if over.wait(_LOOK_S):
                return
        with suppress(OSError):  # no process can be started now: later, one may
            _run_until(library, over)
        if over.wait(pause_s):
            return


def _pauses() -> Iterator[float]:
    yield from _PAUSES_S
    while True:
        yield _PAUSES_S[-1]


def _run_until(library: str, over: Event) -> None:
    """Run one resident until it ends, or until `over`. It ends itself where we are killed: its input ends."""
    running = subprocess.Popen(
        [sys.executable, "-m", "photoseek.cli.search.resident_server"],
        cwd=_ABOVE,  # where `-m` looks first
        env={
            **os.environ,
            "PHOTOSEEK_LIBRARY": library,
        },  # a command line, which may have a password, is seen
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    assert running.stdin is not None  # noqa: S101 (a pipe was asked for)
    with running:
        while not over.wait(0.5):
            if running.poll() is not None:
                return
        running.stdin.close()
        try:
            running.wait(_END_S)
        except subprocess.TimeoutExpired:
            running.kill()
