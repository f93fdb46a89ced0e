"""`photoseek index` behind its command line: a plain one is read and run without what reads options."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from photoseek.cli.interrupts import INTERRUPTED, stop_on_interrupt
from photoseek.cli.library.report import report, report_reread
from photoseek.cli.output import say
from photoseek.cli.progress_bar import progress_shown
from photoseek.hooks import Hooks
from photoseek.indexer.disk.excluding import add_excluded
from photoseek.indexer.disk.places import known_places, library_for, places_for
from photoseek.indexer.facts_version import worth_reading_again
from photoseek.indexer.models.choice import open_model, refuse_unknown
from photoseek.indexer.models.switching import Switching, TaggerFor
from photoseek.indexer.pipeline.index import index_in_detail
from photoseek.indexer.pipeline.run import Run
from photoseek.indexer.upkeep.forgetting import MOST_DAYS, RETENTION_DAYS, forget_expired
from photoseek.storage import Library

if TYPE_CHECKING:
    from photoseek.embedder import ModelSource

_FLAGS = frozenset({"--json", "--verbose", "--confirm-missing", "--metadata"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked of `index`."""

    folders: tuple[Path, ...] = ()  # none: all watched ones
    library: Path | None = None  # None: the usual one
    model: "ModelSource | None" = None  # None: the one that embeds already
    confirm_missing: bool = False
    retention_days: int = RETENTION_DAYS
    verbose: bool = False
    as_json: bool = False
    keep_model: bool = False
    metadata: bool = False  # read again what files say, and do nothing else
    exclude: tuple[str, ...] = ()  # patterns of what is left out of `folders` from now on


def read(arguments: list[str]) -> Wanted | None:
    """Read a command line as typer would: typer, with pydantic behind it, is 0.19 of 1.21 s of processor time.

    None for one that has anything but folders and the usual options in it: that is typer's.
    """
    folders: list[Path] = []
    flags: set[str] = set()
    library: Path | None = None
    retention_days = RETENTION_DAYS
    rest = iter(arguments)
    for typed in rest:
        if typed in _FLAGS:
            flags.add(typed)
        elif typed == "--library" and (named := next(rest, ""))[:1] not in {"", "-"}:
            library = Path(named)
        elif typed == "--retention-days" and (days := next(rest, "")).isascii() and days.isdigit():
            retention_days = int(days)
        elif typed[:1] in {"", "-"}:
            return None
        else:
            folders.append(Path(typed))
    if retention_days > MOST_DAYS:
        return None
    return Wanted(
        tuple(folders),
        library,
        confirm_missing="--confirm-missing" in flags,
        retention_days=retention_days,
        verbose="--verbose" in flags,
        as_json="--json" in flags,
        metadata="--metadata" in flags,
    )


def index(wanted: Wanted, library: Path, hooks: Hooks) -> int:
    """Index, say what came of it, and give the exit code. Raises what opening and indexing a library can raise."""
    if wanted.model is not None:
        refuse_unknown(wanted.model)
    if wanted.metadata:
        return _read_again(wanted, library)
    opened = library_for(library, list(wanted.folders))
    with (
        opened.indexing(),
        stop_on_interrupt() as stop,
        progress_shown(verbose=wanted.verbose) as on_progress,
    ):
        places = places_for(opened, list(wanted.folders))
        add_excluded(opened, wanted.folders, wanted.exclude)
        run = run_for(opened, wanted.model, hooks.tagger_for, keep=wanted.keep_model)
        run.stop, run.on_progress, run.confirm_missing = stop, on_progress, wanted.confirm_missing
        began = time.monotonic()
        result = index_in_detail(run, places)
        summary = result.summary
        step = None if summary.stopped else Switching(run, hooks.tagger_for).step(stop, on_progress)
        if not summary.stopped:
            hooks.get_ready_to_answer(opened, run.embedder)
        forgotten = forget_expired(opened, places, result, wanted.retention_days)
        opened.save_index(always=True)
    report(summary, time.monotonic() - began, forgotten, step, as_json=wanted.as_json)
    if not wanted.as_json and (advice := worth_reading_again(opened)):
        say(advice)
    return INTERRUPTED if stop.is_set() else 0


def _read_again(wanted: Wanted, library: Path) -> int:
    from photoseek.indexer.pipeline.rereading import read_again  # it loads all that reads photos

    opened = Library.existing(library)
    # Beside whoever indexes: what is kept belongs to contents that are known, whatever files come and go.
    with stop_on_interrupt() as stop, progress_shown() as on_progress:
        places = known_places(opened, list(wanted.folders))
        done = read_again(opened, places, stop, on_progress)
    report_reread(done, as_json=wanted.as_json)
    return INTERRUPTED if stop.is_set() else 0


def run_for(
    library: Library, model: "ModelSource | None", tagger_for: TaggerFor, *, keep: bool = False
) -> Run:
    """Give a run with the model asked for, else the library's, and with workers that a bad file may crash.

    With `keep`, the model that answers goes on answering. Raises EmbedderError.
    """
    embedder, chosen = open_model(library, model, keep=keep)
    with library.catalog.read() as transaction:
        # Where one that embeds no photos answers still, those that it knows come after all that is new, if at all.
        only_new = transaction.models.in_use() != chosen
    return Run(library, embedder, chosen, on_indexed=tagger_for(embedder), isolated=True, only_new=only_new)
