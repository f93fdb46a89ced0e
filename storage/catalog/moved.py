"""The mark of a library that was moved to another place: nobody goes on with the old one unknowingly."""

from sqlalchemy import Column, Connection, MetaData, Table, Text, insert, inspect, select, update

from photoseek.storage.clock import now
from photoseek.storage.errors import LibraryMoved
from photoseek.storage.names import for_terminal
from photoseek.storage.schema import tables
from photoseek.storage.schema.dialect import dialect_of

# A table of its own, which no copy of the rows takes along, and which only such a library has.
_MOVED = Table(
    "library_moved",
    MetaData(),
    Column("moved_to", Text, nullable=False),
    Column("moved_at", Text, nullable=False),
)


def mark_moved(connection: Connection, to: object) -> None:
    """Refuse all writes from now on, and all who open it. `to` is where it is now, in words without a password."""
    shown = for_terminal(str(to))
    _MOVED.create(connection)
    connection.execute(insert(_MOVED).values(moved_to=shown, moved_at=now()))
    _turn_revision(connection)
    dialect_of(connection).refuse_writes(connection, f"this library was moved to {shown}")


def unmark(connection: Connection) -> bool:
    """Let it be used again; return whether it was marked."""
    if not inspect(connection).has_table(_MOVED.name):
        return False
    dialect_of(connection).allow_writes(connection)
    _MOVED.drop(connection)
    _turn_revision(connection, back=True)
    return True


def refuse_moved(connection: Connection) -> None:
    """Raise LibraryMoved for a library with the mark."""
    if inspect(connection).has_table(_MOVED.name):
        to, at = connection.execute(select(_MOVED)).one()
        raise LibraryMoved.said(f"this library was moved to {to} at {at}")


def _turn_revision(connection: Connection, *, back: bool = False) -> None:
    """Make the revision negative, or put it back: each reader asks for it, and so is refused at no cost."""
    turned = -1 - tables.library.c.revision
    is_to_turn = tables.library.c.revision < 0 if back else tables.library.c.revision >= 0
    connection.execute(update(tables.library).where(is_to_turn).values(revision=turned))
