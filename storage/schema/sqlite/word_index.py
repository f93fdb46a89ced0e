"""The full-text index of words, by SQLite's FTS5, and the triggers that keep it up to date.

The table `words` has the folded words in each photo's names; `photoseek.storage.rows.words` writes it. Triggers
copy each of its rows into the index, and record each photo whose names or texts change, so that no writer can
forget it.
"""

from collections.abc import Sequence

from sqlalchemy import Connection

from photoseek.storage.schema.sqlite.seen import and_seen

_NOTE_OLD = "INSERT INTO words_stale (photo_id) VALUES (old.photo_id);"
_NOTE_NEW = "INSERT INTO words_stale (photo_id) VALUES (new.photo_id);"
_NOTE_PHOTO = "INSERT INTO words_stale (photo_id) VALUES (new.id);"
_INDEX_OLD = (
    "INSERT INTO words_index (words_index, rowid, name, folder, text, keywords) "
    "VALUES ('delete', old.photo_id, old.name, old.folder, old.text, old.keywords);"
)
_INDEX_NEW = (
    "INSERT INTO words_index (rowid, name, folder, text, keywords) "
    "VALUES (new.photo_id, new.name, new.folder, new.text, new.keywords);"
)
MOVED = ("root_id", "path", "photo_id", "missing_since")  # columns of `file`
_MOVED = " OR ".join(f"old.{column} IS NOT new.{column}" for column in MOVED)
SAID = ("title", "description", "keywords")  # columns of `photo`
_SAID = " OR ".join(f"old.{column} IS NOT new.{column}" for column in SAID)
_TRIGGERS = {
    "words_added": f"AFTER INSERT ON words BEGIN {_INDEX_NEW} END",
    "words_gone": f"AFTER DELETE ON words BEGIN {_INDEX_OLD} END",
    "words_changed": f"AFTER UPDATE ON words BEGIN {_INDEX_OLD} {_INDEX_NEW} END",
    "file_added": f"AFTER INSERT ON file BEGIN {_NOTE_NEW} END",
    "file_gone": f"AFTER DELETE ON file BEGIN {_NOTE_OLD} END",
    "file_moved": f"AFTER UPDATE ON file WHEN {_MOVED} BEGIN {_NOTE_OLD} {_NOTE_NEW} END",
    "photo_changed": f"AFTER UPDATE ON photo WHEN {_SAID} BEGIN {_NOTE_PHOTO} END",
    "root_moved": (
        "AFTER UPDATE OF path ON root BEGIN "
        "INSERT INTO words_stale (photo_id) SELECT photo_id FROM file WHERE root_id = new.id; END"
    ),
}
_TABLES = {
    # Its input is folded already: words are separated by spaces.
    "words_index": (
        "fts5(name, folder, text, keywords, content='words', content_rowid='photo_id', tokenize='ascii')"
    ),
    "words_known": "fts5vocab('words_index', 'row')",
}


def drop(connection: Connection) -> None:
    """Drop the index and the triggers, if they exist."""
    for name in _TRIGGERS:
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
    for name in reversed(_TABLES):
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS {name}")


def make(connection: Connection) -> None:
    """Index the whole table `words`, and create the triggers that keep the index up to date."""
    for name, made in _TABLES.items():
        connection.exec_driver_sql(f"CREATE VIRTUAL TABLE {name} USING {made}")
    connection.exec_driver_sql("INSERT INTO words_index (words_index) VALUES ('rebuild')")
    for name, made in _TRIGGERS.items():
        connection.exec_driver_sql(f"CREATE TRIGGER {name} {made}")


def matching(
    connection: Connection,
    words: Sequence[Sequence[tuple[str, ...]]],
    *,
    prefix: bool = False,
    columns: Sequence[str] = (),
) -> set[int]:
    """Return the ids of photos that have all words, each in one of its spellings; as the protocol says."""
    asked = _written(words, prefix=prefix, columns=columns)
    only = and_seen(connection, "rowid", by_name=True)
    found = connection.exec_driver_sql(
        f"SELECT rowid FROM words_index WHERE words_index MATCH ?{only}",  # noqa: S608 (names of our own schema)
        (asked,),
    )
    return set(found.scalars().all())  # at once: one by one takes ten times as long


def counts(connection: Connection, words: Sequence[str], vocabulary: str = "words_known") -> dict[str, int]:
    """Return the number of photos with each of these exact words, counted without listing them.

    `vocabulary` is the table that lists the words of an index.
    """
    marks = ", ".join("?" * len(words))
    found = connection.exec_driver_sql(
        f"SELECT term, doc FROM {vocabulary} WHERE term IN ({marks})",  # noqa: S608 (a table, and question marks)
        tuple(words),
    )
    return {word: count for word, count in found}  # noqa: C416 (rows are not pairs to dict())


def known(connection: Connection, begins: str, vocabulary: str = "words_known") -> list[str]:
    """Return the words that begin with these letters; `vocabulary` as for `counts`."""
    rows = connection.exec_driver_sql(
        f"SELECT term FROM {vocabulary} WHERE term >= ? AND term < ?",  # noqa: S608 (as above)
        (begins, begins + "\U0010ffff"),
    )
    return [word for (word,) in rows]


def _written(words: Sequence[Sequence[tuple[str, ...]]], *, prefix: bool, columns: Sequence[str]) -> str:
    """Return an FTS5 query for all words, each in one of its spellings, with `prefix` also as beginnings."""
    end = " *" if prefix else ""
    each = (" OR ".join(f'"{" ".join(way)}"{end}' for way in ways) for ways in words)
    joined = " AND ".join(f"({either})" for either in each)
    return f"{{{' '.join(columns)}}} : ({joined})" if columns else joined
