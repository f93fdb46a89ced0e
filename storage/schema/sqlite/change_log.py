"""Which photos changed since a revision: a row for each, written by triggers, so that no writer can forget it.

It is about what a grid of photos shows: which photos have a file, when and where they were taken, their shape, and
what a person set. A process that keeps such columns in memory reads the changed rows again, and no others.
"""

from sqlalchemy import Connection

SHOWN = (  # columns of `photo`
    "content_hash",
    "width",
    "height",
    "format",
    "taken_at",
    "latitude",
    "longitude",
    "look",
    "duration_ms",
    "motion_at",
    "rating",
    "favourite",
    "hidden",
)
_CHANGED = " OR ".join(f"old.{column} IS NOT new.{column}" for column in SHOWN)
MOVED = ("photo_id", "missing_since")  # columns of `file`
_MOVED = " OR ".join(f"old.{column} IS NOT new.{column}" for column in MOVED)


def _note(photo_id: str) -> str:
    # The later revision stays: while a catalog is refilled from a backup, the library's may be the older one.
    return (
        f"INSERT INTO photo_change (photo_id, revision) SELECT {photo_id}, revision FROM library WHERE true "  # noqa: S608 (names of our own schema)
        "ON CONFLICT (photo_id) DO UPDATE SET revision = max(photo_change.revision, excluded.revision);"
    )


_TRIGGERS = {
    "photo_noted": f"AFTER INSERT ON photo BEGIN {_note('new.id')} END",
    "photo_noted_changed": f"AFTER UPDATE ON photo WHEN {_CHANGED} BEGIN {_note('new.id')} END",
    "photo_noted_gone": f"AFTER DELETE ON photo BEGIN {_note('old.id')} END",
    "file_noted": f"AFTER INSERT ON file BEGIN {_note('new.photo_id')} END",
    "file_noted_moved": (
        f"AFTER UPDATE ON file WHEN {_MOVED} BEGIN {_note('old.photo_id')} {_note('new.photo_id')} END"
    ),
    "file_noted_gone": f"AFTER DELETE ON file BEGIN {_note('old.photo_id')} END",
}


def make(connection: Connection) -> None:
    """Create the triggers anew."""
    for name, made in _TRIGGERS.items():
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
        connection.exec_driver_sql(f"CREATE TRIGGER {name} {made}")
