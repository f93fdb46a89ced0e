"""Rows of tags: which photos have them, and who added them."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, delete, exists, func, select

from photoseek.storage.clock import now
from photoseek.storage.records import LabelRule, Tag
from photoseek.storage.schema import tables
from photoseek.storage.schema.sqlite import upsert

_TABLE = tables.tag.c


class Tags:
    """Questions about tags, and the rules that tag new photos."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, photo_id: int) -> list[Tag]:
        """Return every tag on a photo, by name."""
        rows = self._connection.execute(
            select(tables.tag).where(_TABLE.photo_id == photo_id).order_by(_TABLE.name)
        )
        return [Tag(*row) for row in rows]

    def photos_with(self, name: str) -> set[int]:
        """Return the ids of photos with this tag."""
        rows = self._connection.execute(select(_TABLE.photo_id).where(_TABLE.name == name))
        return {photo_id for (photo_id,) in rows}

    def is_known(self, name: str) -> bool:
        """Return whether any photo has this tag."""
        return self._connection.execute(select(exists().where(_TABLE.name == name))).scalar_one()

    def counts(self) -> dict[str, int]:
        """Return every tag with its number of photos."""
        rows = self._connection.execute(
            select(_TABLE.name, func.count()).group_by(_TABLE.name).order_by(_TABLE.name)
        )
        return {name: count for name, count in rows}  # noqa: C416 (rows are not pairs to dict())

    def put(self, photo_ids: Iterable[int], name: str) -> None:
        """Tag photos as a person. Models never remove such a tag."""
        rows = [{"photo_id": photo_id, "name": name, "tagged_at": now()} for photo_id in photo_ids]
        if rows:
            by_person = {"model": None, "probability": None}
            statement = upsert(tables.tag).on_conflict_do_update(
                index_elements=[_TABLE.photo_id, _TABLE.name], set_=by_person
            )
            self._connection.execute(statement, rows)

    def propose(self, name: str, model: str, probabilities: dict[int, float]) -> int:
        """Tag photos as a model, with a probability for each photo id; a person's tags are unchanged.

        Returns how many photos got the model's tag that did not have it before.
        """
        before = self._count_by(model, name)
        rows = [
            {
                "photo_id": photo_id,
                "name": name,
                "model": model,
                "probability": probability,
                "tagged_at": now(),
            }
            for photo_id, probability in probabilities.items()
        ]
        if rows:
            statement = upsert(tables.tag)
            again = statement.on_conflict_do_update(
                index_elements=[_TABLE.photo_id, _TABLE.name],
                set_={
                    "model": statement.excluded.model,
                    "probability": statement.excluded.probability,
                    "tagged_at": statement.excluded.tagged_at,
                },
                where=_TABLE.model.is_not(None),
            )
            self._connection.execute(again, rows)
        return self._count_by(model, name) - before

    def withdraw(self, name: str, keep: Iterable[int] = ()) -> int:
        """Remove the models' tags with this name, except from the photos to keep; returns how many."""
        of_models = select(_TABLE.photo_id).where(_TABLE.name == name, _TABLE.model.is_not(None))
        tagged = {photo_id for (photo_id,) in self._connection.execute(of_models)}
        for photo_id in tagged.difference(keep):
            self._connection.execute(
                delete(tables.tag).where(_TABLE.photo_id == photo_id, _TABLE.name == name)
            )
        return len(tagged.difference(keep))

    def rules(self, model: str) -> list[LabelRule]:
        """Return the labels that new photos are compared with."""
        rule = tables.label_rule.c
        rows = self._connection.execute(
            select(tables.label_rule).where(rule.model == model).order_by(rule.name)
        )
        return [LabelRule(*row) for row in rows]

    def set_rules(self, rules: Sequence[LabelRule]) -> None:
        """Compare new photos with these labels from now on."""
        rule = tables.label_rule.c
        for made in rules:
            values = {"mean": made.mean, "deviation": made.deviation, "threshold": made.threshold}
            statement = upsert(tables.label_rule).values(name=made.name, model=made.model, **values)
            self._connection.execute(
                statement.on_conflict_do_update(index_elements=[rule.name, rule.model], set_=values)
            )

    def drop_rule(self, name: str) -> None:
        """Stop tagging new photos with this label."""
        self._connection.execute(delete(tables.label_rule).where(tables.label_rule.c.name == name))

    def _count_by(self, model: str, name: str) -> int:
        counted = select(func.count()).where(_TABLE.model == model, _TABLE.name == name)
        return self._connection.execute(counted.select_from(tables.tag)).scalar_one()
