"""The indexes of text read in photos, and the trigger that keeps them up to date.

`photo_text_index` and `text_known` are as for names. `text_parts` finds what stands inside words: it has the
trigrams of each text without its spaces.
"""

import re
from collections.abc import Sequence

from sqlalchemy import Connection

from photoseek.storage.schema.postgresql import seen, word_index
from photoseek.storage.schema.postgresql.word_index import beside, lexemes_asked, like

_KNOWN = "text_known"
_JOINED = "translate(words, E' \\n', '')"
_SPACED = "' ' || translate(words, E'\\n', ' ') || ' '"
_LEXEMES = """
CREATE OR REPLACE FUNCTION text_lexemes(words text) RETURNS tsvector LANGUAGE sql IMMUTABLE AS $$
    SELECT array_to_tsvector(coalesce(array_agg(DISTINCT left(word, 500)), '{}'))
    FROM string_to_table(translate(left(words, 200000), E'\\n', ' '), ' ') AS word WHERE word <> ''
$$
"""


def make(connection: Connection) -> None:
    """Create the indexes and the trigger anew, and index the whole table `photo_text`."""
    had_views = seen.drop(connection)  # of the tables that are made anew
    for statement in (
        "DROP TRIGGER IF EXISTS text_followed ON photo_text",
        f"DROP TABLE IF EXISTS photo_text_index, {_KNOWN}",
        "DROP INDEX IF EXISTS text_parts",
        _LEXEMES,
    ):
        connection.exec_driver_sql(statement)
    word_index.make_index(connection, "photo_text", "text_lexemes({}.words)", _KNOWN)
    for statement in (
        f"CREATE INDEX text_parts ON photo_text USING gin (({_JOINED}) gin_trgm_ops)",
        """CREATE TRIGGER text_followed AFTER INSERT OR UPDATE OR DELETE ON photo_text FOR EACH ROW
        EXECUTE FUNCTION photo_text_index_follow()""",
    ):
        connection.exec_driver_sql(statement)
    if had_views:
        seen.make(connection)


def with_phrase(connection: Connection, words: Sequence[str], *, prefix: bool = False) -> set[int]:
    """Return the photos with these folded words beside each other; with `prefix`, the last may begin a word."""
    asked, given = _exactly(words, prefix=prefix)
    return set(connection.exec_driver_sql(asked, given).scalars().all())


def perhaps_whole(connection: Connection, words: Sequence[str]) -> list[tuple[int, str]]:
    """Return photos that may have a word written in more or fewer words, each with its words; see the protocol."""
    part = "".join(words)
    before = "[^0-9 \n]" if part[0].isdigit() else "[0-9]"
    after = "[^0-9 \n]" if part[-1].isdigit() else "[0-9]"
    asked, given = _with_part(words, "words")
    asked += " AND (position(%s IN words) = 0 OR words ~ %s OR words ~ %s)"
    plain = re.escape(part)
    rows = connection.exec_driver_sql(asked, (*given, part, before + plain, plain + after))
    return [(photo_id, text) for photo_id, text in rows]


def with_part(connection: Connection, words: Sequence[str]) -> tuple[set[int], list[tuple[int, str]]]:
    """Return photos that have a part inside a word, and those that may have it over several: see the protocol."""
    asked, given = _with_part(words, "CASE WHEN position(%s IN words) = 0 THEN words END")
    rows = connection.exec_driver_sql(asked, ("".join(words), *given)).all()
    inside = {photo_id for photo_id, text in rows if text is None}
    return inside, [(photo_id, text) for photo_id, text in rows if text is not None]


def counts(connection: Connection, words: Sequence[str]) -> dict[str, int]:
    """Return the number of photos with each of these exact words."""
    return word_index.counts(connection, words, _KNOWN)


def known(connection: Connection, begins: str) -> list[str]:
    """Return the words that begin with these letters."""
    return word_index.known(connection, begins, _KNOWN)


def commonest(connection: Connection, most: int) -> list[tuple[str, int]]:
    """Return the words of three characters or more, but numbers, that most photos have, with their number."""
    rows = connection.exec_driver_sql(
        "SELECT word, photos FROM text_known WHERE length(word) >= 3 AND word ~ '[^0-9]' "
        "ORDER BY photos DESC, word LIMIT %s",
        (most,),
    )
    return [(word, count) for word, count in rows]


def _exactly(words: Sequence[str], *, prefix: bool = False) -> tuple[str, tuple[str, ...]]:
    """Return a query for the texts with these words beside each other, with its parameters."""
    asked = (
        "SELECT photo_id FROM photo_text_index JOIN photo_text USING (photo_id) WHERE vector @@ %s::tsquery"
    )
    lexemes = lexemes_asked(words, prefix=prefix)
    if len(words) == 1:
        return asked, (lexemes,)
    return f"{asked} AND {_SPACED} LIKE %s", (lexemes, beside(words, prefix=prefix))


def _with_part(words: Sequence[str], shown: str) -> tuple[str, tuple[str, ...]]:
    """Return a query for other texts that have the letters of these words, in spite of spaces."""
    exactly, given = _exactly(words)
    asked = (
        f"SELECT photo_id, {shown} FROM photo_text WHERE {_JOINED} LIKE %s AND photo_id NOT IN ({exactly})"  # noqa: S608 (SQL of our own)
    )
    return asked, (f"%{like(''.join(words))}%", *given)
