"""Faces that other programs named, a row each, so that SQL can look for a name.

The column `regions` of `photo` is what the file says; triggers of the dialect copy it, so that no writer can
forget it.
"""

from sqlalchemy import Column, Float, ForeignKey, Integer, Table, Text

from photoseek.storage.schema.metadata import metadata

face_region = Table(
    "face_region",
    metadata,
    Column("photo_id", ForeignKey("photo.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),  # in the file's order
    Column("name", Text, nullable=False, index=True),
    # Fractions of the upright photo's width and height; NULL: it is in the photo, but nobody said where.
    Column("left", Float),
    Column("top", Float),
    Column("width", Float),
    Column("height", Float),
)
