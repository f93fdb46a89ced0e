"""Ctrl-C that finishes the photo in hand: the first asks to stop, the second insists."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from types import FrameType

INTERRUPTED = 130  # the exit code of a program that Ctrl-C ended


@contextmanager
def stop_on_interrupt() -> Iterator[Event]:
    """Return an event that SIGINT and SIGTERM set; a second signal ends the process."""
    stop = Event()

    def ask(_signal: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            sys.exit(INTERRUPTED)
        stop.set()

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
