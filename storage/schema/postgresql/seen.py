"""What one user may see of a catalog in PostgreSQL: nothing yet, so that none sees too much."""

from typing import NoReturn

from sqlalchemy import Connection

from photoseek.storage.errors import StorageError


def hide_all_but(connection: Connection, account_id: int, revision: int) -> NoReturn:  # noqa: ARG001 (the protocol's)
    """Refuse, as views like SQLite's are not written yet. Raises StorageError."""
    raise StorageError(
        "a library in a database can't be shown in part: use one in a folder for users with rights"
    )


def seen_photos(connection: Connection) -> None:
    """Return None: all are seen."""
