"""Triggers that copy the faces which other programs named into rows, so that no writer can forget it."""

from sqlalchemy import Connection

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
