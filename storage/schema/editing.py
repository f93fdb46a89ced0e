"""What a user with a right to edit may write: rules for each table, as SQL that SQLite and PostgreSQL both have.

Triggers hold to them in both databases, so that no module that writes has to think of rights, and none can forget
them. A table, or a kind of write, that has no rule is refused.
"""

from collections.abc import Mapping

from photoseek.storage.schema import tables

NOT_YOURS = "you may look at these photos, not change them: ask the owner of the library"
INSERT, UPDATE, DELETE = "INSERT", "UPDATE", "DELETE"
EVENTS = (INSERT, UPDATE, DELETE)
Rules = Mapping[
    str, Mapping[str, str]
]  # by table and event: what must be true of the row, before or after it

# Columns of `photo` of which a person's word may change what counts. Whether it is hidden is for owners to say.
_MAY_CHANGE = (
    "rating",
    "favourite",
    "title",
    "description",
    "taken_at",
    "taken_offset_minutes",
    "date_source",
    "latitude",
    "longitude",
    "position_source",
)


def rules(seen: str, own: str, account: str, same: str) -> Rules:
    """Return the rules.

    `own` is the schema of the tables; `seen` that of `editable_photo` and `editable_album`, which hold ids.
    `account` is SQL for the id of who writes, and `same` an operator that compares two values, NULL or not.
    """

    # Not IN, for which PostgreSQL would make the whole list for each row.
    def photo(row: str, column: str = "photo_id") -> str:
        return f"EXISTS (SELECT 1 FROM {seen}.editable_photo AS one WHERE one.id = {row}.{column})"  # noqa: S608 (names of our own schema)

    def own_change(row: str) -> str:
        return (
            f"EXISTS (SELECT 1 FROM {own}.edit_change AS one "  # noqa: S608 (as above)
            f"WHERE one.id = {row}.change_id AND one.account_id = {account})"
        )

    def album(row: str) -> str:
        return f"EXISTS (SELECT 1 FROM {seen}.editable_album AS one WHERE one.id = {row}.album_id)"  # noqa: S608 (as above)

    def unchanged(table: str, changing: tuple[str, ...]) -> str:
        names = (column.name for column in tables.metadata.tables[table].c if column.name not in changing)
        return " AND ".join(f'old."{name}" {same} new."{name}"' for name in names)

    of_photo = {INSERT: photo("new"), DELETE: photo("old")}
    derived = {**of_photo, UPDATE: f"{photo('old')} AND {photo('new')}"}
    return {
        "library": {UPDATE: unchanged("library", ("revision",))},
        "photo": {UPDATE: f"{photo('old', 'id')} AND {unchanged('photo', _MAY_CHANGE)}"},
        "tag": of_photo,
        "refused_tag": of_photo,
        "edit_change": {
            INSERT: f"new.account_id = {account}",
            UPDATE: f"old.account_id = {account} AND {unchanged('edit_change', ('undone_at',))}",
        },
        "edit": {
            INSERT: f"{photo('new')} AND new.field <> 'hidden' AND {own_change('new')}",
            DELETE: f"{photo('old')} AND old.field <> 'hidden' AND {own_change('old')}",
        },
        "own_fact": {
            INSERT: f"{photo('new')} AND new.field <> 'hidden'",
            DELETE: f"{photo('old')} AND old.field <> 'hidden'",
        },
        "album_photo": {
            INSERT: f"{photo('new')} AND {album('new')}",
            DELETE: f"{photo('old')} AND {album('old')}",
        },
        # What follows from the rest.
        "words": derived,
        "words_stale": derived,
        "photo_change": derived,
        "audit": {INSERT: "true"},
    }
