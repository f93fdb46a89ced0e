"""Rows of judgements: which photos a person judged right or wrong for which queries."""

from collections.abc import Mapping

from sqlalchemy import Connection, delete, select

from photoseek.storage.clock import now
from photoseek.storage.schema import tables
from photoseek.storage.schema.dialect import upsert

_TABLE = tables.judgement.c


class Judgements:
    """Questions about judgements."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> dict[str, dict[int, bool]]:
        """Return every judged query, with whether each judged photo id is right; in the order of judging."""
        rows = self._connection.execute(
            select(_TABLE.query, _TABLE.photo_id, _TABLE.good).order_by(_TABLE.judged_at, _TABLE.photo_id)
        )
        found: dict[str, dict[int, bool]] = {}
        for query, photo_id, good in rows:
            found.setdefault(query, {})[photo_id] = good
        return found

    def of(self, query: str) -> dict[int, bool]:
        """Return whether each judged photo id is right as an answer to this query."""
        rows = self._connection.execute(
            select(_TABLE.photo_id, _TABLE.good).where(_TABLE.query == query).order_by(_TABLE.photo_id)
        )
        return {photo_id: good for photo_id, good in rows}  # noqa: C416 (rows are not pairs to dict())

    def put(self, query: str, judged: Mapping[int, bool]) -> None:
        """Store whether photos are right, by id. A later judgement replaces an earlier one."""
        judged_at = now()
        rows = [
            {"query": query, "photo_id": photo_id, "good": good, "judged_at": judged_at}
            for photo_id, good in judged.items()
        ]
        if not rows:
            return
        statement = upsert(self._connection, tables.judgement)
        again = {"good": statement.excluded.good, "judged_at": statement.excluded.judged_at}
        self._connection.execute(
            statement.on_conflict_do_update(index_elements=[_TABLE.query, _TABLE.photo_id], set_=again), rows
        )

    def forget(self, query: str) -> int:
        """Forget the judgements of this query; returns how many there were."""
        return self._connection.execute(delete(tables.judgement).where(_TABLE.query == query)).rowcount
