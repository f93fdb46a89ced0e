"""Makes the tables of a new catalog in the transaction that fills them, so that nothing half is left."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection

from photoseek.database_address import DatabaseAddress
from photoseek.storage.catalog.migrations import UPGRADES, migrate, schema_version
from photoseek.storage.errors import NameTaken
from photoseek.storage.names import for_terminal
from photoseek.storage.schema.dialect import database_at, writing_in
from photoseek.storage.schema.protocol import Database


@contextmanager
def new_catalog(place: Path | DatabaseAddress) -> Iterator[Connection]:
    """Yield a transaction in a new catalog, in an empty file or database. Raises NameTaken."""
    database = database_at(place)
    try:
        # Before waiting for a writer, too: it may be the very library that is moved here, and never end.
        with database.errors_named(), database.engine.begin() as connection:
            _refuse_taken(database, connection, place)
        with writing_in(database) as connection:
            _refuse_taken(database, connection, place)
            migrate(connection, UPGRADES, keep=lambda _: None)
            yield connection
    finally:
        database.engine.dispose()


def _refuse_taken(database: Database, connection: Connection, place: Path | DatabaseAddress) -> None:
    database.refuse_other(connection)
    if schema_version(connection):
        raise NameTaken(f"there is a library in {for_terminal(str(place))} already: name an empty database")
