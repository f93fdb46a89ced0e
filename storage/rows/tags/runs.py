"""Rows of runs: what `tag --apply` was asked to do, and what there was before."""

from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, func, insert, select, update

from photoseek.storage.clock import now
from photoseek.storage.errors import UnknownName
from photoseek.storage.records import TagRun, Undone
from photoseek.storage.rows.tags.rules import LabelRules
from photoseek.storage.schema import tables

_RUN = tables.tag_run.c
_CHANGE = tables.tag_run_change.c
_ALBUM = tables.tag_run_album.c


class TagRuns:
    """Questions about runs, and how one is taken back."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._rules = LabelRules(connection)

    def begin(
        self,
        labels: tuple[str, ...],
        *,
        model: str | None = None,
        vocabulary: str | None = None,
        query: str | None = None,
        threshold: float | None = None,
    ) -> int:
        """Record that a run begins; returns its number."""
        made = (
            insert(tables.tag_run)
            .values(
                model=model,
                vocabulary=vocabulary,
                labels=labels,
                query=query,
                threshold=threshold,
                applied_at=now(),
            )
            .returning(_RUN.id)
        )
        return int(self._connection.execute(made).scalar_one())

    def made_album(self, run: int, album_id: int, name: str) -> None:
        """Record that a run made an album."""
        self._connection.execute(
            insert(tables.tag_run_album).values(run_id=run, album_id=album_id, name=name)
        )

    def all(self) -> list[TagRun]:
        """Return every run, the first first; those that were taken back too."""
        return [TagRun(*row) for row in self._connection.execute(select(tables.tag_run).order_by(_RUN.id))]

    def changes(self) -> dict[int, int]:
        """Return how many tags each run added, replaced or removed, by its number."""
        counted = select(_CHANGE.run_id, func.count()).group_by(_CHANGE.run_id)
        return {run: count for run, count in self._connection.execute(counted)}  # noqa: C416 (rows are not pairs)

    def undo(self, number: int) -> Undone:
        """Take a run back: tags, rules and albums are as they were before it.

        What a person said since, and what a later run did, stays; a later run that is taken back too then leads to
        what was before both. Raises UnknownName for a number that no run has, or that was taken back.
        """
        run = next((run for run in self.all() if run.number == number), None)
        if run is None:
            raise UnknownName(f"there is no run {number}: `photoseek tag --runs` lists them")
        if run.undone_at is not None:
            raise UnknownName(
                f"run {number} was undone before, on {run.undone_at[:10]}: nothing is left to undo"
            )
        removed, restored = self._undo_tags(number)
        rules = self._rules.undo(number)
        albums = self._undo_albums(number)
        self._connection.execute(update(tables.tag_run).where(_RUN.id == number).values(undone_at=now()))
        return Undone(removed, restored, rules, albums)

    def _undo_tags(self, number: int) -> tuple[int, int]:
        """Bring back the tags that a run changed; returns how many are removed, and how many come back."""
        later = tables.tag_run_change.alias()
        next_change = (
            select(func.min(later.c.id))
            .where(
                later.c.photo_id == _CHANGE.photo_id, later.c.name == _CHANGE.name, later.c.id > _CHANGE.id
            )
            .scalar_subquery()
        )
        person = select(tables.tag.c.photo_id).where(
            tables.tag.c.photo_id == _CHANGE.photo_id,
            tables.tag.c.name == _CHANGE.name,
            tables.tag.c.model.is_(None),
        )
        refused = select(tables.refused_tag.c.photo_id).where(
            tables.refused_tag.c.photo_id == _CHANGE.photo_id, tables.refused_tag.c.name == _CHANGE.name
        )
        asked = select(
            tables.tag_run_change,
            next_change.label("next_change"),
            (person.exists() | refused.exists()).label("said"),
        ).where(_CHANGE.run_id == number)
        changes = self._connection.execute(asked).all()
        for_later = [
            _before(change) | {"later": change.next_change} for change in changes if change.next_change
        ]
        if for_later:
            passed_on: dict[str, Any] = {column: bindparam(column) for column in _before(changes[0])}
            self._connection.execute(
                update(tables.tag_run_change).where(_CHANGE.id == bindparam("later")).values(passed_on),
                for_later,
            )
        undone = [change for change in changes if not change.next_change and not change.said]
        self._delete_tags(undone)
        returning = [
            {
                "photo_id": change.photo_id,
                "name": change.name,
                "model": change.model,
                "probability": change.probability,
                "tagged_at": change.tagged_at,
                "vocabulary": change.vocabulary,
                "run_id": change.earlier_run_id,
            }
            for change in undone
            if change.tagged_at is not None
        ]
        if returning:
            self._connection.execute(insert(tables.tag), returning)
        self._connection.execute(delete(tables.tag_run_change).where(_CHANGE.run_id == number))
        return len(undone) - len(returning), len(returning)

    def _delete_tags(self, changes: list[Any]) -> None:
        rows = [{"of_photo": change.photo_id, "of_name": change.name} for change in changes]
        if rows:
            which = and_(
                tables.tag.c.photo_id == bindparam("of_photo"), tables.tag.c.name == bindparam("of_name")
            )
            self._connection.execute(delete(tables.tag).where(which), rows)

    def _undo_albums(self, number: int) -> tuple[str, ...]:
        """Delete the albums that a run made, unless a person gave them another name since."""
        made = self._connection.execute(
            select(tables.album.c.id, tables.album.c.name)
            .join(tables.tag_run_album, _ALBUM.album_id == tables.album.c.id)
            .where(_ALBUM.run_id == number, _ALBUM.name == tables.album.c.name)
            .order_by(tables.album.c.name)
        ).all()
        for album_id, _ in made:
            self._connection.execute(delete(tables.album).where(tables.album.c.id == album_id))
        self._connection.execute(delete(tables.tag_run_album).where(_ALBUM.run_id == number))
        return tuple(name for _, name in made)


def _before(change: Any) -> dict[str, Any]:  # noqa: ANN401 (a row of the table)
    """Return what a change remembers of the tag before it."""
    columns = ("model", "probability", "tagged_at", "vocabulary", "earlier_run_id")
    return {column: getattr(change, column) for column in columns}
