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


@contextmanager
def new_catalog(place: Path | DatabaseAddress) -> Iterator[Connection]:
    """Yield a transaction in a new catalog, in an empty file or database. Raises NameTaken."""
    database = database_at(place)
    try:
        with writing_in(database) as connection:
            database.refuse_other(connection)
            if schema_version(connection):
                shown = for_terminal(str(place))
                raise NameTaken(f"there is a library in {shown} already: name an empty database")
            migrate(connection, UPGRADES, keep=lambda _: None)
            yield connection
    finally:
        database.engine.dispose()
