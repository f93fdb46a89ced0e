"""The kinds of things that are extracted, and how to get what extracts each."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from photoseek.indexer.extraction import videos
from photoseek.indexer.extraction.extractor import Extractor, NotInstalled
from photoseek.indexer.extraction.names import TEXT, VIDEOS
from photoseek.indexer.extraction.people import extracting as people
from photoseek.storage import Library


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind: its name, which `names.py` lists, too, and how to get its extractor."""

    name: str
    # Raises NotInstalled. It is called often: what takes long to load, the extractor loads when it is first used.
    make: Callable[[Library], Extractor]
    is_on: Callable[[Library], bool] = lambda _: True  # whether the owner wants it


def _text(_: Library) -> Extractor:
    from photoseek.embedder.text_reading.models import NoTextModels, refuse_missing

    try:
        refuse_missing()
    except NoTextModels as error:
        raise NotInstalled(str(error)) from error
    # It imports what the extra brings.
    from photoseek.indexer.extraction.text import text_extractor

    return text_extractor()


KINDS: tuple[Kind, ...] = (
    Kind(TEXT, _text),
    Kind(VIDEOS, videos.make, videos.is_on),
    Kind("people", people.make, people.is_on),
)


def wanted_extractors(
    library: Library, only: Collection[str], kinds: Sequence[Kind] = KINDS
) -> Iterator[Extractor | NotInstalled]:
    """Yield the extractor of each kind that is on and named in `only`, or the advice where an extra is missing."""
    for kind in kinds:
        if kind.name not in only or not kind.is_on(library):
            continue
        try:
            yield kind.make(library)
        except NotInstalled as advice:
            yield advice
