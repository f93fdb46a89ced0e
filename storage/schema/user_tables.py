"""Tables of users, what each may see, and what each did; `tables` has all others."""

from sqlalchemy import Boolean, Column, ForeignKey, Integer, Table, Text

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
