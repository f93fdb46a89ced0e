"""The SQL side of a library: transactions, each with all kinds of rows."""

import weakref
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, delete, select, update

from photoseek.database_address import DatabaseAddress
from photoseek.storage.acting import actor_now
from photoseek.storage.catalog.copying import back_up, backup_of_database, keep_before_upgrade
from photoseek.storage.catalog.migrations import UPGRADES, Upgrade, migrate, schema_version
from photoseek.storage.catalog.moved import mark_moved, refuse_moved
from photoseek.storage.catalog.moving import copy_rows
from photoseek.storage.errors import NoLibrary, StorageError
from photoseek.storage.names import for_terminal
from photoseek.storage.rows.albums.albums import Albums
from photoseek.storage.rows.albums.keeping import KeptAlbums
from photoseek.storage.rows.albums.suggestions import Suggestions
from photoseek.storage.rows.edits import Edits
from photoseek.storage.rows.extractions.extractions import Extractions
from photoseek.storage.rows.files import Files
from photoseek.storage.rows.grid import Grid
from photoseek.storage.rows.judgements import Judgements
from photoseek.storage.rows.models import Models
from photoseek.storage.rows.people.faces import Faces
from photoseek.storage.rows.people.people import People
from photoseek.storage.rows.people.regions import Regions
from photoseek.storage.rows.people.saying import PeopleWords
from photoseek.storage.rows.photos import Photos
from photoseek.storage.rows.roots import Roots
from photoseek.storage.rows.sidecar_runs import SidecarRuns
from photoseek.storage.rows.sidecars import Sidecars
from photoseek.storage.rows.skips import Skips
from photoseek.storage.rows.tags.rules import LabelRules
from photoseek.storage.rows.tags.runs import TagRuns
from photoseek.storage.rows.tags.states import TagStates
from photoseek.storage.rows.tags.tags import Tags
from photoseek.storage.rows.texts.texts import Texts
from photoseek.storage.rows.vectors import Vectors
from photoseek.storage.rows.videos.moments import VideoMoments
from photoseek.storage.rows.words import Words
from photoseek.storage.schema import tables
from photoseek.storage.schema.dialect import database_at, dialect_of, ending_statements, writing_in

if TYPE_CHECKING:  # loaded when first used: no question of one person needs them
    from photoseek.storage.exchange.exchange import Exchange
    from photoseek.storage.rows.users.bindings import Bindings
    from photoseek.storage.rows.users.sessions import Sessions
    from photoseek.storage.rows.users.users import Users

CATALOG_NAME = "catalog.sqlite"  # in the library folder


class Transaction:
    """One consistent view of the catalog. In a writing one, all changes are made or none."""

    def __init__(self, connection: Connection, revision: int) -> None:
        self.revision = revision  # the library's; in a writing transaction the raised one
        self.roots = Roots(connection)
        self.files = Files(connection)
        self.photos = Photos(connection)
        self.regions = Regions(connection)
        self.skips = Skips(connection)
        self.sidecars = Sidecars(connection)
        self.sidecar_runs = SidecarRuns(connection)
        self.models = Models(connection)
        self.vectors = Vectors(connection, revision)
        self.extractions = Extractions(connection)
        self.edits = Edits(connection)
        self.tags = Tags(connection)
        self.tag_states = TagStates(connection)
        self.tag_runs = TagRuns(connection)
        self.label_rules = LabelRules(connection)
        self.albums = Albums(connection)
        self.kept_albums = KeptAlbums(connection)
        self.suggestions = Suggestions(connection)
        self.judgements = Judgements(connection)
        self.faces = Faces(connection)
        self.people = People(connection)
        self.people_words = PeopleWords(connection)
        self.words = Words(connection)
        self.texts = Texts(connection)
        self.video_moments = VideoMoments(connection, revision)
        self.grid = Grid(connection)
        self.connection = connection

    @cached_property
    def exchange(self) -> "Exchange":
        """What people said of their photos, as a document that another library can take in."""
        from photoseek.storage.exchange.exchange import Exchange

        return Exchange(self.connection)

    @cached_property
    def users(self) -> "Users":
        """Who signs in by name, what each may see, and what each did."""
        from photoseek.storage.rows.users.users import Users

        return Users(self.connection)

    @cached_property
    def bindings(self) -> "Bindings":
        """By whom of an OIDC provider users sign in."""
        from photoseek.storage.rows.users.bindings import Bindings

        return Bindings(self.connection)

    def seen_photos(self) -> NDArray[np.int64] | None:
        """Return the ids of the photos that the reader may see, in their order; None: all of them."""
        return dialect_of(self.connection).sight.seen_photos(self.connection)

    def editable_photos(self, photo_ids: Iterable[int]) -> set[int]:
        """Return those of some photos that the reader may edit."""
        return set(photo_ids)

    def editable_albums(self, album_ids: Iterable[int]) -> set[int]:
        """Return those of some albums that the reader may put photos into."""
        return set(album_ids)


def no_library(place: Path | DatabaseAddress) -> NoLibrary:
    """Return the error for a folder or a database without a library."""
    shown = for_terminal(str(place))
    return NoLibrary(f"there is no library in {shown} yet: make one with `photoseek index FOLDER`")


class Catalog:
    """The truth of a library: the caches in its folder can be made again from it."""

    def __init__(
        self, place: Path | DatabaseAddress, upgrades: Sequence[Upgrade] = UPGRADES, *, makes: bool = True
    ) -> None:
        """Open the catalog in a file, or at the address of a database; one is made there, unless not `makes`.

        A file with an older schema is backed up beside itself and upgraded; a database only upgraded. Raises
        NoLibrary, LibraryTooNew, LibraryDamaged, LibraryInUse, LibraryNotWritable, DatabaseNotReached or
        DatabaseUnfit.
        """
        self.place = place
        self._database = database_at(place)
        self._engine = self._database.engine
        # The last one to close it moves the write-ahead log into the file. So close it at the end of a process
        # too: people copy that file alone.
        weakref.finalize(self, self._engine.dispose)
        with self._database.errors_named():
            with self._engine.begin() as connection:
                self._database.refuse_other(connection)
                refuse_moved(connection)
                version = schema_version(connection)
            if not (version or makes):
                raise no_library(place)
            if version != 1 + len(upgrades):
                # The copy is made inside the upgrading transaction, so that it has the older schema.
                with self._writing() as connection:
                    migrate(connection, upgrades, keep=self._keep)

    @property
    def path(self) -> Path:
        """Its file. Raises StorageError for a database."""
        if isinstance(self.place, Path):
            return self.place
        raise StorageError("this library is in a database: that can't be done with it")

    @property
    def is_shared_by_users(self) -> bool:
        """Whether users who see a part of it can ask through its connections."""
        return self._database.is_shared_by_users

    def identity(self) -> Hashable:
        """Return what tells this catalog from one in its place. Raises OSError where it is gone."""
        return self._database.identity()

    def taken_bytes(self) -> int:
        """Return how much of its disk it takes. Raises OSError."""
        return self._database.taken_bytes()

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """Read one state, whatever is written meanwhile."""
        with (
            self._database.errors_named(),
            self._engine.begin() as connection,
            ending_statements(connection),
        ):
            revision = connection.execute(select(tables.library.c.revision)).scalar_one()
            if revision < 0:
                refuse_moved(connection)
            yield self._reading(connection, revision)

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """Change the catalog, and raise its revision by one. An exception undoes all changes."""
        with self._writing() as connection:
            raised = (
                update(tables.library)
                .values(revision=tables.library.c.revision + 1)
                .returning(tables.library.c.revision)
            )
            transaction = self._changing(connection, connection.execute(raised).scalar_one())
            yield transaction
            transaction.words.take_in()
            if (actor := actor_now()) is not None:
                transaction.users.note(actor.who, actor.what, transaction.revision)

    @property
    def keeps_sessions(self) -> bool:
        """Whether several servers may answer for it, so that it has to say who is signed in."""
        return not isinstance(self.place, Path)

    @contextmanager
    def beside(self) -> "Iterator[Sessions]":
        """Ask who is signed in, or write that, beside who writes: it waits for nobody and raises no revision.

        Only for a catalog that `keeps_sessions`.
        """
        from photoseek.storage.rows.users.sessions import Sessions

        with (
            self._database.errors_named(),
            self._engine.connect().execution_options(beside=True) as connection,
            connection.begin(),
        ):
            yield Sessions(connection)

    def indexing(self) -> AbstractContextManager[None]:
        """Hold the lock of who brings photos in, if other machines can reach the catalog. Raises LibraryInUse."""
        return self._database.indexing()

    def alone(self) -> AbstractContextManager[Any]:
        """Yield a connection of the database's driver for statements that no transaction can have."""
        return self._database.alone()

    def complaints(self) -> list[str]:
        """Return the database's own findings of damage in the file."""
        with self._database.errors_named(), self._engine.begin() as connection:
            return self._database.complaints(connection)

    def back_up(self, target: Path, *, replace: bool = False) -> None:
        """Copy the catalog's present state to another file; see `photoseek.storage.catalog.copying`."""
        if isinstance(self.place, Path):
            back_up(self.place, target, replace=replace)
            return
        with backup_of_database(target, replace=replace) as path:
            copy = Catalog(path)
            try:
                self.copy_to(copy)
            finally:
                copy.close()

    def fill(self, made: AbstractContextManager[Connection]) -> int:
        """Fill the catalog that `made` opens, as `copy_to` does."""
        with self._database.errors_named(), self._engine.begin() as source, made as target:
            return copy_rows(source, target)

    @contextmanager
    def emptied(self, kept: Path) -> Iterator[Connection]:
        """Yield a transaction that replaces all rows, which are in the backup `kept`. Nobody writes meanwhile."""
        with self._writing() as connection:
            self.back_up(kept)
            for table in reversed(tables.metadata.sorted_tables):
                connection.execute(delete(table))
            yield connection

    def copy_to(self, other: "Catalog") -> int:
        """Fill a new catalog, in whatever database, with one state of this one, all or nothing.

        Returns how many rows there are; all were compared. Raises NameTaken, LibraryDamaged.
        """
        return self.fill(other._writing())

    def move_to(
        self,
        made: AbstractContextManager[Connection],
        to: object,
        on_progress: Callable[[int, int], None],
    ) -> int:
        """Fill the catalog that `made` opens, as `copy_to`, while nobody writes here, nor ever after.

        `to` is its place, as it is shown.
        """
        with self._writing() as source:
            with made as target:
                rows = copy_rows(source, target, on_progress)
            mark_moved(source, to)
        return rows

    def close(self) -> None:
        """Close the file."""
        self._engine.dispose()

    def _reading(self, connection: Connection, revision: int) -> Transaction:
        return Transaction(connection, revision)

    def _changing(self, connection: Connection, revision: int) -> Transaction:
        return Transaction(connection, revision)

    def _keep(self, schema: int) -> None:
        if isinstance(self.place, Path):
            keep_before_upgrade(self.place, schema)

    def _writing(self) -> AbstractContextManager[Connection]:
        return writing_in(self._database)
