"""The steps of the schema's history from schema 6 to 9; `migrations` has the later ones and runs them all."""

from sqlalchemy import Connection

_TAG_RUNS = (
    """
CREATE TABLE tag_run (
    id INTEGER NOT NULL PRIMARY KEY,
    model TEXT,
    vocabulary TEXT,
    labels TEXT,
    "query" TEXT,
    threshold FLOAT,
    applied_at TEXT NOT NULL,
    undone_at TEXT
)
""",
    """
CREATE TABLE refused_tag (
    photo_id INTEGER NOT NULL REFERENCES photo (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    refused_at TEXT NOT NULL,
    PRIMARY KEY (photo_id, name)
)
""",
    """
CREATE TABLE tag_run_change (
    id INTEGER NOT NULL PRIMARY KEY,
    run_id INTEGER NOT NULL REFERENCES tag_run (id) ON DELETE CASCADE,
    photo_id INTEGER NOT NULL REFERENCES photo (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    model TEXT,
    probability FLOAT,
    tagged_at TEXT,
    vocabulary TEXT,
    earlier_run_id INTEGER,
    UNIQUE (run_id, photo_id, name)
)
""",
    """
CREATE TABLE tag_run_rule (
    id INTEGER NOT NULL PRIMARY KEY,
    run_id INTEGER NOT NULL REFERENCES tag_run (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    model TEXT NOT NULL,
    before TEXT,
    UNIQUE (run_id, name, model)
)
""",
    """
CREATE TABLE tag_run_album (
    run_id INTEGER NOT NULL REFERENCES tag_run (id) ON DELETE CASCADE,
    album_id INTEGER NOT NULL REFERENCES album (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    PRIMARY KEY (run_id, album_id)
)
""",
)


def runs_and_refused_tags(connection: Connection) -> None:
    """Add the runs that tag, what each changed, a person's “no”, and what labels of a vocabulary have."""
    for statement in (
        *_TAG_RUNS,
        "ALTER TABLE tag ADD COLUMN vocabulary TEXT",
        "ALTER TABLE tag ADD COLUMN run_id INTEGER REFERENCES tag_run (id)",
        "ALTER TABLE label_rule ADD COLUMN vocabulary TEXT",
        "ALTER TABLE label_rule ADD COLUMN prompts TEXT",
        "ALTER TABLE label_rule ADD COLUMN parent TEXT",
        "ALTER TABLE label_rule ADD COLUMN exclusive_group TEXT",
        "ALTER TABLE label_rule ADD COLUMN run_id INTEGER",
        "CREATE INDEX tag_by_name ON tag (name)",
        "CREATE INDEX refused_tag_by_name ON refused_tag (name)",
        "CREATE INDEX tag_run_change_of_tag ON tag_run_change (photo_id, name)",
    ):
        connection.exec_driver_sql(statement)


_EDITS = (
    "ALTER TABLE photo ADD COLUMN favourite BOOLEAN NOT NULL DEFAULT 0",
    "ALTER TABLE photo ADD COLUMN hidden BOOLEAN NOT NULL DEFAULT 0",
    "CREATE INDEX ix_photo_hidden ON photo (hidden)",
    """
CREATE TABLE edit_change (
    id INTEGER NOT NULL PRIMARY KEY,
    made_at TEXT NOT NULL,
    what TEXT NOT NULL,
    photos INTEGER NOT NULL,
    undone_at TEXT
)
""",
    """
CREATE TABLE edit (
    photo_id INTEGER NOT NULL REFERENCES photo (id) ON DELETE CASCADE,
    field TEXT NOT NULL,
    change_id INTEGER NOT NULL REFERENCES edit_change (id),
    value JSON,
    set_at TEXT NOT NULL,
    PRIMARY KEY (photo_id, field, change_id)
)
""",
    "CREATE INDEX ix_edit_change_id ON edit (change_id)",
    """
CREATE TABLE own_fact (
    photo_id INTEGER NOT NULL REFERENCES photo (id) ON DELETE CASCADE,
    field TEXT NOT NULL,
    value JSON NOT NULL,
    PRIMARY KEY (photo_id, field)
)
""",
)


def edits(connection: Connection) -> None:
    """Add what a person says of photos, with the file's own values beside it."""
    for statement in _EDITS:
        connection.exec_driver_sql(statement)


_SIDECAR = """
CREATE TABLE sidecar (
    root_id INTEGER NOT NULL REFERENCES root (id) ON DELETE CASCADE,
    path BLOB NOT NULL,
    name BLOB NOT NULL,
    is_sure BOOLEAN NOT NULL,
    photo_id INTEGER NOT NULL REFERENCES photo (id) ON DELETE CASCADE,
    size BIGINT NOT NULL,
    mtime_ns BIGINT NOT NULL,
    inode BIGINT NOT NULL,
    PRIMARY KEY (root_id, path, name)
)
"""


def sidecars(connection: Connection) -> None:
    """Add which files beside photos were read with them."""
    connection.exec_driver_sql(_SIDECAR)
    connection.exec_driver_sql("CREATE INDEX ix_sidecar_photo_id ON sidecar (photo_id)")
