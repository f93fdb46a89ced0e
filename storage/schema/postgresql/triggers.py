"""Triggers as SQLite's `change_log` and `regions` have them, which say what they are for."""

from sqlalchemy import Connection

from photoseek.storage.schema.sqlite.change_log import MOVED, SHOWN

_NOTE = """
CREATE OR REPLACE FUNCTION photo_note(of_photo bigint) RETURNS void LANGUAGE sql AS $$
    INSERT INTO photo_change (photo_id, revision) SELECT of_photo, revision FROM library
    ON CONFLICT (photo_id) DO UPDATE SET revision = greatest(photo_change.revision, excluded.revision)
$$
"""
_NOTED = """
CREATE OR REPLACE FUNCTION photo_noted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM photo_note(CASE TG_OP WHEN 'DELETE' THEN old.id ELSE new.id END);
    RETURN NULL;
END $$
"""
_FILE_NOTED = """
CREATE OR REPLACE FUNCTION file_noted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN PERFORM photo_note(old.photo_id); END IF;
    IF TG_OP <> 'DELETE' THEN PERFORM photo_note(new.photo_id); END IF;
    RETURN NULL;
END $$
"""
# What PostgreSQL's text can't hold, a NUL and half a character, JSON may have escaped.
_REGIONS = r"""
CREATE OR REPLACE FUNCTION photo_regions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN DELETE FROM face_region WHERE photo_id = new.id; END IF;
    INSERT INTO face_region (photo_id, number, name, "left", top, width, height)
    SELECT new.id, number - 1, value ->> 0, (value ->> 1)::float8, (value ->> 2)::float8, (value ->> 3)::float8,
        (value ->> 4)::float8
    FROM json_array_elements(
        regexp_replace(new.regions, '\\u(0000|d[89a-f][0-9a-f]{2})', '\\ufffd', 'gi')::json
    ) WITH ORDINALITY AS each (value, number);
    RETURN NULL;
END $$
"""


def differ(columns: tuple[str, ...]) -> str:
    """Return the condition of a trigger for rows in which one of these columns became another."""
    return f"WHEN ({' OR '.join(f'old.{name} IS DISTINCT FROM new.{name}' for name in columns)})"


_TRIGGERS = {
    "photo_noted": ("photo", "AFTER INSERT OR DELETE", "", "photo_noted"),
    "photo_noted_changed": ("photo", "AFTER UPDATE", differ(SHOWN), "photo_noted"),
    "file_noted": ("file", "AFTER INSERT OR DELETE", "", "file_noted"),
    "file_noted_moved": ("file", "AFTER UPDATE", differ(MOVED), "file_noted"),
    "photo_regions": ("photo", "AFTER INSERT", "WHEN (new.regions IS NOT NULL)", "photo_regions"),
    "photo_regions_changed": ("photo", "AFTER UPDATE OF regions", differ(("regions",)), "photo_regions"),
}


def make(connection: Connection) -> None:
    """Create the triggers anew."""
    for function in (_NOTE, _NOTED, _FILE_NOTED, _REGIONS):
        connection.exec_driver_sql(function)
    for name, (table, when, only, function) in _TRIGGERS.items():
        connection.exec_driver_sql(
            f"CREATE OR REPLACE TRIGGER {name} {when} ON {table} FOR EACH ROW {only} "
            f"EXECUTE FUNCTION {function}()"
        )
