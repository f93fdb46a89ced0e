"""How far an index run has come, on stderr: a bar in a terminal, a line now and then elsewhere."""

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext

from photoseek.cli.output import say
from photoseek.indexer import Progress
from photoseek.indexer.pipeline.recording import Rate

_LINE_EVERY_S = 10.0
_STARTING = "looking at the folders, loading the model"  # until the first photo is done


@contextmanager
def progress_shown(*, verbose: bool = False, of: str = "files") -> Iterator[Callable[[Progress], None]]:
    """Return a function to call with each progress; with `verbose`, what holds the run up is shown as well.

    `of` says what is counted.
    """
    last: Progress | None = None
    with (
        _bar(of, verbose=verbose) if sys.stderr.isatty() else nullcontext(_lines(of, verbose=verbose)) as show
    ):

        def shown(progress: Progress) -> None:
            nonlocal last
            last = progress
            show(progress)

        yield shown
    if verbose and last is not None:
        say(where_time_went(last.spent), err=True)


def where_time_went(spent: Mapping[str, float]) -> str:
    """Say what share of the time each stage took, and which holds up the others."""
    total = sum(spent.values()) or 1.0
    shares = ", ".join(f"{seconds / total:.0%} {stage}" for stage, seconds in spent.items())
    return f"time went: {shares}; {slowest(spent)} holds up the rest"


def slowest(spent: Mapping[str, float]) -> str:
    """Name the stage that takes most of the time."""
    return max(spent, key=lambda stage: spent[stage], default="nothing")


@contextmanager
def _bar(of: str, *, verbose: bool) -> Iterator[Callable[[Progress], None]]:
    from rich import progress as rich_progress
    from rich.console import Console

    columns = (
        rich_progress.BarColumn(),
        rich_progress.MofNCompleteColumn(),
        rich_progress.TextColumn(of),
        rich_progress.TextColumn("{task.fields[pace]}"),
    )
    with rich_progress.Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None, pace=_STARTING)
        rate = Rate(time.monotonic())

        def show(progress: Progress) -> None:
            pace = _pace(progress, rate.see(time.monotonic(), progress.done), verbose=verbose)
            bar.update(task, completed=progress.done, total=progress.total, pace=pace)

        yield show


def _lines(of: str, *, verbose: bool) -> Callable[[Progress], None]:
    shown_at = time.monotonic()
    rate = Rate(shown_at)

    def show(progress: Progress) -> None:
        nonlocal shown_at
        now = time.monotonic()
        speed = rate.see(now, progress.done)
        if now - shown_at < _LINE_EVERY_S:
            return
        shown_at = now
        say(f"{progress.done} of {progress.total} {of}, {_pace(progress, speed, verbose=verbose)}", err=True)

    return show


def per_second(rate: float) -> str:
    """Return a rate in whole numbers, or its first digit where it is below one."""
    return f"{rate:.0f}/s" if rate >= 1 else f"{rate:.1g}/s"


def _pace(progress: Progress, speed: float, *, verbose: bool) -> str:
    if not progress.done:
        return _STARTING
    if speed <= 0:
        return ""
    minutes, seconds = divmod(round((progress.total - progress.done) / speed), 60)
    left = f"{minutes} min {seconds:02d} s" if minutes else f"{seconds} s"
    held_up = f"; slowest: {slowest(progress.spent)}" if verbose and progress.spent else ""
    return f"{per_second(speed)}, {left} left{held_up}"
