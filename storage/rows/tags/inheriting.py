"""What a person said of a photo's tags, for the photo that replaced it."""

from typing import NamedTuple

from sqlalchemy import Connection, delete, insert, literal, select

from photoseek.storage.schema import tables

_TAG = tables.tag
_REFUSED = tables.refused_tag


class _Word(NamedTuple):
    said_at: str
    yes: bool


def inherit(connection: Connection, old: int, new: int) -> None:
    """Copy a person's yes and no to the photo that replaced another; where both have a word, the later counts."""
    own = _words(connection, new)
    for name, word in _words(connection, old).items():
        if name in own and (own[name].yes == word.yes or own[name].said_at > word.said_at):
            continue
        for table in (_TAG, _REFUSED):
            connection.execute(delete(table).where(table.c.photo_id == new, table.c.name == name))
        table, said_at = (_TAG, "tagged_at") if word.yes else (_REFUSED, "refused_at")
        connection.execute(insert(table).values({"photo_id": new, "name": name, said_at: word.said_at}))


def _words(connection: Connection, photo_id: int) -> dict[str, _Word]:
    """Return what a person said of a photo, by the name of the tag."""
    yes = select(_TAG.c.name, _TAG.c.tagged_at, literal(1)).where(
        _TAG.c.photo_id == photo_id, _TAG.c.model.is_(None)
    )
    no = select(_REFUSED.c.name, _REFUSED.c.refused_at, literal(0)).where(_REFUSED.c.photo_id == photo_id)
    return {
        name: _Word(said_at, bool(said_yes))
        for name, said_at, said_yes in connection.execute(yes.union_all(no))
    }
