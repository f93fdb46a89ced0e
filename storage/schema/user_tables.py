"""Tables of users, what each may see, what each did, and who is signed in; `tables` has all others."""

from sqlalchemy import Boolean, Column, Float, ForeignKey, Integer, LargeBinary, Table, Text, UniqueConstraint

from photoseek.storage.schema.metadata import metadata

account = Table(
    "account",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("folded", Text, nullable=False, unique=True),  # the name as `photoseek.storage.folding` stores it
    Column("password", Text),  # its argon2id hash; NULL: nobody can sign in by a password
    Column("is_owner", Boolean, nullable=False),  # may see and change everything
    Column("added_at", Text, nullable=False),
)

root_right = Table(  # a user may see the photos in a watched folder
    "root_right",
    metadata,
    Column("account_id", ForeignKey("account.id", ondelete="CASCADE"), primary_key=True),
    Column("root_id", ForeignKey("root.id", ondelete="CASCADE"), primary_key=True),
    Column("may_edit", Boolean, nullable=False, server_default="0"),
)

album_right = Table(  # a user may see the photos in an album, and in those below it
    "album_right",
    metadata,
    Column("account_id", ForeignKey("account.id", ondelete="CASCADE"), primary_key=True),
    Column("album_id", ForeignKey("album.id", ondelete="CASCADE"), primary_key=True),
    Column("may_edit", Boolean, nullable=False, server_default="0"),
)

oidc_binding = Table(  # who a user is to an OIDC provider
    "oidc_binding",
    metadata,
    Column("account_id", ForeignKey("account.id", ondelete="CASCADE"), primary_key=True),
    Column("issuer", Text),  # NULL until the first sign-in
    Column("subject", Text),  # NULL until the first sign-in of who was bound by an e-mail address
    Column("email", Text, unique=True),  # in lower case; counts as long as `subject` is NULL
    Column(
        "mark", Text, nullable=False
    ),  # random: no other binding has it, so that sessions end with this one
    UniqueConstraint("issuer", "subject"),
)

audit = Table(  # each change by a user or a command, written in its transaction
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("made_at", Text, nullable=False),
    Column(
        "who", Text, nullable=False
    ),  # the user's name, which outlives the user; of a command, the system's user
    Column("what", Text, nullable=False),  # as "POST /api/v1/tags/beach/photos" or "photoseek tag add"
    Column("revision", Integer, nullable=False),  # the library's that it made
)

# Of a library in PostgreSQL, where several servers may answer; in SQLite both stay empty. No copy of the library's
# rows has them. No key refers to `account`, or signing in would wait for who changes that.
session = Table(
    "session",
    metadata,
    Column("key", LargeBinary, primary_key=True),  # the SHA-256 of the id that the browser has
    Column("mark", Text, nullable=False),  # of what it began by: another password has another
    Column("began", Float, nullable=False),  # seconds since 1970
    Column("used", Float, nullable=False),  # likewise, at most a minute too early
    Column("user_id", Integer),  # NULL: an owner without a name
    Column("write_token", Text, nullable=False),
)

server_secret = Table(  # what all servers of a library sign cookies with
    "server_secret",
    metadata,
    Column("id", Integer, primary_key=True),  # always 1
    Column("secret", LargeBinary, nullable=False),
)
