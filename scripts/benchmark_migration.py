"""How long does a library of an earlier schema take to be brought up to date?

It is made of one of the small libraries that the tests keep, its photos repeated with vectors of their own.
"""

from __future__ import annotations

import argparse
import gzip
import sqlite3
import tempfile
import time
from contextlib import closing
from pathlib import Path

import environment

_LIBRARIES = environment.ROOT / "tests" / "storage" / "libraries"
_VECTOR_BYTES = 1024


def main() -> int:
    """Print the seconds."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--photos", type=int, default=100_000, metavar="N")
    parser.add_argument("--schema", type=int, default=1, metavar="N", help="that it is made of (default: 1)")
    asked = parser.parse_args()
    environment.enter()
    from photoseek.storage import Library

    with tempfile.TemporaryDirectory(prefix="photoseek-migration-") as folder:
        catalog = Path(folder) / "catalog.sqlite"
        catalog.write_bytes(gzip.decompress((_LIBRARIES / f"schema-{asked.schema}.sqlite.gz").read_bytes()))
        _fill(catalog, asked.photos)
        size = catalog.stat().st_size
        began, used = time.perf_counter(), time.process_time()
        Library(Path(folder)).close()
        took, of_processor = time.perf_counter() - began, time.process_time() - used
    print(
        f"schema {asked.schema}, {asked.photos} photos, {size / 1e6:.0f} MB: "
        f"{took:.1f} s, {of_processor:.1f} s of processor time"
    )
    return 0


def _fill(catalog: Path, photos: int) -> None:
    """Repeat the first photo, with its file and a vector."""
    with closing(sqlite3.connect(catalog)) as connection, connection:
        columns = {
            table: [name for _, name, *_ in connection.execute(f"PRAGMA table_info({table})") if name != "id"]
            for table in ("photo", "file", "vector")
        }
        count = "WITH RECURSIVE n(i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < 999 + ?) "
        for table, id_column, made in (
            ("photo", "id, ", {"content_hash": "randomblob(16)", "pixel_hash": "randomblob(16)"}),
            (
                "file",
                "id, ",
                {"photo_id": "i", "path": "CAST('trip ' || (i % 100) || '/photo ' || i || '.jpg' AS BLOB)"},
            ),
            ("vector", "", {"photo_id": "i", "data": f"randomblob({_VECTOR_BYTES})"}),
        ):
            names = columns[table]
            values = ", ".join(made.get(name, name) for name in names)
            numbered = "i, " if id_column else ""
            connection.execute(
                f"{count}INSERT INTO {table} ({id_column}{', '.join(names)}) "  # noqa: S608 (names of our own schema)
                f"SELECT {numbered}{values} FROM n, (SELECT * FROM {table} LIMIT 1)",
                (photos,),
            )


if __name__ == "__main__":
    environment.run(main)
