"""The upgrade that renames the table of vectors."""

from sqlalchemy import Connection


def photo_vectors(connection: Connection) -> None:
    """Rename a table that has the name of a type of PostgreSQL's pgvector: the two can't be in one schema."""
    if connection.dialect.name == "sqlite":
        # It is made anew after the upgrades; that of schema 4 names a column that is gone, which stops a renaming.
        connection.exec_driver_sql("DROP TRIGGER IF EXISTS photo_changed")
    connection.exec_driver_sql("ALTER TABLE vector RENAME TO photo_vector")
