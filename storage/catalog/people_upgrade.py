"""The upgrade that adds people."""

from sqlalchemy import Connection

_PEOPLE = (
    "ALTER TABLE library ADD COLUMN people_since TEXT",
    """
CREATE TABLE person (
    id INTEGER NOT NULL PRIMARY KEY,
    "key" TEXT NOT NULL UNIQUE,
    name TEXT,
    folded TEXT,
    is_ignored BOOLEAN NOT NULL DEFAULT 0,
    same_as INTEGER REFERENCES person (id),
    made_at TEXT NOT NULL
)
""",
    "CREATE INDEX ix_person_folded ON person (folded)",
    "CREATE INDEX ix_person_same_as ON person (same_as)",
    """
CREATE TABLE face (
    id INTEGER NOT NULL PRIMARY KEY,
    photo_id INTEGER NOT NULL REFERENCES photo (id) ON DELETE CASCADE,
    "left" FLOAT NOT NULL,
    top FLOAT NOT NULL,
    width FLOAT NOT NULL,
    height FLOAT NOT NULL,
    engine TEXT,
    score FLOAT NOT NULL,
    grade TEXT NOT NULL,
    why TEXT,
    vector BLOB,
    guess_id INTEGER REFERENCES person (id) ON DELETE SET NULL,
    is_grouped BOOLEAN NOT NULL DEFAULT 0,
    person_id INTEGER REFERENCES person (id) ON DELETE SET NULL,
    is_said BOOLEAN NOT NULL DEFAULT 0,
    is_nobody BOOLEAN NOT NULL DEFAULT 0
)
""",
    "CREATE INDEX ix_face_photo_id ON face (photo_id)",
    "CREATE INDEX ix_face_guess_id ON face (guess_id)",
    "CREATE INDEX face_by_person ON face (person_id, photo_id)",
    """
CREATE TABLE people_change (
    id INTEGER NOT NULL PRIMARY KEY,
    made_at TEXT NOT NULL,
    what TEXT NOT NULL,
    faces INTEGER NOT NULL,
    undone_at TEXT
)
""",
    """
CREATE TABLE person_word (
    person_id INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    field TEXT NOT NULL,
    change_id INTEGER NOT NULL REFERENCES people_change (id),
    value JSON,
    PRIMARY KEY (person_id, field, change_id)
)
""",
    "CREATE INDEX ix_person_word_change_id ON person_word (change_id)",
    """
CREATE TABLE face_word (
    id INTEGER NOT NULL PRIMARY KEY,
    face_id INTEGER NOT NULL REFERENCES face (id) ON DELETE CASCADE,
    change_id INTEGER NOT NULL REFERENCES people_change (id),
    person_id INTEGER REFERENCES person (id) ON DELETE CASCADE,
    yes BOOLEAN NOT NULL
)
""",
    "CREATE INDEX ix_face_word_face_id ON face_word (face_id)",
    "CREATE INDEX ix_face_word_change_id ON face_word (change_id)",
    "CREATE INDEX ix_face_word_person_id ON face_word (person_id)",
)


def people(connection: Connection) -> None:
    """Add faces, the persons that they are of, and what a person says of both."""
    for statement in _PEOPLE:
        connection.exec_driver_sql(statement)
