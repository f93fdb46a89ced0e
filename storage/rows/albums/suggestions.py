"""Rows of suggested albums: those last shown, by their numbers, and those that a person dropped."""

from collections.abc import Iterable

from sqlalchemy import Connection, delete, insert, select, update

from photoseek.storage.clock import now
from photoseek.storage.records import SuggestedAlbum
from photoseek.storage.schema import tables

_TABLE = tables.suggestion.c
_PHOTO = tables.suggestion_photo.c


class Suggestions:
    """Questions about suggested albums."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def shown(self) -> dict[int, SuggestedAlbum]:
        """Return the suggestions that were last shown, and neither kept nor dropped since, by number."""
        asked = select(_TABLE.id, _TABLE.number, _TABLE.name).where(_TABLE.dropped_at.is_(None))
        rows = self._connection.execute(asked.order_by(_TABLE.number)).all()
        return {
            number: SuggestedAlbum(suggestion_id, name, self._photos(suggestion_id))
            for suggestion_id, number, name in rows
        }

    def dropped(self) -> list[frozenset[int]]:
        """Return the photo ids of each dropped suggestion."""
        ids = (
            self._connection.execute(select(_TABLE.id).where(_TABLE.dropped_at.is_not(None))).scalars().all()
        )
        return [self._photos(suggestion_id) for suggestion_id in ids]

    def show(self, suggested: Iterable[tuple[str, frozenset[int]]]) -> None:
        """Replace the shown suggestions by others, each a name and photo ids, numbered from 1."""
        self._connection.execute(delete(tables.suggestion).where(_TABLE.dropped_at.is_(None)))
        for number, (name, photo_ids) in enumerate(suggested, 1):
            self._insert(number, name, photo_ids)

    def drop(self, suggestion: SuggestedAlbum) -> None:
        """Remember that these photos are no album."""
        changed = update(tables.suggestion).where(_TABLE.id == suggestion.suggestion_id)
        self._connection.execute(changed.values(dropped_at=now()))

    def forget(self, suggestion: SuggestedAlbum) -> None:
        """Take a suggestion off the list: it has become an album."""
        self._connection.execute(delete(tables.suggestion).where(_TABLE.id == suggestion.suggestion_id))

    def bring_back(self, suggestion: SuggestedAlbum, number: int) -> None:
        """Show a suggestion again that was kept or dropped, by its number unless another has that by now."""
        shown = self.shown()
        free = number if number not in shown else 1 + max(shown)
        self._connection.execute(delete(tables.suggestion).where(_TABLE.id == suggestion.suggestion_id))
        self._insert(free, suggestion.name, suggestion.photo_ids)

    def _insert(self, number: int, name: str, photo_ids: Iterable[int]) -> None:
        made = insert(tables.suggestion).values(number=number, name=name).returning(_TABLE.id)
        suggestion_id = self._connection.execute(made).scalar_one()
        rows = [{"suggestion_id": suggestion_id, "photo_id": photo_id} for photo_id in sorted(photo_ids)]
        if rows:
            self._connection.execute(insert(tables.suggestion_photo), rows)

    def _photos(self, suggestion_id: int) -> frozenset[int]:
        asked = select(_PHOTO.photo_id).where(_PHOTO.suggestion_id == suggestion_id)
        return frozenset(self._connection.execute(asked).scalars())
