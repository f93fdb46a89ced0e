"""The first steps of the schema's history, to schema 6; `migrations` has the later ones and runs them all."""

import re

from sqlalchemy import Connection

_JUDGEMENT = """
CREATE TABLE judgement (
    query TEXT NOT NULL,
    photo_id INTEGER NOT NULL REFERENCES photo (id) ON DELETE CASCADE,
    good BOOLEAN NOT NULL,
    judged_at TEXT NOT NULL,
    PRIMARY KEY (query, photo_id)
)
"""


def models_side_by_side_and_judged(connection: Connection) -> None:
    """Make schema 2: the next model, judgements, a root's disk, a photo's look."""
    for statement in (
        "ALTER TABLE library ADD COLUMN next_model_id INTEGER REFERENCES model (id)",
        "ALTER TABLE model ADD COLUMN tokenizer BLOB",
        "ALTER TABLE root ADD COLUMN disk TEXT",
        "ALTER TABLE photo ADD COLUMN look BLOB",
        "CREATE INDEX ix_photo_taken_at ON photo (taken_at)",
        _JUDGEMENT,
    ):
        connection.exec_driver_sql(statement)
    saved = connection.exec_driver_sql("SELECT id, query FROM album WHERE query IS NOT NULL").all()
    for album_id, query in saved:
        connection.exec_driver_sql("UPDATE album SET query = ? WHERE id = ?", (_as_meant(query), album_id))


# Schema 1's queries knew tag: and album: only. Of its other words, those that mean more now are marked by a
# backslash as the words they were: -5, +1, "quoted", 3:30, beach.jpg.
_TOKEN_1 = re.compile(r'((?:tag|album):(?:"[^"]*"|\S+))|\S+')
_MEANS_MORE_2 = re.compile(r'["+\\-]|.*:|.*\.\w{2,4}$', re.DOTALL)


def _as_meant(query: str) -> str:
    """Return a saved query of schema 1 in today's syntax, with the same meaning."""
    return " ".join(
        match[0].replace("\\", "\\\\")
        if match[1] and '"' in match[1]
        else f"\\{match[0]}"
        if not match[1] and _MEANS_MORE_2.match(match[0])
        else match[0]
        for match in _TOKEN_1.finditer(query)
    )


def texts_and_sources(connection: Connection) -> None:
    """Add columns for texts in files, the source of each fact, and the version of the reader."""
    for column in (
        "title TEXT",
        "description TEXT",
        "keywords TEXT",
        "rating INTEGER",
        "date_source TEXT",
        "position_source TEXT",
        "facts_dropped TEXT",
        "facts_version INTEGER NOT NULL DEFAULT 0",
    ):
        connection.exec_driver_sql(f"ALTER TABLE photo ADD COLUMN {column}")
    connection.exec_driver_sql("CREATE INDEX ix_photo_facts_version ON photo (facts_version)")


_WORDS = """
CREATE TABLE words (
    photo_id INTEGER NOT NULL PRIMARY KEY REFERENCES photo (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    folder TEXT NOT NULL,
    text TEXT NOT NULL,
    keywords TEXT NOT NULL
)
"""
_WORDS_STALE = "CREATE TABLE words_stale (id INTEGER NOT NULL PRIMARY KEY, photo_id INTEGER NOT NULL)"


def words(connection: Connection) -> None:
    """Add tables of the words that photos are found by; queries now have OR, NOT and groups."""
    connection.exec_driver_sql(_WORDS)
    connection.exec_driver_sql(_WORDS_STALE)
    for table in ("album", "judgement"):
        asked = f"SELECT DISTINCT query FROM {table} WHERE query IS NOT NULL"  # noqa: S608 (our own names)
        put = f"UPDATE {table} SET query = ? WHERE query = ?"  # noqa: S608 (as above)
        for (line,) in connection.exec_driver_sql(asked).all():
            connection.exec_driver_sql(put, (_TOKEN_3.sub(_plain_in_4, line), line))


# An element of an earlier query line. Its words OR, NOT and an opening parenthesis have a meaning from now on.
_TOKEN_3 = re.compile(r'\\\S+|(?:"(?:\\.|[^"\\])*"|[^\s"])+', re.DOTALL)


def _plain_in_4(token: re.Match[str]) -> str:
    return f"\\{token[0]}" if token[0] in {"OR", "NOT"} or token[0].startswith("(") else token[0]


_HELD_BACK = """
CREATE TABLE held_back (
    file_id INTEGER NOT NULL PRIMARY KEY REFERENCES file (id) ON DELETE CASCADE,
    since TEXT NOT NULL
)
"""


def tried_again_and_held_back(connection: Connection) -> None:
    """Add when a skipped file is tried again, and files that are held back: gone, but not marked as missing."""
    for statement in (
        "ALTER TABLE skipped ADD COLUMN tries INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE skipped ADD COLUMN again_at TEXT",
        _HELD_BACK,
    ):
        connection.exec_driver_sql(statement)


def left_out(connection: Connection) -> None:
    """Add a root's exclusion patterns, and which known files they exclude."""
    connection.exec_driver_sql("ALTER TABLE root ADD COLUMN excluded TEXT")
    connection.exec_driver_sql("ALTER TABLE file ADD COLUMN left_out BOOLEAN NOT NULL DEFAULT 0")
