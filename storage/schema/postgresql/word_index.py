"""The index of words, by tsvector, and the triggers that keep it up to date.

`words_index` has a tsvector for each row of `words`. It is made here rather than by PostgreSQL's parser, which
would split words in its own way: each lexeme is a word as it was folded, and its positions say in which columns it
stands, A to D. Words beside each other are looked for in the words themselves. `words_known` counts photos by
word.
"""

from collections.abc import Sequence

from sqlalchemy import Connection

from photoseek.storage.schema.postgresql.seen import is_limited
from photoseek.storage.schema.postgresql.triggers import differ
from photoseek.storage.schema.sqlite.word_index import MOVED, SAID

_INDEX_OF = {"words_known": "words_index", "text_known": "photo_text_index"}
# A tsvector takes lexemes of 2 KB and 1 MB in all. Nobody looks for what lies beyond.
_LONGEST = 500
_MOST = 50_000
_WEIGHTS = {"name": "A", "folder": "B", "text": "C", "keywords": "D"}
_LEXEMES = f"""
CREATE OR REPLACE FUNCTION words_lexemes(name text, folder text, said text, keywords text) RETURNS tsvector
LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(string_agg(
        '''' || replace(replace(word, '\\', '\\\\'), '''', '''''') || ''':' || places, ' '
    ), '')::tsvector
    FROM (
        SELECT left(word, {_LONGEST}) AS word, string_agg(DISTINCT place, ',') AS places
        FROM (VALUES ('1A', name), ('2B', folder), ('3C', said), ('4D', keywords)) AS each (place, words),
        string_to_table(left(words, {_MOST}), ' ') AS word
        WHERE word <> '' GROUP BY 1
    ) AS placed
$$
"""  # noqa: S608 (numbers of our own)
# The words of a row are counted once; those that no photo has any more are deleted.
_COUNTING = """
CREATE OR REPLACE FUNCTION {known}_count(gone text[], came text[]) RETURNS void LANGUAGE sql AS $$
    UPDATE {known} SET photos = photos - 1 WHERE word = ANY (gone) AND word <> ALL (came);
    INSERT INTO {known} (word, photos) SELECT word, 1 FROM unnest(came) AS word WHERE word <> ALL (gone)
    ON CONFLICT (word) DO UPDATE SET photos = {known}.photos + 1;
    DELETE FROM {known} WHERE word = ANY (gone) AND photos <= 0;
$$
"""
_INDEXING = """
CREATE OR REPLACE FUNCTION {index}_follow() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    gone text[] := '{{}}';
    came text[] := '{{}}';
    made tsvector;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        DELETE FROM {index} WHERE photo_id = old.photo_id RETURNING tsvector_to_array(vector) INTO gone;
        gone := coalesce(gone, '{{}}');
    END IF;
    IF TG_OP <> 'DELETE' THEN
        made := {lexemes};
        INSERT INTO {index} (photo_id, vector) VALUES (new.photo_id, made);
        came := tsvector_to_array(made);
    END IF;
    PERFORM {known}_count(gone, came);
    RETURN NULL;
END $$
"""
_NOTING = """
CREATE OR REPLACE FUNCTION words_noted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'photo' THEN
        INSERT INTO words_stale (photo_id) VALUES (new.id);
    ELSIF TG_TABLE_NAME = 'root' THEN
        INSERT INTO words_stale (photo_id) SELECT photo_id FROM file WHERE root_id = new.id;
    ELSE
        IF TG_OP <> 'INSERT' THEN INSERT INTO words_stale (photo_id) VALUES (old.photo_id); END IF;
        IF TG_OP <> 'DELETE' THEN INSERT INTO words_stale (photo_id) VALUES (new.photo_id); END IF;
    END IF;
    RETURN NULL;
END $$
"""
_TRIGGERS = {
    "words_followed": ("words", "AFTER INSERT OR UPDATE OR DELETE", "", "words_index_follow"),
    "file_added": ("file", "AFTER INSERT OR DELETE", "", "words_noted"),
    "file_moved": ("file", "AFTER UPDATE", differ(MOVED), "words_noted"),
    "photo_changed": ("photo", "AFTER UPDATE", differ(SAID), "words_noted"),
    "root_moved": ("root", "AFTER UPDATE OF path", "", "words_noted"),
}


def drop(connection: Connection) -> None:
    """Drop the index and the triggers, if they exist."""
    for name, (table, *_) in _TRIGGERS.items():
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name} ON {table}")
    connection.exec_driver_sql("DROP TABLE IF EXISTS words_index, words_known")


def make(connection: Connection) -> None:
    """Index the whole table `words`, and create the triggers that keep the index up to date."""
    lexemes = "words_lexemes({0}.name, {0}.folder, {0}.text, {0}.keywords)"
    connection.exec_driver_sql(_LEXEMES)
    make_index(connection, "words", lexemes, "words_known")
    connection.exec_driver_sql(_NOTING)
    for name, (table, when, only, function) in _TRIGGERS.items():
        connection.exec_driver_sql(
            f"CREATE TRIGGER {name} {when} ON {table} FOR EACH ROW {only} EXECUTE FUNCTION {function}()"
        )


def make_index(connection: Connection, table: str, lexemes: str, known: str) -> None:
    """Index a whole table as `{table}_index`, and make the function of the trigger that follows it."""
    index = f"{table}_index"
    for statement in (
        f"CREATE TABLE {index} (photo_id bigint PRIMARY KEY, vector tsvector NOT NULL)",
        f'CREATE TABLE {known} (word text COLLATE "C" PRIMARY KEY, photos bigint NOT NULL)',
        f"INSERT INTO {index} SELECT photo_id, {lexemes.format(table)} FROM {table}",  # noqa: S608 (our own names)
        f"INSERT INTO {known} SELECT lexeme, count(*) FROM {index}, unnest(vector) GROUP BY lexeme",  # noqa: S608 (as above)
        f"CREATE INDEX {index}_vector ON {index} USING gin (vector)",
        _COUNTING.format(known=known),
        _INDEXING.format(index=index, known=known, lexemes=lexemes.format("new")),
    ):
        connection.exec_driver_sql(statement)


def matching(
    connection: Connection,
    words: Sequence[Sequence[tuple[str, ...]]],
    *,
    prefix: bool = False,
    columns: Sequence[str] = (),
) -> set[int]:
    """Return the ids of photos that have all words, each in one of its spellings; as the protocol says."""
    given: list[str] = []
    each = [" OR ".join(_way(way, given, prefix=prefix, columns=columns) for way in ways) for ways in words]
    is_beside = any(len(way) > 1 for ways in words for way in ways)
    rows = "words_index JOIN words USING (photo_id)" if is_beside else "words_index"
    asked = f"SELECT photo_id FROM {rows} WHERE "  # noqa: S608 (SQL of our own)
    found = connection.exec_driver_sql(asked + " AND ".join(f"({either})" for either in each), tuple(given))
    return set(found.scalars().all())


def _way(way: tuple[str, ...], given: list[str], *, prefix: bool, columns: Sequence[str]) -> str:
    """Return a condition for words beside each other, and append its parameters."""
    given.append(lexemes_asked(way, prefix=prefix, weights="".join(_WEIGHTS[name] for name in columns)))
    condition = "vector @@ %s::tsquery"
    if len(way) > 1:
        places = columns or tuple(_WEIGHTS)
        given += [beside(way, prefix=prefix)] * len(places)
        anywhere = " OR ".join(f"' ' || words.{name} || ' ' LIKE %s" for name in places)
        condition += f" AND ({anywhere})"
    return f"({condition})"


def lexemes_asked(words: Sequence[str], *, prefix: bool = False, weights: str = "") -> str:
    """Return a tsquery for rows that have all words, the last perhaps as a beginning."""
    quoted = ["'{}'".format(word[:_LONGEST].replace("\\", "\\\\").replace("'", "''")) for word in words]
    ends = [weights] * (len(words) - 1) + [f"*{weights}" if prefix else weights]
    return " & ".join(f"{word}:{end}" if end else word for word, end in zip(quoted, ends, strict=True))


def beside(words: Sequence[str], *, prefix: bool = False) -> str:
    """Return a LIKE pattern for words beside each other, in a text with a space before and after it."""
    return f"% {like(' '.join(words))}{'' if prefix else ' '}%"


def like(text: str) -> str:
    """Return a LIKE pattern that matches just this text."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def counts(connection: Connection, words: Sequence[str], known_in: str = "words_known") -> dict[str, int]:
    """Return the number of photos with each of these exact words."""
    asked = f"SELECT word, photos FROM {known_in} WHERE word = ANY (%s)"  # noqa: S608 (one of two names)
    given: tuple[list[str], ...] = (list(words),)
    if is_limited(connection):  # the numbers that are kept are of all photos
        asked = (
            "SELECT word, photos FROM unnest(%s::text[], %s::text[]) AS each (word, lexeme), LATERAL ("  # noqa: S608 (as above)
            f"SELECT count(*) AS photos FROM {_INDEX_OF[known_in]} WHERE vector @@ lexeme::tsquery"
            ") AS counted WHERE photos > 0"
        )
        given += ([lexemes_asked([word]) for word in words],)
    found = connection.exec_driver_sql(asked, given)
    return {word: count for word, count in found}  # noqa: C416 (rows are not pairs to dict())


def known(connection: Connection, begins: str, known_in: str = "words_known") -> list[str]:
    """Return the words that begin with these letters."""
    asked = f"SELECT word FROM {known_in} WHERE word >= %s AND word < %s ORDER BY word"  # noqa: S608 (as above)
    given: tuple[str, ...] = (begins, begins + "\U0010ffff")
    if begins and is_limited(connection):
        asked = (
            f"SELECT DISTINCT word FROM {_INDEX_OF[known_in]}, unnest(vector) AS each (word) "  # noqa: S608 (as above)
            "WHERE vector @@ %s::tsquery AND word >= %s AND word < %s ORDER BY word"
        )
        given = (lexemes_asked([begins], prefix=True), *given)
    return [word for (word,) in connection.exec_driver_sql(asked, given)]
