"""What the catalog needs of a database beyond portable SQL. Each dialect has a folder that implements it."""

from collections.abc import Hashable, Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Connection, Engine, Table
from sqlalchemy.dialects.sqlite import Insert

from photoseek.storage.time_limit import TimeLimit

SHORTEST_PART = 3  # characters: an index of trigrams finds no fewer


class WordIndex(Protocol):
    """The index of the table `words`, kept up to date by triggers."""

    def drop(self, connection: Connection) -> None:
        """Drop the index and the triggers, if they exist."""

    def make(self, connection: Connection) -> None:
        """Index the whole table `words`, and create the triggers that keep the index up to date."""

    def matching(
        self,
        connection: Connection,
        words: Sequence[Sequence[tuple[str, ...]]],
        *,
        prefix: bool = False,
        columns: Sequence[str] = (),
    ) -> set[int]:
        """Return the ids of photos that have all words, each in one of its spellings: words beside each other.

        With `prefix`, the last of these may also begin a word. `columns` limits where they are looked for.
        """

    def counts(self, connection: Connection, words: Sequence[str]) -> dict[str, int]:
        """Return the number of photos with each of these exact words, counted without listing them."""

    def known(self, connection: Connection, begins: str) -> list[str]:
        """Return the words that begin with these letters."""


class TextIndex(Protocol):
    """The index of the table `photo_text`, kept up to date by triggers."""

    def make(self, connection: Connection) -> None:
        """Create the index and the triggers anew, and index the whole table."""

    def with_phrase(self, connection: Connection, words: Sequence[str], *, prefix: bool = False) -> set[int]:
        """Return the photos with these words beside each other; with `prefix`, the last may begin a word."""

    def perhaps_whole(self, connection: Connection, words: Sequence[str]) -> list[tuple[int, str]]:
        """Return photos that may have a word written in more or fewer words, each with its words.

        Those that have it exactly are left out. It has SHORTEST_PART characters or more.
        """

    def with_part(
        self, connection: Connection, words: Sequence[str]
    ) -> tuple[set[int], list[tuple[int, str]]]:
        """Return the photos that have a part inside a word, and those that may have it over several words.

        The latter with their words. As `perhaps_whole` otherwise.
        """

    def counts(self, connection: Connection, words: Sequence[str]) -> dict[str, int]:
        """Return the number of photos with each of these exact words."""

    def known(self, connection: Connection, begins: str) -> list[str]:
        """Return the words that begin with these letters."""

    def commonest(self, connection: Connection, most: int) -> list[tuple[str, int]]:
        """Return the words of three characters or more, but numbers, that most photos have, with their number."""


class Sight(Protocol):
    """What a user with rights for some photos sees in a transaction: views that stand before the tables."""

    def hide_all_but(self, connection: Connection, account_id: int, revision: int) -> None:
        """Have a transaction see only what a user may see at this revision of the catalog.

        It also limits what `WordIndex` and `TextIndex` find and list.
        """

    def seen_photos(self, connection: Connection) -> NDArray[np.int64] | None:
        """Return the ids of the photos that are seen in a transaction, in their order; None: all."""


class Editing(Protocol):
    """Keeps a writing transaction from what a user may not edit (`photoseek.storage.schema.editing`)."""

    def limit_writes(self, connection: Connection, account_id: int) -> None:
        """Have a transaction raise NotYours for whatever a user may not write."""

    def schema(self, connection: Connection) -> str:
        """Return where `editable_photo` and the like are, for who is limited in writing or in sight, quoted."""


class NearestVectors(Protocol):
    """Finds the nearest of a model's vectors inside the database, among those of the whole library.

    `alone` is a connection of `Database.alone`.
    """

    @property
    def most_width(self) -> int:
        """The largest `width`."""

    @property
    def most_indexed(self) -> int:
        """The largest dimension that a graph takes."""

    def exactly(  # noqa: PLR0913 (what is asked)
        self,
        connection: Connection,
        model_id: int,
        vector: NDArray[np.float32],
        limit: int,
        only: NDArray[np.int64] | None = None,
        never: NDArray[np.int64] | None = None,
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return photo ids and cosines of the nearest, by comparing all that may be found."""

    def by_graph(  # noqa: PLR0913 (what is asked)
        self,
        connection: Connection,
        model_id: int,
        vector: NDArray[np.float32],
        limit: int,
        only: NDArray[np.int64] | None = None,
        never: NDArray[np.int64] | None = None,
        *,
        width: int,
        most: int,
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return photo ids and cosines of the nearest that the graph leads to, perhaps too few.

        `width`: how many vectors are held at once, from which the search goes on; `most`: how many are looked at.
        """

    def note(self, connection: Connection, model_id: int, dimension: int) -> str | None:
        """Return what was noted of a model's graph; None if there is none that is whole."""

    def take_note(self, alone: Any, model_id: int, note: str) -> None:  # noqa: ANN401 (a driver's)
        """Note something of a model's graph, which goes with it."""

    def is_torn(self, connection: Connection, model_id: int) -> bool:
        """Return whether a graph was begun and not finished."""

    def bytes_of(self, connection: Connection, model_id: int) -> int:
        """Return how much of the disk a model's graph takes."""

    def models(self, connection: Connection) -> list[int]:
        """Return the ids of the models that have a graph, whole or not."""

    def make(  # noqa: PLR0913 (what it is made of)
        self,
        alone: Any,  # noqa: ANN401 (a driver's)
        model_id: int,
        dimension: int,
        count: int,
        *,
        links: int,
        tried: int,
    ) -> None:
        """Make the graph of a model's `count` vectors anew, while others read and write.

        Each vector is linked to `links` others, chosen among `tried`.
        """

    def drop(self, alone: Any, model_id: int) -> None:  # noqa: ANN401 (a driver's)
        """Delete a model's graph, if it has one."""


class Database(Protocol):
    """Where a catalog is."""

    @property
    def engine(self) -> Engine:
        """Its connections. A transaction reads one state; one with the option `writes` waits for other writers.

        A server's takes the option `beside`, too: it writes what no other transaction reads, without waiting.
        """

    @property
    def is_shared_by_users(self) -> bool:
        """Whether a connection that one user saw through may serve another: each transaction is limited anew."""

    def errors_named(self) -> AbstractContextManager[None]:
        """Translate the driver's errors into ours, once, here."""

    def indexing(self) -> AbstractContextManager[None]:
        """Hold a lock, where processes on other machines must be kept apart too. Raises LibraryInUse."""

    def alone(self) -> AbstractContextManager[Any]:
        """Yield a connection of the driver for statements that no transaction can have. Raises StorageError."""

    def complaints(self, connection: Connection) -> list[str]:
        """Return the database's own findings of damage, as technical sentences."""

    def refuse_other(self, connection: Connection) -> None:
        """Raise DatabaseUnfit if it holds something else than a library."""

    def identity(self) -> Hashable:
        """Return what tells this catalog from one in its place. Raises OSError where it is gone."""

    def taken_bytes(self) -> int:
        """Return how much of its disk it takes. Raises OSError."""


class Dialect(Protocol):
    """What differs between databases, by connection."""

    @property
    def words(self) -> WordIndex:
        """The index of names."""

    @property
    def texts(self) -> TextIndex:
        """The index of text that was read in photos."""

    @property
    def sight(self) -> Sight:
        """What a user sees."""

    @property
    def editing(self) -> Editing:
        """What a user may change."""

    @property
    def nearest(self) -> NearestVectors | None:
        """What finds the nearest vectors; None: the database can't, and a file beside it does."""

    def upsert(self, table: Table) -> Insert:
        """Return an INSERT that has `on_conflict_do_update` and `on_conflict_do_nothing`."""

    def is_among(self, column: ColumnElement[int], ids: Iterable[int]) -> ColumnElement[bool]:
        """Match ids, however many, as one parameter."""

    def truncated(self, number: ColumnElement[Any]) -> ColumnElement[int]:
        """Return a number without its fraction."""

    def make_tables(self, connection: Connection) -> None:
        """Create every table."""

    def make_derived(self, connection: Connection) -> None:
        """Make anew what follows the tables: the index of texts, and triggers, but not those of the words."""

    def drop_derived(self, connection: Connection) -> None:
        """Drop what stands in the way of a change of the tables; `make_derived` makes it anew."""

    def continue_numbers(self, connection: Connection) -> None:
        """Let new rows get ids after those that were copied."""

    def overwriting(self, connection: Connection) -> AbstractContextManager[None]:
        """Let what is deleted in a block be overwritten, too, where the database can do that."""

    def refuse_writes(self, connection: Connection, why: str) -> None:
        """Raise LibraryMoved with `why` for all who write from now on, also those who have it open."""

    def allow_writes(self, connection: Connection) -> None:
        """Let the library be written to again."""

    def interrupting(self, connection: Connection, limit: TimeLimit) -> AbstractContextManager[None]:
        """Interrupt a statement of the block once the limit is over. Raises TimeIsUp."""
