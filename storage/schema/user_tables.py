"""Tables of users, what each may see, and what each did; `tables` has all others."""

from sqlalchemy import Boolean, Column, ForeignKey, Integer, Table, Text, UniqueConstraint

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
