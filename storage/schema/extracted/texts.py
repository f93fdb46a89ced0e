"""The table of text that was read in photos; `text_index` indexes it."""

from sqlalchemy import Column, ForeignKey, LargeBinary, Table, Text

from photoseek.storage.schema.metadata import metadata

photo_text = Table(  # no row where nothing was read
    "photo_text",
    metadata,
    Column("photo_id", ForeignKey("photo.id", ondelete="CASCADE"), primary_key=True),
    Column("words", Text, nullable=False),  # folded, separated by spaces, each line ended by a line break
    Column("boxes", LargeBinary, nullable=False),  # JSON of the words as read, compressed by zlib
)
