"""Which rows of each table a user sees, as SQL that SQLite and PostgreSQL both have."""

import unicodedata
from collections.abc import Iterable

from photoseek.storage.schema import tables

NO_ROWS = "false"
_PHOTO = "photo_id IN (SELECT id FROM {seen}.seen_photo)"
_GIVEN_ROOTS = "(SELECT id FROM {seen}.given_root)"
_LIES_ELSEWHERE = (
    "NOT EXISTS (SELECT 1 FROM {own}.file AS other "  # noqa: S608 (names of our own schema)
    "WHERE other.photo_id = file.photo_id AND other.missing_since IS NULL "
    f"AND other.root_id IN {_GIVEN_ROOTS})"
)
# Of the tables that don't simply belong to a photo: which of their rows are seen.
_WHICH = {
    "library": "true",
    "model": "true",
    "extraction_engine": "true",
    # Which ids changed, and nothing else: those of photos that are not seen are taken for ones that are gone.
    "photo_change": "true",
    "vector_gone": "true",
    "photo": "id IN (SELECT id FROM {seen}.seen_photo)",
    "root": "id IN (SELECT id FROM {seen}.seen_root)",
    "file": f"{_PHOTO} AND (root_id IN {_GIVEN_ROOTS} OR {_LIES_ELSEWHERE})",
    "sidecar": f"{_PHOTO} AND root_id IN {_GIVEN_ROOTS}",
    "words": "photo_id IN (SELECT id FROM {seen}.seen_by_name)",
    "album": "id IN (SELECT id FROM {seen}.seen_album)",
    "album_photo": f"{_PHOTO} AND album_id IN (SELECT id FROM {{seen}}.seen_album)",  # noqa: S608 (as above)
    "person": (
        "id IN (SELECT person_id FROM {seen}.face) "
        "OR id IN (SELECT guess_id FROM {seen}.face WHERE person_id IS NULL)"
    ),
    "person_word": "person_id IN (SELECT id FROM {seen}.person)",
    "face_word": "face_id IN (SELECT id FROM {seen}.face)",
    # What owners did, ask, and keep to themselves.
    "sidecar_write": NO_ROWS,
    "judgement": NO_ROWS,
    "suggestion_photo": NO_ROWS,
    "tag_run_change": NO_ROWS,
}
# Views are made in this order where they ask one another.
_FIRST = ("face", "person")


def conditions(seen: str, own: str) -> dict[str, str]:
    """Return a condition for each table, in the order in which views of them can be made.

    `own` is the schema of the tables. `seen` is that of the views, where ids of what is seen are: `seen_photo`,
    `seen_by_name` for photos that are found by their names, `seen_album`, `given_root` for folders that the user
    has a right to, and `seen_root` for all that the user learns of. A table without photos that isn't listed here
    shows nothing.
    """
    names = (*_FIRST, *(name for name in tables.metadata.tables if name not in _FIRST))
    usual = {name: _PHOTO if "photo_id" in tables.metadata.tables[name].c else NO_ROWS for name in names}
    return {name: _WHICH.get(name, usual[name]).format(seen=seen, own=own) for name in names}


def seen_albums(albums: Iterable[tuple[int, str]], given: Iterable[int]) -> set[int]:
    """Return the ids of albums that were given and of those below them. `albums` are those that were picked."""
    named = {album_id: f"{unicodedata.normalize('NFC', name)}/" for album_id, name in albums}
    above = tuple(named[album_id] for album_id in given if album_id in named)
    return {album_id for album_id, name in named.items() if above and name.startswith(above)}
