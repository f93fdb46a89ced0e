"""What one user may see of the catalog, as temporary views that stand before its tables.

SQL looks for a name among a connection's temporary tables and views first. So each question that is asked through
such a connection, whichever module asks it, meets only the rows of photos that the user may see: no question has
to think of it, and none can forget it. A view can't be written to, so that nothing is changed through it either:
what a user may edit is written by other connections (`editing`).

A user may see the photos with a file in a watched folder, or in an album, that the user has a right to. Of these
photos the files elsewhere are hidden; unless a photo is in such an album alone, since it could not be shown then.
Photos that are hidden are only seen by owners.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from photoseek.storage.schema.sight import conditions
from photoseek.storage.schema.sqlite.rights import EDITABLE, SEEN, fill_albums, of_albums, of_photos

# In the `info` of a connection through which not all is seen.
_KEY = "photoseek.seen"

_KEPT = (
    # Who sees through the connection, and the revision it was brought up to. It is a table, since a question that
    # fails takes back what its transaction made, the views too; nothing outside of it would notice.
    "CREATE TEMP TABLE seen_by (account_id INTEGER NOT NULL, revision INTEGER NOT NULL)",
    "CREATE TEMP TABLE given_root (id INTEGER PRIMARY KEY)",
    "CREATE TEMP TABLE seen_root (id INTEGER PRIMARY KEY)",
    of_albums(SEEN),
    of_albums(EDITABLE),
    "CREATE TEMP TABLE seen_photo (id INTEGER PRIMARY KEY)",
    # Those whose names all lie where the user may look: a name elsewhere must not be found, nor guessed at.
    "CREATE TEMP TABLE seen_by_name (id INTEGER PRIMARY KEY)",
    of_photos(EDITABLE, "(SELECT account_id FROM temp.seen_by)"),
)
# The words of each full-text index, and of which photos they are seen.
_WORDS = {"words_known": ("words_index", "seen_by_name"), "text_known": ("text_words", "seen_photo")}

_IS_MADE = "SELECT count(*) FROM sqlite_temp_master WHERE name = 'seen_by'"
_EMPTIED = (
    "DELETE FROM temp.seen_by",
    "DELETE FROM temp.given_root",
    "DELETE FROM temp.seen_root",
    "DELETE FROM temp.seen_album",
    "DELETE FROM temp.editable_album",
    "DELETE FROM temp.seen_photo",
    "DELETE FROM temp.seen_by_name",
)
_FILLED = (
    "INSERT INTO temp.given_root SELECT root_id FROM main.root_right WHERE account_id = ?",
    (
        "INSERT OR IGNORE INTO temp.seen_photo SELECT photo_id FROM main.file "
        "JOIN main.photo ON main.photo.id = photo_id "
        "WHERE NOT hidden AND missing_since IS NULL AND root_id IN (SELECT id FROM temp.given_root)"
    ),
    (
        "INSERT OR IGNORE INTO temp.seen_photo SELECT photo_id FROM main.album_photo "
        "JOIN main.photo ON main.photo.id = photo_id "
        "WHERE NOT hidden AND album_id IN (SELECT id FROM temp.seen_album)"
    ),
    (
        "INSERT INTO temp.seen_by_name SELECT photo_id FROM main.file "
        "WHERE missing_since IS NULL AND photo_id IN (SELECT id FROM temp.seen_photo) GROUP BY photo_id "
        "HAVING count(DISTINCT root_id IN (SELECT id FROM temp.given_root)) = 1"
    ),
    "INSERT INTO temp.seen_root SELECT id FROM temp.given_root UNION SELECT root_id FROM temp.file",
)


def hide_all_but(connection: Connection, account_id: int, revision: int) -> None:
    """Have a connection see only what a user may see at this revision of the catalog. Call it in a transaction."""
    connection.info[_KEY] = True
    run = connection.exec_driver_sql
    if not run(_IS_MADE).scalar_one():
        for statement in (*_KEPT, *_views()):
            run(statement)
    if run("SELECT account_id, revision FROM temp.seen_by").first() == (account_id, revision):
        return
    for statement in _EMPTIED:
        run(statement)
    for kind in (SEEN, EDITABLE):
        fill_albums(connection, kind, account_id)
    for statement in _FILLED:
        run(statement, (account_id,) * statement.count("?"))
    run("INSERT INTO temp.seen_by VALUES (?, ?)", (account_id, revision))


def seen_photos(connection: Connection) -> NDArray[np.int64] | None:
    """Return the ids of the photos that are seen through a connection, in their order; None: all."""
    if _KEY not in connection.info:
        return None
    ids = connection.exec_driver_sql("SELECT id FROM temp.seen_photo ORDER BY id").scalars().all()
    return np.array(ids, np.int64)


def and_seen(connection: Connection, photo_id: str, *, by_name: bool = False) -> str:
    """Return SQL that limits a full-text index, which no view can stand before, to what is seen.

    With `by_name`, to photos that are found by their names.
    """
    if _KEY not in connection.info:
        return ""
    return f" AND {photo_id} IN (SELECT id FROM temp.{'seen_by_name' if by_name else 'seen_photo'})"  # noqa: S608 (names of our own)


def _views() -> Iterator[str]:
    for name, which in conditions(seen="temp", own="main").items():
        yield f'CREATE TEMP VIEW "{name}" AS SELECT * FROM main."{name}" WHERE {which}'  # noqa: S608 (names of our own schema)
    for name, (index, photos) in _WORDS.items():
        yield f"CREATE VIRTUAL TABLE temp.{name}_at USING fts5vocab(main, {index}, instance)"
        yield (
            f"CREATE TEMP VIEW {name} AS SELECT term, count(DISTINCT doc) AS doc FROM temp.{name}_at "  # noqa: S608 (as above)
            f"WHERE doc IN (SELECT id FROM temp.{photos}) GROUP BY term"
        )
