"""The table of the moments of videos, and of the vectors by which they are found."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table

from photoseek.storage.schema.column_types import HalfVector
from photoseek.storage.schema.metadata import metadata

video_moment = Table(  # a moment of a video that can be found by what it shows
    "video_moment",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("model_id", ForeignKey("model.id", ondelete="CASCADE"), nullable=False),
    Column("photo_id", ForeignKey("photo.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("at_ms", Integer, nullable=False),  # from the video's beginning
    Column("revision", Integer, nullable=False),  # the library's when it was written
    Column("data", HalfVector, nullable=False),  # float16, little-endian, unit length
    Index("video_moment_by_revision", "model_id", "revision"),
)
