"""The kinds of things that are extracted, and how to get what extracts each.

Nothing that takes long is imported before a photo is known to wait: an index with nothing new comes by here.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from photoseek.indexer.errors import NotInstalled
from photoseek.indexer.extraction.names import TEXT, VIDEOS
from photoseek.storage import Library, Model, Transaction
from photoseek.storage.rows.videos.moments import engine_of_moments

if TYPE_CHECKING:
    from photoseek.indexer.extraction.extractor import Extractor


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind: its name, which `names.py` lists, too, and how to get its extractor."""

    name: str
    # Takes the model in use, and where compiled models lie. Raises NotInstalled. It is called often: what takes
    # long to load, the extractor loads when it is first used.
    make: "Callable[[Model | None, Path], Extractor]"
    # Whether the owner wants it, and there is something to do.
    is_on: Callable[[Library], bool] = lambda _: True
    # Whether a photo waits for it, or something is left to do of what was found: known without loading it.
    waits: Callable[[Transaction], bool] = lambda _: True
    off: str = ""  # what the owner should know who names it while it is off


def _may_read_text(library: Library) -> bool:
    with library.catalog.read() as transaction:
        return transaction.texts.is_on()


def _text_waits(transaction: Transaction) -> bool:
    from photoseek.embedder.text_reading.tesseract import engine, languages

    return transaction.extractions.is_any_waiting(TEXT, engine(languages()), of_videos=False)


def _text(_: Model | None, _compiled: Path) -> "Extractor":
    from photoseek.embedder.text_reading.models import NoTextModels, refuse_missing

    try:
        refuse_missing()
    except NoTextModels as error:
        raise NotInstalled(str(error)) from error
    # It imports what the extra brings.
    from photoseek.indexer.extraction.text import text_extractor

    return text_extractor()


def _has_videos(library: Library) -> bool:
    """Return whether the library has a video, and a model to find it by."""
    with library.catalog.read() as transaction:
        return transaction.photos.has_videos() and transaction.models.in_use() is not None


def _videos_wait(transaction: Transaction) -> bool:
    model = transaction.models.in_use()
    return model is not None and transaction.extractions.is_any_waiting(
        VIDEOS, engine_of_moments(model), of_videos=True
    )


def _videos(model: Model | None, compiled: Path) -> "Extractor":
    from photoseek.indexer.extraction import videos

    return videos.make(model, compiled)


def _may_find_people(library: Library) -> bool:
    with library.catalog.read() as transaction:
        return transaction.people.is_on()


def _people_wait(transaction: Transaction) -> bool:
    from photoseek.embedder.faces.model_files import ENGINE

    if transaction.extractions.is_any_waiting("people", ENGINE, of_videos=False):
        return True
    not_grouped, _ = transaction.faces.waiting(ENGINE)
    return not_grouped > 0


def _people(_: Model | None, _compiled: Path) -> "Extractor":
    from photoseek.indexer.extraction.people import extracting

    return extracting.make()


KINDS: tuple[Kind, ...] = (
    Kind(TEXT, _text, _may_read_text, _text_waits, "text is not read: `photoseek text on` turns it on"),
    Kind(VIDEOS, _videos, _has_videos, _videos_wait),
    Kind(
        "people",
        _people,
        _may_find_people,
        _people_wait,
        "people are not found: `photoseek people on` turns it on",
    ),
)


def turned_off(library: Library, only: Collection[str], kinds: Sequence[Kind] = KINDS) -> list[str]:
    """Return how to turn on each kind that is named in `only` and that the owner doesn't want now."""
    return [kind.off for kind in kinds if kind.off and kind.name in only and not kind.is_on(library)]


def wanted_extractors(
    library: Library, only: Collection[str], kinds: Sequence[Kind] = KINDS, *, idle: bool = False
) -> "Iterator[Extractor | NotInstalled]":
    """Yield the extractor of each kind that is on and named in `only`, or the advice where an extra is missing.

    Kinds for which nothing waits are left out, unless `idle` ones are wanted, too.
    """
    for kind in kinds:
        if kind.name not in only or not kind.is_on(library):
            continue
        with library.catalog.read() as transaction:
            waits = idle or kind.waits(transaction)
            model = transaction.models.in_use()
        if not waits:
            continue
        try:
            yield kind.make(model, library.compiled_folder)
        except NotInstalled as advice:
            yield advice
