"""Extraction as `photoseek index` does it: one kind after another, each with its own progress and its own line."""

import time
from collections.abc import Collection, Iterable
from threading import Event
from typing import TYPE_CHECKING

from photoseek.cli.output import say
from photoseek.cli.progress_bar import progress_shown
from photoseek.indexer.errors import NotInstalled
from photoseek.indexer.extraction.kinds import turned_off, wanted_extractors
from photoseek.indexer.extraction.names import MEANING, VIDEOS
from photoseek.indexer.wording import counted
from photoseek.storage import Library

if TYPE_CHECKING:
    from photoseek.indexer.extraction.extracting import Extraction, Others


def extract_wanted(
    library: Library, only: Collection[str], stop: Event, others: "Others | None" = None
) -> "list[Extraction]":
    """Extract what is wanted until it is all done or `stop` is set; say where something has to be installed.

    Where a person named the kinds, photos from which nothing could be extracted are tried again.
    """
    is_named = MEANING not in only
    if is_named:
        for advice in turned_off(library, only):
            say(advice, err=True)
    done: list[Extraction] = []
    for extractor in wanted_extractors(library, only, idle=is_named):
        if isinstance(extractor, NotInstalled):
            if is_named or library.first_time("extras"):
                say(str(extractor), err=True)
            continue
        if stop.is_set():
            break
        from photoseek.indexer.extraction.extracting import extract  # it loads what reads photos

        if is_named:
            with library.catalog.write() as transaction:
                transaction.extractions.retry_failed(extractor.kind)
        with progress_shown(of=_what_for(extractor.kind)) as on_progress:
            done.append(extract(library, extractor, stop, on_progress, others=others))
    return done


def say_what_lacks(library: Library, kind: str) -> None:
    """Say what has to be installed for a kind that was just turned on."""
    for advice in wanted_extractors(library, {kind}, idle=True):
        if isinstance(advice, NotInstalled):
            say(str(advice), err=True)


def say_extracted(extracted: "Iterable[Extraction]") -> None:
    """Say what each extraction did, if it did anything."""
    for done in extracted:
        if line := _as_line(done):
            say(line)


def say_extracted_meanwhile(done: "Extraction") -> None:
    """Say what a watch extracted in a quiet moment."""
    say(f"{time.strftime('%H:%M:%S')}  {_looked_at(done)}")


def _as_line(done: "Extraction") -> str:
    if not (done.done or done.stopped):
        return ""
    failed = f"; {done.failed} could not be read" if done.failed else ""
    left = f"; {done.left} to go: `photoseek index` goes on from here" if done.stopped and done.left else ""
    return f"{_looked_at(done)}{failed}{left}"


def _looked_at(done: "Extraction") -> str:
    if done.kind == VIDEOS:
        return f"{counted(done.done, 'video')} looked at for moments"
    return f"{counted(done.done, 'photo')} looked at for {done.kind}"


def _what_for(kind: str) -> str:
    return "videos" if kind == VIDEOS else f"photos for {kind}"
