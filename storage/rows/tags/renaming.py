"""Another name for a tag, which photos may have already."""

from collections.abc import Callable

from sqlalchemy import ColumnElement, Connection, Table, delete, exists, func, select, update

from photoseek.storage.schema import tables

_TAG = tables.tag
_REFUSED = tables.refused_tag
_CHANGE = tables.tag_run_change
_KEY = {"run_id", "photo_id"}  # with the name; of tags, only the photo


def merge(connection: Connection, old: str, new: str) -> int:
    """Call the tag `old` by the name `new`; returns how many photos had the old one. Its own name changes nothing.

    What a person said stands above a model's tag, and their yes to one of the names above their no to the other.
    """
    count = connection.execute(select(func.count()).select_from(_TAG).where(_TAG.c.name == old)).scalar_one()
    if old == new:
        return int(count)
    yes_to_old, yes_to_new = _photos_of(_TAG, old, by_people=True), _photos_of(_TAG, new, by_people=True)
    no_to_old, no_to_new = _photos_of(_REFUSED, old), _photos_of(_REFUSED, new)
    by_models = _TAG.c.model.is_not(None)
    # A person's yes to the old name takes the place of a no to the new one.
    connection.execute(delete(_REFUSED).where(_REFUSED.c.name == new, yes_to_old(_REFUSED)))
    connection.execute(delete(_REFUSED).where(_REFUSED.c.name == old, yes_to_new(_REFUSED)))
    # A person's word on the old name takes the place of a model's tag with the new one.
    for said in (yes_to_old, no_to_old):
        connection.execute(delete(_TAG).where(_TAG.c.name == new, by_models, said(_TAG)))
    # Otherwise what is there by the new name stays, and with it what runs changed.
    for there in (_photos_of(_TAG, new), no_to_new):
        connection.execute(delete(_CHANGE).where(_CHANGE.c.name == old, there(_CHANGE)))
        connection.execute(delete(_TAG).where(_TAG.c.name == old, there(_TAG)))
    for table in (_TAG, _REFUSED, _CHANGE):
        other = table.alias()
        same = [other.c[column.name] == column for column in table.c if column.name in _KEY]
        taken = exists().where(other.c.name == new, *same)
        connection.execute(delete(table).where(table.c.name == old, taken))
        connection.execute(update(table).where(table.c.name == old).values(name=new))
    return int(count)


def _photos_of(table: Table, name: str, *, by_people: bool = False) -> Callable[[Table], ColumnElement[bool]]:
    """Return what makes a condition for the rows of a table: their photo has a row of this name in `table`."""

    def condition(rows: Table) -> ColumnElement[bool]:
        there = table.alias()
        of_people = [there.c.model.is_(None)] if by_people else []
        return exists().where(there.c.photo_id == rows.c.photo_id, there.c.name == name, *of_people)

    return condition
