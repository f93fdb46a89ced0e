"""The kinds of things that are extracted, and how to get what extracts each.

Nothing that takes long is imported before a kind is known to be on: an index with nothing new comes by here.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from photoseek.indexer.errors import NotInstalled
from photoseek.indexer.extraction.names import TEXT, VIDEOS
from photoseek.storage import Library

if TYPE_CHECKING:
    from photoseek.indexer.extraction.extractor import Extractor


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind: its name, which `names.py` lists, too, and how to get its extractor."""

    name: str
    # Raises NotInstalled. It is called often: what takes long to load, the extractor loads when it is first used.
    make: "Callable[[Library], Extractor]"
    # Whether the owner wants it, and there is something to do.
    is_on: Callable[[Library], bool] = lambda _: True
    off: str = ""  # what the owner should know who names it while it is off


def _may_read_text(library: Library) -> bool:
    with library.catalog.read() as transaction:
        return transaction.texts.is_on()


def _text(_: Library) -> "Extractor":
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


def _videos(library: Library) -> "Extractor":
    from photoseek.indexer.extraction import videos

    return videos.make(library)


def _may_find_people(library: Library) -> bool:
    with library.catalog.read() as transaction:
        return transaction.people.is_on()


def _people(library: Library) -> "Extractor":
    from photoseek.indexer.extraction.people import extracting

    return extracting.make(library)


KINDS: tuple[Kind, ...] = (
    Kind(TEXT, _text, _may_read_text, "text is not read: `photoseek text on` turns it on"),
    Kind(VIDEOS, _videos, _has_videos),
    Kind(
        "people",
        _people,
        _may_find_people,
        "people are not found: `photoseek people on` turns it on",
    ),
)


def turned_off(library: Library, only: Collection[str], kinds: Sequence[Kind] = KINDS) -> list[str]:
    """Return how to turn on each kind that is named in `only` and that the owner doesn't want now."""
    return [kind.off for kind in kinds if kind.off and kind.name in only and not kind.is_on(library)]


def wanted_extractors(
    library: Library, only: Collection[str], kinds: Sequence[Kind] = KINDS
) -> "Iterator[Extractor | NotInstalled]":
    """Yield the extractor of each kind that is on and named in `only`, or the advice where an extra is missing."""
    for kind in kinds:
        if kind.name not in only or not kind.is_on(library):
            continue
        try:
            yield kind.make(library)
        except NotInstalled as advice:
            yield advice
