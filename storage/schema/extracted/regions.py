"""Faces that other programs named, a row each, so that SQL can look for a name.

The column `regions` of `photo` is what the file says; triggers copy it, so that no writer can forget it.
"""

from sqlalchemy import Column, Connection, Float, ForeignKey, Integer, Table, Text

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

_COPIED = (
    'INSERT INTO face_region (photo_id, number, name, "left", top, width, height) '
    "SELECT new.id, key, json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]'), "
    "json_extract(value, '$[3]'), json_extract(value, '$[4]') FROM json_each(new.regions);"
)
_REMOVED = "DELETE FROM face_region WHERE photo_id = new.id;"
_TRIGGERS = {
    "photo_regions": f"AFTER INSERT ON photo WHEN new.regions IS NOT NULL BEGIN {_COPIED} END",
    "photo_regions_changed": (
        f"AFTER UPDATE OF regions ON photo WHEN old.regions IS NOT new.regions BEGIN {_REMOVED} {_COPIED} END"
    ),
}


def make(connection: Connection) -> None:
    """Create the triggers anew."""
    for name, made in _TRIGGERS.items():
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
        connection.exec_driver_sql(f"CREATE TRIGGER {name} {made}")
