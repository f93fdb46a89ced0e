"""What an engine that finds something in photos has to be able to do, and what keeps it."""

from collections.abc import Mapping
from threading import Event
from typing import Any, Protocol, runtime_checkable

from photoseek.embedder import Pixels
from photoseek.indexer.errors import IndexerError
from photoseek.indexer.workers.reading import Reading
from photoseek.storage import Library, Transaction


class TurnedOff(IndexerError):
    """The owner turned this off while it went on; nothing of the batch is kept, and the run ends."""


class Engine(Protocol):
    """Looks at one photo at a time. What it finds in one is whatever the extractor's `save` takes.

    `glance` and `extract` are called by several threads at once. An exception of either is a reason against that
    photo alone, which is not tried again with this engine.
    """

    @property
    def engine(self) -> str:
        """Return the engine's name and version: photos that another one has looked at are looked at again."""
        ...

    @property
    def reading(self) -> Reading:
        """Return what a decoding process makes of a photo's file."""
        ...

    @property
    def file_s(self) -> float:
        """Return for how many seconds a decoding process may be busy with one file."""
        ...

    def glance(self, thumbnail: Pixels) -> Any | None:  # noqa: ANN401 (what `save` takes)
        """Return what is found if a thumbnail, (height, width, 3) uint8, is enough to say; None: read the file."""
        ...

    def extract(self, payload: Any) -> Any:  # noqa: ANN401 (what `reading` makes, and what `save` takes)
        """Return what is found in a file that was read."""
        ...


class Extractor(Engine, Protocol):
    """An engine for one kind of things, and how what it finds is kept."""

    @property
    def kind(self) -> str:
        """Return the name of what is extracted, as after `index --only`: "text"."""
        ...

    @property
    def of_videos(self) -> bool:
        """Return whether it extracts from videos, and only from them; else it does so from photos alone."""
        ...

    def save(self, transaction: Transaction, found: Mapping[int, Any]) -> None:
        """Store what was found, by photo id, in place of what was found before. May raise TurnedOff."""
        ...


@runtime_checkable
class CatchesUp(Protocol):
    """What an extractor has, too, that compares what it found in one photo with what it found in others."""

    def catch_up(self, library: Library, stop: Event, *, at_end: bool) -> None:
        """Do what can be done after each batch, or what is left at the end of a run, until `stop` is set."""
        ...
