"""The tables of what is extracted from photos: which engine has looked at which photo."""

from sqlalchemy import Boolean, Column, ForeignKey, Table, Text

from photoseek.storage.schema.metadata import metadata

extraction = Table(  # one photo that an engine has looked at, whatever it found
    "extraction",
    metadata,
    Column("kind", Text, primary_key=True),  # "text", "people"
    Column("photo_id", ForeignKey("photo.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("engine", Text, nullable=False),  # another one makes it worth doing again
    Column("done_at", Text, nullable=False),
    Column("reason", Text),  # why nothing could be extracted; NULL: it was
)

extraction_engine = Table(  # the engine that extracted last: rows of others are waiting to be done again
    "extraction_engine",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("engine", Text, nullable=False),
    Column("of_videos", Boolean, nullable=False),  # it looks at videos, and only at them; else at none
)
