"""The upgrades that add users, their rights to edit, who signs in by OIDC, and who is signed in."""

from sqlalchemy import Connection

_USERS = (
    """
CREATE TABLE account (
    id INTEGER NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    folded TEXT NOT NULL UNIQUE,
    password TEXT,
    is_owner BOOLEAN NOT NULL,
    added_at TEXT NOT NULL
)
""",
    """
CREATE TABLE root_right (
    account_id INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    root_id INTEGER NOT NULL REFERENCES root (id) ON DELETE CASCADE,
    PRIMARY KEY (account_id, root_id)
)
""",
    """
CREATE TABLE album_right (
    account_id INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    album_id INTEGER NOT NULL REFERENCES album (id) ON DELETE CASCADE,
    PRIMARY KEY (account_id, album_id)
)
""",
    """
CREATE TABLE audit (
    id INTEGER NOT NULL PRIMARY KEY,
    made_at TEXT NOT NULL,
    who TEXT NOT NULL,
    what TEXT NOT NULL,
    revision INTEGER NOT NULL
)
""",
)


def users(connection: Connection) -> None:
    """Add users, what each may see, and the log of what each did. There are none yet."""
    for statement in _USERS:
        connection.exec_driver_sql(statement)


def rights_to_edit(connection: Connection) -> None:
    """Add whether a right is one to edit, and which user made a change. Nobody may edit yet."""
    number, _ = _types(connection)
    for statement in (
        "ALTER TABLE root_right ADD COLUMN may_edit BOOLEAN DEFAULT '0' NOT NULL",
        "ALTER TABLE album_right ADD COLUMN may_edit BOOLEAN DEFAULT '0' NOT NULL",
        f"ALTER TABLE edit_change ADD COLUMN account_id {number} REFERENCES account (id) ON DELETE SET NULL",
    ):
        connection.exec_driver_sql(statement)


def oidc_bindings(connection: Connection) -> None:
    """Add by whom of an OIDC provider a user is. Nobody is bound yet."""
    number, text = _types(connection)
    connection.exec_driver_sql(
        f"""
CREATE TABLE oidc_binding (
    account_id {number} NOT NULL PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
    issuer {text},
    subject {text},
    email {text} UNIQUE,
    mark {text} NOT NULL,
    UNIQUE (issuer, subject)
)
"""
    )


def sessions(connection: Connection) -> None:
    """Add who is signed in, and what servers sign cookies with. Nobody is, so far."""
    number, text = _types(connection)
    content, counted = ("BLOB", "INTEGER") if connection.dialect.name == "sqlite" else ("BYTEA", "BIGSERIAL")
    for statement in (
        f"""
CREATE TABLE session (
    key {content} NOT NULL PRIMARY KEY,
    mark {text} NOT NULL,
    began FLOAT NOT NULL,
    used FLOAT NOT NULL,
    user_id {number},
    write_token {text} NOT NULL
)
""",
        f"""
CREATE TABLE server_secret (
    id {counted} NOT NULL PRIMARY KEY,
    secret {content} NOT NULL
)
""",
    ):
        connection.exec_driver_sql(statement)


def _types(connection: Connection) -> tuple[str, str]:
    """Return what whole numbers are in this database, and text that sorts by bytes."""
    return ("INTEGER", "TEXT") if connection.dialect.name == "sqlite" else ("BIGINT", 'TEXT COLLATE "C"')
