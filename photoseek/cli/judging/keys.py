"""One key at a time from a terminal, without waiting for the return key."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_STOP = "q"


@contextmanager
def single_keys() -> Iterator[Callable[[], str]]:
    """Return what reads one key; Ctrl-C is still one. What is typed ahead of a question counts for it."""
    try:
        import termios
        import tty
    except ImportError:  # Windows has no such terminals, and click knows its own
        import click  # here rather than above: it takes a while to load

        yield click.getchar
        return
    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    # Once for all keys: each change of mode, as click makes for each key, throws away what was typed meanwhile.
    tty.setcbreak(terminal)
    try:
        yield lambda: os.read(terminal, 1).decode(errors="replace") or _STOP
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)
