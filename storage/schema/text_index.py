"""The full-text indexes of text read in photos, by SQLite's FTS5, and the triggers that keep them up to date.

`text_words` finds whole words and their beginnings. `text_parts` finds what stands inside words: it has the
trigrams of each text without its spaces. It stores no positions, which makes it a third as large, so what it finds
are candidates, which `photoseek.storage.rows.texts` checks. `text_known` lists the words.
"""

from collections.abc import Sequence

from sqlalchemy import Connection

SHORTEST_PART = 3  # characters: a trigram


def _index(row: str) -> str:
    return (
        f"INSERT INTO text_words (rowid, words) VALUES ({row}.photo_id, {row}.words);"  # noqa: S608 (names of our own schema)
        f"INSERT INTO text_parts (rowid, joined) VALUES ({row}.photo_id, {_joined(row)});"
    )


def _remove(row: str) -> str:
    removed = "VALUES ('delete', " + f"{row}.photo_id"
    return (
        f"INSERT INTO text_words (text_words, rowid, words) {removed}, {row}.words);"
        f"INSERT INTO text_parts (text_parts, rowid, joined) {removed}, {_joined(row)});"
    )


def _joined(row: str) -> str:
    return f"replace(replace({row}.words, ' ', ''), char(10), '')"


_TRIGGERS = {
    "text_added": f"AFTER INSERT ON photo_text BEGIN {_index('new')} END",
    "text_gone": f"AFTER DELETE ON photo_text BEGIN {_remove('old')} END",
    "text_changed": f"AFTER UPDATE ON photo_text BEGIN {_remove('old')} {_index('new')} END",
}
_TABLES = {
    # Their input is folded already: words are separated by spaces.
    "text_words": "fts5(words, content='photo_text', content_rowid='photo_id', tokenize='ascii')",
    "text_parts": "fts5(joined, content='', tokenize='trigram case_sensitive 1', detail=none)",
    "text_known": "fts5vocab('text_words', 'row')",
}


def make(connection: Connection) -> None:
    """Create the indexes and the triggers anew, and index the whole table `photo_text`."""
    for name in _TRIGGERS:
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
    for name in reversed(_TABLES):
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS {name}")
    for name, made in _TABLES.items():
        connection.exec_driver_sql(f"CREATE VIRTUAL TABLE {name} USING {made}")
    connection.exec_driver_sql("INSERT INTO text_words (text_words) VALUES ('rebuild')")
    connection.exec_driver_sql(
        f"INSERT INTO text_parts (rowid, joined) SELECT photo_id, {_joined('photo_text')} FROM photo_text"  # noqa: S608 (as above)
    )
    for name, made in _TRIGGERS.items():
        connection.exec_driver_sql(f"CREATE TRIGGER {name} {made}")


def with_phrase(connection: Connection, words: Sequence[str], *, prefix: bool = False) -> set[int]:
    """Return the photos with these folded words beside each other; with `prefix`, the last may begin a word."""
    asked = f'"{" ".join(words)}"{" *" if prefix else ""}'
    found = connection.exec_driver_sql("SELECT rowid FROM text_words WHERE text_words MATCH ?", (asked,))
    return set(found.scalars())


def with_trigrams(connection: Connection, part: str) -> set[int]:
    """Return the photos that have each trigram of a text without spaces, of three characters or more."""
    trigrams = dict.fromkeys(part[at : at + SHORTEST_PART] for at in range(len(part) - SHORTEST_PART + 1))
    asked = " AND ".join(f'"{trigram}"' for trigram in trigrams)
    found = connection.exec_driver_sql("SELECT rowid FROM text_parts WHERE text_parts MATCH ?", (asked,))
    return set(found.scalars())


def commonest(connection: Connection, most: int) -> list[tuple[str, int]]:
    """Return the words of three characters or more, but numbers, that most photos have, with their number."""
    rows = connection.exec_driver_sql(
        "SELECT term, doc FROM text_known WHERE length(term) >= 3 AND term GLOB '*[^0-9]*' "
        "ORDER BY doc DESC, term LIMIT ?",
        (most,),
    )
    return [(word, count) for word, count in rows]
