"""What a user has a right to see, or to edit, as temporary tables and views of a connection."""

from sqlalchemy import Connection

from photoseek.storage.schema.sight import seen_albums

SEEN, EDITABLE = "seen", "editable"
_LEAST = {SEEN: 0, EDITABLE: 1}
_ALBUMS = "SELECT id, name FROM main.album WHERE query IS NULL"
_GIVEN = "SELECT album_id FROM main.album_right WHERE account_id = ? AND may_edit >= ?"


def of_albums(kind: str) -> str:
    """Return SQL that makes a table of albums, for `fill_albums`: `seen_album` or `editable_album`."""
    return f"CREATE TEMP TABLE {kind}_album (id INTEGER PRIMARY KEY)"


def fill_albums(connection: Connection, kind: str, account_id: int) -> None:
    """Put into such a table, which is empty, what a user has a right to."""
    run = connection.exec_driver_sql
    albums = [(album_id, name) for album_id, name in run(_ALBUMS)]
    for album_id in seen_albums(albums, run(_GIVEN, (account_id, _LEAST[kind])).scalars()):
        run(f"INSERT INTO temp.{kind}_album VALUES (?)", (album_id,))  # noqa: S608 (names of our own)


def of_photos(kind: str, account: str) -> str:
    """Return SQL that makes a view of photos, `seen_photo` or `editable_photo`; it looks a photo up by its id.

    `account` is SQL for who asks. The table of albums must be there.
    """
    return (
        f"CREATE TEMP VIEW {kind}_photo AS SELECT id FROM main.photo WHERE NOT hidden AND ("  # noqa: S608 (names of our own)
        "EXISTS (SELECT 1 FROM main.file WHERE photo_id = photo.id AND missing_since IS NULL AND root_id IN "
        f"(SELECT root_id FROM main.root_right WHERE account_id = {account} AND may_edit >= {_LEAST[kind]})) "
        "OR EXISTS (SELECT 1 FROM main.album_photo WHERE photo_id = photo.id "
        f"AND album_id IN (SELECT id FROM temp.{kind}_album)))"
    )
