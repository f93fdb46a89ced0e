"""What `photoseek watch` does: it holds the library's lock, and pauses for a command that asks for it."""

from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from photoseek.cli.interrupts import stop_on_interrupt
from photoseek.cli.library.extracting import say_extracted_meanwhile
from photoseek.cli.library.report import say_followed, say_round, say_step, say_trouble
from photoseek.cli.library.runs import run_for
from photoseek.cli.output import say
from photoseek.hooks import Hooks
from photoseek.indexer import Run, Summary
from photoseek.indexer.disk.excluding import add_excluded
from photoseek.indexer.disk.locations import library_for, places_for
from photoseek.indexer.extraction.background import Background
from photoseek.indexer.extraction.extracting import Extraction
from photoseek.indexer.extraction.names import STAGES
from photoseek.indexer.facts_version import worth_reading_again
from photoseek.indexer.models.switching import Step, Switching
from photoseek.indexer.watch.loop import FIRST_PAUSE_S, LONGEST_PAUSE_S, LOST, Trouble, watch
from photoseek.resident_keeper import answering
from photoseek.storage import Library, LibraryInUse, LibraryNotWritable, Place, WatchedRoot

if TYPE_CHECKING:
    from photoseek.embedder import ModelSource

_LOOK_EVERY_S = 0.1  # whether who borrowed the lock has brought it back
_PAUSES = "another photoseek changes the library: the watch pauses until that is done"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked of `watch`."""

    folders: tuple[Path, ...] = ()  # none: all watched ones
    model: "ModelSource | None" = None  # None: the one that embeds already
    keep_model: bool = False
    exclude: tuple[str, ...] = ()  # patterns of what is left out of `folders` from now on
    only: tuple[str, ...] = STAGES


def watch_library(wanted: Wanted, library: Place, hooks: Hooks) -> None:
    """Watch until Ctrl-C. Raises what opening a library raises, and what is wrong with one that is lost.

    Who wants to change the library meanwhile asks for its lock (`photoseek.storage.lock`): the watch ends its
    round, closes the library, and begins anew once it has the lock again. So whatever was done, roots that came or
    went, another model, a backup put in its place, it goes on from there.
    """
    opened = library_for(library, list(wanted.folders))
    lock = ExitStack()
    lock.enter_context(opened.indexing(borrows=False))
    with (
        lock,
        opened.being_watched() as say_watched,
        stop_on_interrupt() as stop,
        answering(opened.folder, opened.named),
    ):
        places = places_for(opened, list(wanted.folders))
        add_excluded(opened, wanted.folders, wanted.exclude)
        with opened.catalog.read() as transaction:
            followed = {root.path for root in places}
            left_out = {root.path for root in transaction.roots.all()} - followed
        if advice := worth_reading_again(opened):
            say(advice, err=True)
        pause_s, started = FIRST_PAUSE_S, False
        while not stop.is_set():
            try:
                _watch(opened, wanted, hooks, stop, say_watched, left_out, again=started)
                started, pause_s = True, FIRST_PAUSE_S
                if not stop.is_set():
                    say(_PAUSES, err=True)
                    opened.close()
                    opened = _after_lending(opened, lock, stop)
            except LOST:
                raise
            except Exception as error:
                if not started:  # who began it is there to read why it can't
                    raise
                say_trouble(error, pause_s)
                stop.wait(pause_s)
                pause_s = min(2 * pause_s, LONGEST_PAUSE_S)


def _watch(  # noqa: PLR0913 (what the loop around it has made)
    library: Library,
    wanted: Wanted,
    hooks: Hooks,
    stop: Event,
    say_watched: Callable[[list[WatchedRoot]], None],
    left_out: set[str],
    *,
    again: bool,
) -> None:
    """Watch until `stop` is set or another process wants the lock; `again` after it had it."""
    model = None if again else wanted.model  # another may be chosen since
    run = run_for(library, model, hooks.tagger_for, keep=wanted.keep_model)
    run.stop = stop
    switching = Switching(run, hooks.tagger_for)
    with library.catalog.read() as transaction:
        roots = [root for root in transaction.roots.all() if root.path not in left_out]
    followed: dict[str, WatchedRoot] = {}
    background = Background(library, wanted.only)
    with closing(watch(run, roots, switching, background, library.is_wanted)) as events:
        for event in events:
            match event:
                case WatchedRoot():
                    followed[event.path] = event
                    say_watched(list(followed.values()))
                    say_followed(event)
                case Summary() if event.stopped and not stop.is_set():
                    pass  # for another process, and taken up after it
                case Summary():
                    say_round(event)
                    if not stop.is_set():
                        _get_ready(hooks, library, run)
                case Step():
                    say_step(event)
                case Extraction():
                    say_extracted_meanwhile(event)
                case Trouble():
                    say_trouble(event.error, event.pause_s)
    library.save_index(always=True)


def _get_ready(hooks: Hooks, library: Library, run: Run) -> None:
    """Prepare what the first question would wait for. Where that can't be done now, it is when one is asked."""
    try:
        hooks.get_ready_to_answer(library, run.embedder)
    except Exception as error:  # noqa: BLE001 (the watch goes on, whatever keeps answers from being prepared)
        say_trouble(error, 0)


def _after_lending(library: Library, lock: ExitStack, stop: Event) -> Library:
    """Release the lock until no other process asks for it any more, and return the library as it is then."""
    lock.close()
    while not stop.wait(_LOOK_EVERY_S):
        if library.is_wanted():
            continue
        try:
            lock.enter_context(library.indexing(borrows=False))
        except LibraryInUse:  # somebody was faster
            continue
        except LibraryNotWritable:
            Library.existing(library.place).close()  # which says so if it is lost
            continue
        return Library.existing(library.place)
    return library
