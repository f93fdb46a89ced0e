"""The nearest vectors, as pgvector finds them: exactly, or by a graph of one model's vectors (HNSW).

What is asked here is planned anew each time, for the filter that it has, and is answered in binary. The two ways
to ask differ in what they sort by, so that the server can't take the other one.
"""

import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray
from psycopg import sql
from sqlalchemy import Connection

from photoseek.storage.errors import StorageError
from photoseek.storage.schema.column_types import Halves
from photoseek.storage.schema.postgresql import seen

_ID_ARRAY = np.dtype([("bytes", ">i4"), ("id", ">i8")])
_BIGINT = 20  # the type's number, the same on each server
# Recomputed in float32, since the question loses digits as float16: so many more are looked at before.
_NEAR_TIES = 10
MOST_WIDTH = 1000  # of a search, as pgvector allows
MOST_INDEXED = 4000  # numbers of a vector, as above
_OLDEST = (0, 8)  # the first that goes on where a filter leaves too few
# An iterative scan remembers which vectors it has seen. It would end early in the server's usual 4 MB.
_MEMORY_TIMES = 8
_GRAPH_BYTES = 800  # of memory for each vector beside its own, while a graph is made
_OUT_OF_MEMORY = ("53",)  # beginnings of SQLSTATE

# Beyond, each vector's id is tested instead: ids are looked up at 2 µs each.
_LOOKED_UP = 100_000
_HOLDS = "(CASE WHEN photo_id < %s THEN get_bit(%s::bytea, photo_id) = 1 ELSE false END)"

Ids = NDArray[np.int64]
Found = tuple[Ids, NDArray[np.float32]]  # ids and cosines, nearest first


class PgVector:
    """Implements `photoseek.storage.schema.protocol.NearestVectors`, which says what each does."""

    most_width = MOST_WIDTH
    most_indexed = MOST_INDEXED

    def exactly(  # noqa: PLR0913 (the protocol's)
        self,
        connection: Connection,
        model_id: int,
        vector: NDArray[np.float32],
        limit: int,
        only: Ids | None = None,
        never: Ids | None = None,
    ) -> Found:
        """Return the nearest by comparing all that may be found."""
        which = _which(model_id, only, never)
        asked, given = _nearest(connection, vector, "data", limit, *which)
        return _read(_driver(connection).execute(asked, given, prepare=False, binary=True), limit)

    def by_graph(  # noqa: PLR0913 (the protocol's)
        self,
        connection: Connection,
        model_id: int,
        vector: NDArray[np.float32],
        limit: int,
        only: Ids | None = None,
        never: Ids | None = None,
        *,
        width: int,
        most: int,
    ) -> Found:
        """Return the nearest that the graph leads to."""
        by = f"data::halfvec({len(vector)})"
        which = _which(model_id, only, never, looked_up=0)
        asked, given = _nearest(connection, vector, by, limit, *which)
        settings = {
            "hnsw.ef_search": min(width, MOST_WIDTH),
            "hnsw.iterative_scan": "relaxed_order",
            "hnsw.max_scan_tuples": most,
            "hnsw.scan_mem_multiplier": _MEMORY_TIMES,
            "enable_sort": "off",  # or the server may sort all that pass a filter
        }
        driver = _driver(connection)
        with driver.pipeline():  # one round trip
            driver.execute(
                "SELECT " + ", ".join(["set_config(%s, %s, true)"] * len(settings)),
                [str(each) for pair in settings.items() for each in pair],
            )
            found = driver.execute(asked, given, prepare=False, binary=True)
            driver.execute("SET LOCAL enable_sort = on")
        return _read(found, limit)

    def note(self, connection: Connection, model_id: int, dimension: int) -> str | None:
        """Return what was noted of a model's graph; None if there is none that is whole."""
        asked = (
            "SELECT obj_description(indexrelid, 'pg_class') FROM pg_index "
            "WHERE indexrelid = to_regclass(%s) AND indisvalid AND pg_get_expr(indexprs, indrelid) LIKE %s"
        )
        given = (f"{_schema(connection)}.{_name(model_id)}", f"%halfvec({dimension})%")
        note: str | None = connection.exec_driver_sql(asked, given).scalar()
        return note

    def is_torn(self, connection: Connection, model_id: int) -> bool:
        """Return whether a graph was begun and not finished."""
        asked = "SELECT true FROM pg_index WHERE indexrelid = to_regclass(%s) AND NOT indisvalid"
        found = connection.exec_driver_sql(asked, (f"{_schema(connection)}.{_name(model_id)}",))
        return found.scalar() is not None

    def bytes_of(self, connection: Connection, model_id: int) -> int:
        """Return how much of the disk a model's graph takes."""
        asked = "SELECT coalesce(pg_relation_size(to_regclass(%s)), 0)"
        size: int = connection.exec_driver_sql(
            asked, (f"{_schema(connection)}.{_name(model_id)}",)
        ).scalar_one()
        return size

    def take_note(self, alone: Any, model_id: int, note: str) -> None:  # noqa: ANN401 (untyped)
        """Note something of a model's graph, which goes with it."""
        alone.execute(sql.SQL("COMMENT ON INDEX {} IS {}").format(sql.Identifier(_name(model_id)), note))

    def make(  # noqa: PLR0913 (the protocol's)
        self,
        alone: Any,  # noqa: ANN401 (untyped)
        model_id: int,
        dimension: int,
        count: int,
        *,
        links: int,
        tried: int,
    ) -> None:
        """Make a model's graph anew, while others read and write."""
        self.drop(alone, model_id)
        made = (
            f"CREATE INDEX CONCURRENTLY {_name(model_id)} ON photo_vector "
            f"USING hnsw ((data::halfvec({dimension})) halfvec_ip_ops) "
            f"WITH (m = {links}, ef_construction = {tried}) WHERE model_id = {model_id}"
        )
        with _memory(alone, count * (2 * dimension + _GRAPH_BYTES)):
            try:
                alone.execute(made)
            except Exception as error:
                if not str(getattr(error, "sqlstate", "")).startswith(_OUT_OF_MEMORY):
                    raise
                # Workers share memory that a container may have little of; one process uses its own.
                self.drop(alone, model_id)
                alone.execute("SET max_parallel_maintenance_workers = 0")
                alone.execute(made)

    def drop(self, alone: Any, model_id: int) -> None:  # noqa: ANN401 (untyped)
        """Delete a model's graph, if it has one."""
        alone.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {_name(model_id)}")

    def models(self, connection: Connection) -> list[int]:
        """Return the models that have a graph, whole or not."""
        asked = (
            "SELECT substr(relname, %s)::bigint FROM pg_class JOIN pg_index ON indexrelid = pg_class.oid "
            "WHERE indrelid = to_regclass(%s) AND relname ~ %s"
        )
        given = (len(_NAME) + 1, f"{_schema(connection)}.photo_vector", f"^{_NAME}[0-9]+$")
        return list(connection.exec_driver_sql(asked, given).scalars())


_NAME = "photo_vector_near_"


def refuse_older(connection: Connection) -> None:
    """Raise StorageError if the server's pgvector can't do what is asked here."""
    asked = "SELECT extversion FROM pg_extension WHERE extname = 'vector'"
    version = connection.exec_driver_sql(asked).scalar_one()
    if tuple(map(int, version.split(".")[:2])) < _OLDEST:
        raise StorageError(
            f"the database has pgvector {version}, and 0.8 is needed: upgrade it on the server, "
            "then `ALTER EXTENSION vector UPDATE`"
        )


def _name(model_id: int) -> str:
    return f"{_NAME}{model_id}"


def _schema(connection: Connection) -> str:
    """Return the tables' schema, quoted: what a user may see are views of the same names before it."""
    return seen.schemas(connection)[0]


def _driver(connection: Connection) -> Any:  # noqa: ANN401 (SQLAlchemy's interface has no type for it)
    return connection.connection.driver_connection


def _nearest(  # noqa: PLR0913 (what is asked)
    connection: Connection,
    vector: NDArray[np.float32],
    by: str,
    limit: int,
    which: str,
    given: list[object],
) -> tuple[str, list[object]]:
    """Return a query for ids and cosines, and what it is given."""
    question = Halves.of(vector.astype("<f2").tobytes())
    near = (
        f"SELECT photo_id, data FROM {_schema(connection)}.photo_vector WHERE {which} "  # noqa: S608 (names of our own)
        f"ORDER BY {by} <#> %s::halfvec({len(vector)}) LIMIT {max(0, int(limit)) + _NEAR_TIES}"
    )
    asked = (
        f"WITH near AS MATERIALIZED ({near}) "  # noqa: S608 (as above)
        "SELECT photo_id, -(data::vector <#> %s::vector) AS cosine FROM near ORDER BY cosine DESC, photo_id"
    )
    return asked, [*given, question, _as_vector(vector)]


def _which(
    model_id: int, only: Ids | None, never: Ids | None, *, looked_up: int = _LOOKED_UP
) -> tuple[str, list[object]]:
    """Return a condition for what may be found, and what it is given."""
    conditions, given = [f"model_id = {int(model_id)}"], list[object]()
    if only is not None and never is not None and len(never):
        only, never = np.setdiff1d(only, never), None
    if only is not None and len(only) <= looked_up:
        conditions.append("photo_id = ANY (%s::bigint[])")
        given.append(_id_array(np.sort(only)))
    elif only is not None:
        conditions.append(_HOLDS)
        given += _bits(only)
    if never is not None and len(never):
        conditions.append(f"NOT {_HOLDS}")
        given += _bits(never)
    return " AND ".join(conditions), given


def _bits(ids: Ids) -> list[object]:
    """Return what `_HOLDS` is given: a bit for each id, whose server's order is NumPy's “little”."""
    held = np.zeros(int(ids.max()) + 1, np.bool_)
    held[ids] = True
    return [len(held), Halves(np.packbits(held, bitorder="little").tobytes())]


def _read(cursor: Any, limit: int) -> Found:  # noqa: ANN401 (untyped)
    rows: Sequence[tuple[int, float]] = cursor.fetchmany(limit) if limit > 0 else []
    ids, cosines = zip(*rows, strict=True) if rows else ((), ())
    return np.array(ids, np.int64), np.array(cosines, np.float32)


def _id_array(ids: Ids) -> Halves:
    """Return ids as the server takes an array of them: a list of Python's numbers takes 100 times as long."""
    each = np.empty(len(ids), _ID_ARRAY)
    each["bytes"], each["id"] = _ID_ARRAY["id"].itemsize, ids
    dimensions = 1 if len(ids) else 0
    head = struct.pack(">iii", dimensions, 0, _BIGINT) + struct.pack(">ii", len(ids), 1) * dimensions
    return Halves(head + each.tobytes())


def _as_vector(vector: NDArray[np.float32]) -> Halves:
    """Return the form in which the server takes float32."""
    return Halves(struct.pack(">HH", len(vector), 0) + vector.astype(">f4").tobytes())


@contextmanager
def _memory(alone: Any, wanted: int) -> Iterator[None]:  # noqa: ANN401 (untyped)
    """Let the server take so much memory to make an index, up to half of what its settings say it has."""
    alone.execute(
        "SELECT set_config('maintenance_work_mem', greatest("
        "(SELECT setting::bigint FROM pg_settings WHERE name = 'maintenance_work_mem'), "
        "least(%s, (SELECT setting::bigint * 4 FROM pg_settings WHERE name = 'effective_cache_size'))"
        ")::text || 'kB', false)",
        (wanted // 1024,),
    )
    try:
        yield
    finally:
        alone.execute("RESET maintenance_work_mem")
        alone.execute("RESET max_parallel_maintenance_workers")
