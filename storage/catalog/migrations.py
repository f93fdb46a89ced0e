"""The schema's history: small numbered steps, each atomic with the record that it ran."""

from collections.abc import Callable, Sequence

from sqlalchemy import Connection, insert, inspect, select, update

from photoseek.storage.catalog import (
    first_upgrades,
    people_upgrade,
    second_upgrades,
    user_upgrade,
    vector_upgrade,
)
from photoseek.storage.errors import LibraryTooNew
from photoseek.storage.rows.words import Words
from photoseek.storage.schema import tables
from photoseek.storage.schema.dialect import dialect_of

# A new library is made at the newest schema from tables.py; an older one is brought there by these steps,
# the first of them leading from schema 1 to 2. A step must not lean on tables.py, which moves on without it.
# Those up to schema 19 run on SQLite alone, since no older catalog is elsewhere. A later one runs everywhere: in
# SQL that SQLite and PostgreSQL both have, or else in that of `connection.dialect.name`.
Upgrade = Callable[[Connection], None]


_SIDECAR_RUNS = (
    """
CREATE TABLE sidecar_run (
    id INTEGER NOT NULL PRIMARY KEY,
    written_at TEXT NOT NULL,
    is_whole BOOLEAN NOT NULL
)
""",
    """
CREATE TABLE sidecar_write (
    run_id INTEGER NOT NULL REFERENCES sidecar_run (id) ON DELETE CASCADE,
    path BLOB NOT NULL,
    photo_id INTEGER NOT NULL,
    before BLOB,
    before_hash BLOB,
    after_hash BLOB NOT NULL,
    written TEXT NOT NULL,
    PRIMARY KEY (run_id, path)
)
""",
    "CREATE INDEX sidecar_write_by_path ON sidecar_write (path, run_id)",
)


def _sidecar_runs(connection: Connection) -> None:
    """Add which sidecars were written, and what they were before."""
    for statement in _SIDECAR_RUNS:
        connection.exec_driver_sql(statement)


_SUGGESTIONS = (
    """
CREATE TABLE suggestion (
    id INTEGER NOT NULL PRIMARY KEY,
    number INTEGER NOT NULL,
    name TEXT NOT NULL,
    dropped_at TEXT
)
""",
    """
CREATE TABLE suggestion_photo (
    suggestion_id INTEGER NOT NULL REFERENCES suggestion (id) ON DELETE CASCADE,
    photo_id INTEGER NOT NULL REFERENCES photo (id) ON DELETE CASCADE,
    PRIMARY KEY (suggestion_id, photo_id)
)
""",
)


def _suggestions(connection: Connection) -> None:
    """Add suggested albums, so that those that a person dropped are not suggested again."""
    for statement in _SUGGESTIONS:
        connection.exec_driver_sql(statement)


_PHOTO_CHANGES = (
    "CREATE TABLE photo_change (photo_id INTEGER NOT NULL PRIMARY KEY, revision INTEGER NOT NULL)",
    "CREATE INDEX ix_photo_change_revision ON photo_change (revision)",
)


def _photo_changes(connection: Connection) -> None:
    """Add the table of which photos changed when. It begins empty: nobody has columns of an earlier revision."""
    for statement in _PHOTO_CHANGES:
        connection.exec_driver_sql(statement)


_NAMED_FACES = (
    "ALTER TABLE photo ADD COLUMN regions TEXT",
    """
CREATE TABLE face_region (
    photo_id INTEGER NOT NULL REFERENCES photo (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    name TEXT NOT NULL,
    "left" FLOAT,
    top FLOAT,
    width FLOAT,
    height FLOAT,
    PRIMARY KEY (photo_id, number)
)
""",
    "CREATE INDEX ix_face_region_name ON face_region (name)",
)


def _named_faces(connection: Connection) -> None:
    """Add the faces that other programs named, which are not read yet."""
    for statement in _NAMED_FACES:
        connection.exec_driver_sql(statement)


_PHOTO_TEXT = """
CREATE TABLE photo_text (
    photo_id INTEGER NOT NULL PRIMARY KEY REFERENCES photo (id) ON DELETE CASCADE,
    words TEXT NOT NULL,
    boxes BLOB NOT NULL
)
"""


def _photo_texts(connection: Connection) -> None:
    """Add the text that was read in photos."""
    connection.exec_driver_sql(_PHOTO_TEXT)


_VIDEOS = (
    "ALTER TABLE photo ADD COLUMN duration_ms INTEGER",
    "ALTER TABLE photo ADD COLUMN codec TEXT",
    "ALTER TABLE photo ADD COLUMN motion_at BIGINT",
    "ALTER TABLE photo ADD COLUMN motion_bytes BIGINT",
    """
CREATE TABLE video_moment (
    id INTEGER NOT NULL PRIMARY KEY,
    model_id INTEGER NOT NULL REFERENCES model (id) ON DELETE CASCADE,
    photo_id INTEGER NOT NULL REFERENCES photo (id) ON DELETE CASCADE,
    at_ms INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    data BLOB NOT NULL
)
""",
    "CREATE INDEX ix_video_moment_photo_id ON video_moment (photo_id)",
    "CREATE INDEX video_moment_by_revision ON video_moment (model_id, revision)",
)


def _videos(connection: Connection) -> None:
    """Add what videos have that photos don't: a length, a codec, and moments that are found on their own."""
    for statement in _VIDEOS:
        connection.exec_driver_sql(statement)


_EXTRACTIONS = (
    """
CREATE TABLE extraction (
    kind TEXT NOT NULL,
    photo_id INTEGER NOT NULL REFERENCES photo (id) ON DELETE CASCADE,
    engine TEXT NOT NULL,
    done_at TEXT NOT NULL,
    reason TEXT,
    PRIMARY KEY (kind, photo_id)
)
""",
    "CREATE INDEX ix_extraction_photo_id ON extraction (photo_id)",
    """
CREATE TABLE extraction_engine (
    kind TEXT NOT NULL PRIMARY KEY,
    engine TEXT NOT NULL,
    of_videos BOOLEAN NOT NULL
)
""",
)


def _extractions(connection: Connection) -> None:
    """Add which engines have looked at which photos. It begins empty: none has."""
    for statement in _EXTRACTIONS:
        connection.exec_driver_sql(statement)


def _text_off(connection: Connection) -> None:
    """Add whether the owner wants no text to be read."""
    connection.exec_driver_sql("ALTER TABLE library ADD COLUMN text_off_since TEXT")


UPGRADES: tuple[Upgrade, ...] = (
    first_upgrades.models_side_by_side_and_judged,
    first_upgrades.texts_and_sources,
    first_upgrades.words,
    first_upgrades.tried_again_and_held_back,
    first_upgrades.left_out,
    second_upgrades.runs_and_refused_tags,
    second_upgrades.edits,
    second_upgrades.sidecars,
    _sidecar_runs,
    _suggestions,
    _photo_changes,
    _named_faces,
    _photo_texts,
    people_upgrade.people,
    _videos,
    _extractions,
    _text_off,
    user_upgrade.users,
    vector_upgrade.photo_vectors,
    user_upgrade.rights_to_edit,
    user_upgrade.oidc_bindings,
    user_upgrade.sessions,
)
NEWEST = 1 + len(UPGRADES)


def schema_version(connection: Connection) -> int:
    """Return the schema's version; 0 for an empty file."""
    if not inspect(connection).has_table("library"):
        return 0
    version: int = connection.execute(select(tables.library.c.schema_version)).scalar_one()
    return version


def refuse_newer(version: int, newest: int) -> None:
    """Raise LibraryTooNew for the schema of a later photoseek."""
    if version > newest:
        raise LibraryTooNew(
            f"this library was written by a newer photoseek (schema {version}, known up to {newest}): "
            "upgrade photoseek to open it"
        )


def migrate(connection: Connection, upgrades: Sequence[Upgrade], keep: Callable[[int], object]) -> None:
    """Upgrade the catalog to the newest schema, inside the caller's transaction.

    `keep` is called with the older schema's number before anything changes, to make a backup. Raises
    LibraryTooNew if a later photoseek wrote it.
    """
    newest = 1 + len(upgrades)
    version = schema_version(connection)
    if version == 0:
        dialect_of(connection).make_tables(connection)
        connection.execute(insert(tables.library).values(id=1, schema_version=newest, revision=0))
        Words(connection).remake()
        dialect_of(connection).make_derived(connection)
        return
    refuse_newer(version, newest)
    if version == newest:  # another process was faster
        return
    keep(version)
    dialect_of(connection).drop_derived(connection)
    for upgrade in upgrades[version - 1 :]:
        upgrade(connection)
    connection.execute(update(tables.library).values(schema_version=newest))
    Words(connection).remake()
    dialect_of(connection).make_derived(connection)
