"""How far an index run has come, on stderr: a bar in a terminal, a line now and then elsewhere."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from indexer.pipeline import Progress

_LINE_EVERY_S = 10.0


@contextmanager
def progress_shown() -> Iterator[Callable[[Progress], None]]:
    """Give a function to call with each progress."""
    if sys.stderr.isatty():
        with _bar() as show:
            yield show
    else:
        yield _lines()


@contextmanager
def _bar() -> Iterator[Callable[[Progress], None]]:
    from rich import progress
    from rich.console import Console

    columns = (
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        progress.TextColumn("{task.fields[rate]}"),
        progress.TimeRemainingColumn(compact=True),
    )
    with progress.Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None, rate="")

        def show(told: Progress) -> None:
            bar.update(task, completed=told.done, total=told.total)
            speed = bar.tasks[0].speed
            bar.update(task, rate=f"{speed:.0f} photos/s" if speed else "")

        yield show


def _lines() -> Callable[[Progress], None]:
    began = told_at = time.monotonic()

    def show(told: Progress) -> None:
        nonlocal told_at
        now = time.monotonic()
        if now - told_at < _LINE_EVERY_S:
            return
        told_at = now
        rate = told.done / (now - began)
        left = (told.total - told.done) / rate
        print(f"{told.done} of {told.total} files, {rate:.0f}/s, {left:.0f} s left", file=sys.stderr)  # noqa: T201 (progress is for stderr)

    return show
