"""Keeps a connection from writing what a user may not edit, by temporary triggers on its tables.

Such a connection has no views as in `seen`, since nothing can be written through a view: all can be read.
"""

from sqlalchemy import Connection

from photoseek.storage.schema import tables
from photoseek.storage.schema.editing import EVENTS, NOT_YOURS, rules
from photoseek.storage.schema.sqlite.rights import EDITABLE, SEEN, fill_albums, of_albums, of_photos

_ACCOUNT = "(SELECT account_id FROM temp.written_by)"
_KINDS = (SEEN, EDITABLE)
_MADE = (
    "CREATE TEMP TABLE written_by (account_id INTEGER NOT NULL)",
    *map(of_albums, _KINDS),
    *(of_photos(kind, _ACCOUNT) for kind in _KINDS),
)
_IS_MADE = "SELECT count(*) FROM sqlite_temp_master WHERE name = 'written_by'"
_EMPTIED = ("DELETE FROM temp.written_by", "DELETE FROM temp.seen_album", "DELETE FROM temp.editable_album")


def limit_writes(connection: Connection, account_id: int) -> None:
    """Refuse what a user may not write, in this transaction and in those after it. Call it in a transaction."""
    run = connection.exec_driver_sql
    if not run(_IS_MADE).scalar_one():
        for statement in (*_MADE, *_triggers()):
            run(statement)
    for statement in _EMPTIED:
        run(statement)
    run("INSERT INTO temp.written_by VALUES (?)", (account_id,))
    for kind in _KINDS:
        fill_albums(connection, kind, account_id)


def schema(connection: Connection) -> str:  # noqa: ARG001 (of every connection)
    """Return where `seen_photo`, `editable_photo` and the like are."""
    return "temp"


def _triggers() -> list[str]:
    held = rules(seen="temp", own="main", account=_ACCOUNT, same="IS")
    return [
        f"CREATE TEMP TRIGGER editors_{table}_{event} BEFORE {event} ON main.{table} "
        f"WHEN ({held.get(table, {}).get(event, 'false')}) IS NOT TRUE "
        f"BEGIN SELECT RAISE(ABORT, '{NOT_YOURS}'); END"
        for table in tables.metadata.tables
        for event in EVENTS
    ]
