"""Rows of tags: which photos have them, who added them, and which a person refused."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, and_, bindparam, case, delete, exists, func, insert, literal, select

from photoseek.storage.clock import now
from photoseek.storage.records import PersonsWord, Tag, TagCount
from photoseek.storage.rows.tags.renaming import merge
from photoseek.storage.schema import tables
from photoseek.storage.schema.dialect import dialect_of, upsert
from photoseek.storage.schema.portions import in_portions

_TABLE = tables.tag.c
_REFUSED = tables.refused_tag.c
_IDS_A_STATEMENT = 500


class Tags:
    """Questions about tags. What a person said of a photo and a tag, yes or no, is never changed by a model."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, photo_id: int) -> list[Tag]:
        """Return every tag on a photo, by name."""
        rows = self._connection.execute(
            select(tables.tag).where(_TABLE.photo_id == photo_id).order_by(_TABLE.name)
        )
        return [Tag(*row) for row in rows]

    def refused_of(self, photo_id: int) -> list[str]:
        """Return the tags that a person refused for a photo, by name."""
        rows = self._connection.execute(
            select(_REFUSED.name).where(_REFUSED.photo_id == photo_id).order_by(_REFUSED.name)
        )
        return [name for (name,) in rows]

    def photos_with(self, name: str) -> set[int]:
        """Return the ids of photos with this tag."""
        rows = self._connection.execute(select(_TABLE.photo_id).where(_TABLE.name == name))
        return {photo_id for (photo_id,) in rows}

    def of_models(self, name: str) -> dict[int, float]:
        """Return the photos that a model gave this tag, by photo id, with the probability of each."""
        rows = self._connection.execute(
            select(_TABLE.photo_id, _TABLE.probability).where(_TABLE.name == name, _TABLE.model.is_not(None))
        )
        return {photo_id: probability or 0.0 for photo_id, probability in rows}

    def likeliest_of_models(self) -> dict[str, int]:
        """Return of each tag that models gave the photo with the highest probability."""
        by_models, probability = _TABLE.model.is_not(None), func.coalesce(_TABLE.probability, 0.0)
        asked = select(_TABLE.name, func.max(probability).label("most")).where(by_models)
        best = asked.group_by(_TABLE.name).subquery().c
        likeliest = and_(_TABLE.name == best.name, probability == best.most)
        rows = self._connection.execute(
            select(_TABLE.name, func.min(_TABLE.photo_id)).where(by_models, likeliest).group_by(_TABLE.name)
        )
        return {name: photo_id for name, photo_id in rows}  # noqa: C416 (rows are not pairs to dict())

    def is_known(self, name: str) -> bool:
        """Return whether any photo has this tag."""
        return self._connection.execute(select(exists().where(_TABLE.name == name))).scalar_one()

    def counts(self) -> dict[str, int]:
        """Return every tag with its number of photos."""
        rows = self._connection.execute(
            select(_TABLE.name, func.count()).group_by(_TABLE.name).order_by(_TABLE.name)
        )
        return {name: count for name, count in rows}  # noqa: C416 (rows are not pairs to dict())

    def counts_among(self, photo_ids: Iterable[int]) -> dict[str, int]:
        """Return every tag of these photos with how many of them have it."""
        among = dialect_of(self._connection).is_among(_TABLE.photo_id, photo_ids)
        asked = select(_TABLE.name, func.count()).where(among)
        rows = self._connection.execute(asked.group_by(_TABLE.name).order_by(_TABLE.name))
        return {name: count for name, count in rows}  # noqa: C416 (rows are not pairs to dict())

    def counts_by_giver(self) -> list[TagCount]:
        """Return every tag that a photo has or that a person refused, by name."""
        by_people = func.sum(case((_TABLE.model.is_(None), 1), else_=0))
        given = {
            name: (of_people, count - of_people)
            for name, of_people, count in self._connection.execute(
                select(_TABLE.name, by_people, func.count()).group_by(_TABLE.name)
            )
        }
        said_no = self._connection.execute(select(_REFUSED.name, func.count()).group_by(_REFUSED.name))
        refused = {name: count for name, count in said_no}  # noqa: C416 (rows are not pairs to dict())
        return [
            TagCount(name, *given.get(name, (0, 0)), refused.get(name, 0))
            for name in sorted(given.keys() | refused)
        ]

    def words_of_people(self) -> Iterator[PersonsWord]:
        """Yield all that people said of photos and tags, by photo and name."""
        return self._words([])

    def answers(self) -> tuple[int, str]:
        """Return how often people said yes or no, and when last; "" if they never did."""
        said = [
            self._connection.execute(asked).one()
            for asked in (
                select(func.count(), func.max(_TABLE.tagged_at)).where(_TABLE.model.is_(None)),
                select(func.count(), func.max(_REFUSED.refused_at)),
            )
        ]
        return sum(count for count, _ in said), max(at or "" for _, at in said)

    def words_on(self, photo_ids: Iterable[int]) -> Iterator[PersonsWord]:
        """Yield what people said of these photos' tags."""
        for some in in_portions(photo_ids, _IDS_A_STATEMENT):
            yield from self._words(some)

    def _words(self, photo_ids: Sequence[int]) -> Iterator[PersonsWord]:
        """Yield what people said of some photos; none named: of all."""
        of_tags = [_TABLE.photo_id.in_(photo_ids)] if photo_ids else []
        of_refused = [_REFUSED.photo_id.in_(photo_ids)] if photo_ids else []
        yes = select(_TABLE.photo_id, _TABLE.name, literal(1), _TABLE.tagged_at).where(
            _TABLE.model.is_(None), *of_tags
        )
        no = select(_REFUSED.photo_id, _REFUSED.name, literal(0), _REFUSED.refused_at).where(*of_refused)
        said = yes.union_all(no).order_by("photo_id", "name")
        for photo_id, name, said_yes, said_at in self._connection.execute(said):
            yield PersonsWord(photo_id, name, bool(said_yes), said_at)

    def put(self, photo_ids: Iterable[int], name: str) -> int:
        """Tag photos as a person, who may have refused it before; returns how many a person had not tagged so."""
        wanted = set(photo_ids)
        new = wanted.difference(self.photos_of_people(name))
        self._delete_each(tables.refused_tag, name, new)
        self._delete_each(tables.tag, name, new)
        self._insert_each(
            tables.tag, [{"photo_id": photo_id, "name": name, "tagged_at": now()} for photo_id in sorted(new)]
        )
        return len(new)

    def refuse(self, photo_ids: Iterable[int], name: str) -> int:
        """Remove a tag as a person, so that no model adds it again; returns how many photos had it."""
        wanted = set(photo_ids)
        had = wanted & self.photos_with(name)
        self._delete_each(tables.tag, name, had)
        rows = [{"photo_id": photo_id, "name": name, "refused_at": now()} for photo_id in sorted(wanted)]
        if rows:
            self._connection.execute(
                upsert(self._connection, tables.refused_tag).on_conflict_do_nothing(), rows
            )
        return len(had)

    def forget(self, photo_ids: Iterable[int], name: str) -> list[PersonsWord]:
        """Take back a person's yes and no to a tag, so that a model may decide; returns what they were."""
        said = [word for word in self.words_on(photo_ids) if word.name == name]
        for table, yes in ((tables.tag, True), (tables.refused_tag, False)):
            self._delete_each(table, name, [word.photo_id for word in said if word.yes == yes])
        return said

    def propose(
        self,
        name: str,
        model: str,
        probabilities: Mapping[int, float],
        *,
        vocabulary: str | None = None,
        run: int | None = None,
    ) -> int:
        """Tag photos as a model, with a probability for each photo id; a person's yes and no are unchanged.

        With the number of a `run`, it can be taken back. Returns how many photos got the model's tag that did not
        have it before.
        """
        before = self._rows(name, probabilities)
        there = self._there(probabilities)  # of those that were weighed, some may be forgotten since
        refused = self._refused(name, probabilities)
        open_to_models = [
            photo_id
            for photo_id in probabilities
            if photo_id in there
            and photo_id not in refused
            and (photo_id not in before or before[photo_id].model is not None)
        ]
        self._remember(run, name, {photo_id: before.get(photo_id) for photo_id in open_to_models})
        self._delete_each(tables.tag, name, open_to_models)
        tagged_at = now()
        self._insert_each(
            tables.tag,
            [
                {
                    "photo_id": photo_id,
                    "name": name,
                    "model": model,
                    "probability": probabilities[photo_id],
                    "tagged_at": tagged_at,
                    "vocabulary": vocabulary,
                    "run_id": run,
                }
                for photo_id in open_to_models
            ],
        )
        return sum(photo_id not in before or before[photo_id].model != model for photo_id in open_to_models)

    def withdraw(
        self,
        name: str,
        keep: Collection[int] = (),
        *,
        among: Collection[int] | None = None,
        run: int | None = None,
    ) -> int:
        """Remove the models' tags with this name, except from the photos to keep; returns how many.

        `among` are the photos that it is about; None: all. With the number of a `run`, it can be taken back.
        """
        of_models = select(tables.tag).where(_TABLE.name == name, _TABLE.model.is_not(None))
        gone = {
            row.photo_id: row
            for row in self._connection.execute(of_models)
            if row.photo_id not in keep and (among is None or row.photo_id in among)
        }
        self._remember(run, name, gone)
        self._delete_each(tables.tag, name, gone)
        return len(gone)

    def merge(self, old: str, new: str) -> int:
        """Call a tag by another name, which photos may have already; returns how many photos had the old one."""
        return merge(self._connection, old, new)

    def photos_of_people(self, name: str) -> set[int]:
        """Return the ids of photos that a person tagged so."""
        asked = select(_TABLE.photo_id).where(_TABLE.name == name, _TABLE.model.is_(None))
        return set(self._connection.execute(asked).scalars())

    def _rows(self, name: str, photo_ids: Iterable[int]) -> dict[int, Any]:
        """Return the rows of this tag on these photos, by photo id."""
        return {
            row.photo_id: row
            for some in in_portions(photo_ids, _IDS_A_STATEMENT)
            for row in self._connection.execute(
                select(tables.tag).where(_TABLE.name == name, _TABLE.photo_id.in_(some))
            )
        }

    def _there(self, photo_ids: Iterable[int]) -> set[int]:
        return {
            photo_id
            for some in in_portions(photo_ids, _IDS_A_STATEMENT)
            for (photo_id,) in self._connection.execute(
                select(tables.photo.c.id).where(tables.photo.c.id.in_(some))
            )
        }

    def _refused(self, name: str, photo_ids: Iterable[int]) -> set[int]:
        return {
            photo_id
            for some in in_portions(photo_ids, _IDS_A_STATEMENT)
            for (photo_id,) in self._connection.execute(
                select(_REFUSED.photo_id).where(_REFUSED.name == name, _REFUSED.photo_id.in_(some))
            )
        }

    def _remember(self, run: int | None, name: str, before: Mapping[int, Any]) -> None:
        """Keep the rows that a run is about to change; of a row that it changed before, the first is kept."""
        if run is None or not before:
            return
        rows = [
            {
                "run_id": run,
                "photo_id": photo_id,
                "name": name,
                "model": None if row is None else row.model,
                "probability": None if row is None else row.probability,
                "tagged_at": None if row is None else row.tagged_at,
                "vocabulary": None if row is None else row.vocabulary,
                "earlier_run_id": None if row is None else row.run_id,
            }
            for photo_id, row in before.items()
        ]
        self._connection.execute(
            upsert(self._connection, tables.tag_run_change).on_conflict_do_nothing(), rows
        )

    def _delete_each(self, table: Table, name: str, photo_ids: Iterable[int]) -> None:
        rows = [{"of_photo": photo_id, "of_name": name} for photo_id in photo_ids]
        if rows:
            which = and_(table.c.photo_id == bindparam("of_photo"), table.c.name == bindparam("of_name"))
            self._connection.execute(delete(table).where(which), rows)

    def _insert_each(self, table: Table, rows: Sequence[dict[str, object]]) -> None:
        if rows:
            self._connection.execute(insert(table), rows)
