"""The full-text indexes of text read in photos, by SQLite's FTS5, and the triggers that keep them up to date.

`text_words` finds whole words and their beginnings. `text_parts` finds what stands inside words: it has the
trigrams of each text without its spaces. It stores no positions, which makes it a third as large, so what it finds
are candidates, which `photoseek.storage.rows.texts` checks. `text_known` lists the words.
"""

from collections.abc import Sequence

from sqlalchemy import Connection

from photoseek.storage.schema.protocol import SHORTEST_PART
from photoseek.storage.schema.sqlite import word_index
from photoseek.storage.schema.sqlite.seen import and_seen

_VOCABULARY = "text_known"


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


_EXACTLY = "SELECT rowid FROM text_words WHERE text_words MATCH ?"
# Texts that have the word exactly need not be read.
_WITH_TRIGRAMS = f"""
SELECT photo_id, {{0}} FROM text_parts JOIN photo_text ON photo_id = text_parts.rowid
WHERE text_parts MATCH ? AND photo_id NOT IN ({_EXACTLY})
"""  # noqa: S608 (SQL of our own)


def with_phrase(connection: Connection, words: Sequence[str], *, prefix: bool = False) -> set[int]:
    """Return the photos with these folded words beside each other; with `prefix`, the last may begin a word."""
    asked = _EXACTLY + and_seen(connection, "rowid")
    found = connection.exec_driver_sql(asked, (_phrase(words, prefix=prefix),))
    return set(found.scalars().all())  # at once: one by one takes ten times as long


def perhaps_whole(connection: Connection, words: Sequence[str]) -> list[tuple[int, str]]:
    """Return photos that may have a word written in more or fewer words, each with its words.

    Those that have it exactly are left out. It has three characters or more.
    """
    part = "".join(words)
    before = "[^0-9 \n]" if part[0].isdigit() else "[0-9]"
    after = "[^0-9 \n]" if part[-1].isdigit() else "[0-9]"
    asked = _WITH_TRIGRAMS.format("words") + " AND (instr(words, ?) = 0 OR words GLOB ? OR words GLOB ?)"
    given = (_trigrams(part), _phrase(words), part, f"*{before}{part}*", f"*{part}{after}*")
    return [(photo_id, text) for photo_id, text in connection.exec_driver_sql(asked, given).all()]


def with_part(connection: Connection, words: Sequence[str]) -> tuple[set[int], list[tuple[int, str]]]:
    """Return the photos that have a part inside a word, and those that may have it over several, with their words.

    As `perhaps_whole` otherwise.
    """
    part = "".join(words)
    asked = _WITH_TRIGRAMS.format("CASE WHEN instr(words, ?) THEN NULL ELSE words END")
    rows = connection.exec_driver_sql(asked, (part, _trigrams(part), _phrase(words))).all()
    inside = {photo_id for photo_id, text in rows if text is None}
    return inside, [(photo_id, text) for photo_id, text in rows if text is not None]


def _phrase(words: Sequence[str], *, prefix: bool = False) -> str:
    return f'"{" ".join(words)}"{" *" if prefix else ""}'


def _trigrams(part: str) -> str:
    each = dict.fromkeys(part[at : at + SHORTEST_PART] for at in range(len(part) - SHORTEST_PART + 1))
    return " AND ".join(f'"{trigram}"' for trigram in each)


def counts(connection: Connection, words: Sequence[str]) -> dict[str, int]:
    """Return the number of photos with each of these exact words."""
    return word_index.counts(connection, words, _VOCABULARY)


def known(connection: Connection, begins: str) -> list[str]:
    """Return the words that begin with these letters."""
    return word_index.known(connection, begins, _VOCABULARY)


def commonest(connection: Connection, most: int) -> list[tuple[str, int]]:
    """Return the words of three characters or more, but numbers, that most photos have, with their number."""
    rows = connection.exec_driver_sql(
        "SELECT term, doc FROM text_known WHERE length(term) >= 3 AND term GLOB '*[^0-9]*' "
        "ORDER BY doc DESC, term LIMIT ?",
        (most,),
    )
    return [(word, count) for word, count in rows]
