"""Keeps a connection from writing what a user may not edit, by temporary triggers on its tables.

Such a connection has no views as in `seen`, since nothing can be written through a view: all can be read.
"""

from sqlalchemy import Connection

from photoseek.storage.schema import tables
from photoseek.storage.schema.editing import EVENTS, NOT_YOURS, rules
from photoseek.storage.schema.sight import seen_albums

_ACCOUNT = "(SELECT account_id FROM temp.written_by)"
_PHOTOS = (
    "CREATE TEMP VIEW {kind}_photo AS SELECT id FROM main.photo WHERE NOT hidden AND ("  # noqa: S608 (names of our own)
    "EXISTS (SELECT 1 FROM main.file WHERE photo_id = photo.id AND missing_since IS NULL AND root_id IN "
    f"(SELECT root_id FROM main.root_right WHERE account_id = {_ACCOUNT} AND may_edit >= {{least}})) OR EXISTS ("
    "SELECT 1 FROM main.album_photo WHERE photo_id = photo.id "
    "AND album_id IN (SELECT id FROM temp.{kind}_album)))"
)
_KINDS = (("seen", 0), ("editable", 1))
_MADE = (
    "CREATE TEMP TABLE written_by (account_id INTEGER NOT NULL)",
    *(f"CREATE TEMP TABLE {kind}_album (id INTEGER PRIMARY KEY)" for kind, _ in _KINDS),
    *(_PHOTOS.format(kind=kind, least=least) for kind, least in _KINDS),
)
_IS_MADE = "SELECT count(*) FROM sqlite_temp_master WHERE name = 'written_by'"
_EMPTIED = ("written_by", *(f"{kind}_album" for kind, _ in _KINDS))
_ALBUMS = "SELECT id, name FROM main.album WHERE query IS NULL"
_GIVEN = "SELECT album_id FROM main.album_right WHERE account_id = ? AND may_edit >= ?"


def limit_writes(connection: Connection, account_id: int) -> None:
    """Refuse what a user may not write, in this transaction and in those after it. Call it in a transaction."""
    run = connection.exec_driver_sql
    if not run(_IS_MADE).scalar_one():
        for statement in (*_MADE, *_triggers()):
            run(statement)
    for name in _EMPTIED:
        run(f"DELETE FROM temp.{name}")  # noqa: S608 (names of our own)
    run("INSERT INTO temp.written_by VALUES (?)", (account_id,))
    albums = [(album_id, name) for album_id, name in run(_ALBUMS)]
    for kind, least in _KINDS:
        given = run(_GIVEN, (account_id, least)).scalars().all()
        for album_id in seen_albums(albums, given):
            run(f"INSERT INTO temp.{kind}_album VALUES (?)", (album_id,))  # noqa: S608 (as above)


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
