"""Compute the tables of docs/scale.md from what was measured, and write them there.

Each input says where it was measured. Nothing in the tables is typed by hand; a test compares them with these.

Examples:
  python scripts/scale.py
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import NamedTuple

PAGE = Path(__file__).resolve().parents[1] / "docs" / "scale.md"
SIZES = (10_000_000, 100_000_000, 1_000_000_000)  # photos
_HOUR_S = 3600


class Input(NamedTuple):
    """A number that the tables are made of."""

    value: float
    unit: str
    what: str
    source: str


_LAB = "[lab/performance.md](lab/performance.md)"
_SETUP = "[setup.md](setup.md)"
_POSTGRESQL = "[performance.md](performance.md#in-postgresql)"
_HERE = "this page, “How the store was measured”"
INPUTS = {
    "original": Input(3.0, "MB", "an original of 12 megapixels", "assumed"),
    "thumbnail": Input(44.0, "kB", "a thumbnail", _SETUP),
    "catalog": Input(4.0, "kB", "a photo in the catalog, its vector included", _SETUP),
    "index": Input(1.3, "kB", "a vector in FAISS's index", _SETUP),
    "vector": Input(1024.0, "bytes", "a vector of 512 numbers in 16 bits", "its size"),
    "decode": Input(28.0, "ms of a core", "decoding a JPEG of 12 megapixels", _LAB),
    "read": Input(15.5, "ms of a core", "reading an object of 3 MB, two requests", _HERE),
    "list": Input(115.0, "ms of a core", "listing 1,000 objects", _HERE),
    "gpu": Input(8_100.0, "photos/s", "ViT-B-32 on an H200, random weights, embedding alone", _LAB),
    "ray": Input(2.1, "ms", "what Ray adds to a photo, two workers on two cores", "[cluster.md](cluster.md)"),
    "saving": Input(1397.0, "photos/s", "saving rows and vectors in PostgreSQL, one writer", _POSTGRESQL),
    "graph": Input(1366.0, "bytes", "a vector in pgvector's graph", _POSTGRESQL),
    "table": Input(1203.0, "bytes", "a vector in its table in PostgreSQL", _POSTGRESQL),
    "build": Input(364.0, "s", "making and measuring a graph of 1,000,000 vectors on two cores", _POSTGRESQL),
    "cores": Input(16.0, "cores", "a machine", "assumed: that of the H200 had as many"),
    "question": Input(9.1, "ms", "a search of 1,000,000 vectors on two cores, recall@10 0.995", _LAB),
    "asked": Input(25.9, "ms", "a search of the same in PostgreSQL, recall@10 0.997", _POSTGRESQL),
    "memory": Input(14.0, "GB/s", "reading memory, which bounds an exact search", _LAB),
    "partition": Input(
        10.0, "million vectors", "a partition by content hash", "chosen: its index fits 16 GB"
    ),
}


def tables() -> str:
    """Return the tables, as they stand between the marks of the page."""
    inputs = [f"| {one.what} | {one.value:g} {one.unit} | {one.source} |" for one in INPUTS.values()]
    head = "| what | " + " | ".join(f"{size // 1_000_000:,} million" for size in SIZES) + " |"
    rows = [
        f"| {what} | {' | '.join(cells)} |"
        for what, *cells in zip(_ROWS, *(map(_shown, _of(size)) for size in SIZES), strict=True)
    ]
    return "\n".join(
        [
            "| input | value | from |",
            "|---|---|---|",
            *inputs,
            "",
            head,
            "|---|" + "---|" * len(SIZES),
            *rows,
        ]
    )


_ROWS = (
    "originals, TB",
    "thumbnails, TB",
    "catalog, TB",
    "vectors alone, GB",
    "FAISS's indexes, GB",
    "list requests, of 1,000 objects",
    "listing, hours of a core",
    "reading and decoding, hours of a core",
    "machines that read and decode all in a day",
    "embedding, hours of an H200",
    "machines that keep one H200 busy",
    "what Ray adds, hours",
    "saving by one writer, days",
    "vectors and their graphs in PostgreSQL, GB",
    "partitions",
    "making one partition's graph, hours (as if in proportion)",
    "a question in one partition by FAISS, ms (as if in proportion)",
    "a question in one partition by PostgreSQL, ms (as if in proportion)",
    "a question that compares every vector on one machine, s (memory alone)",
)


def _of(photos: int) -> list[float]:
    """Compute one column."""
    value = {name: one.value for name, one in INPUTS.items()}
    core_hours = photos * (value["read"] + value["decode"]) / 1000 / _HOUR_S
    core_s = (value["read"] + value["decode"]) / 1000
    return [
        photos * value["original"] / 1e6,
        photos * value["thumbnail"] / 1e9,
        photos * value["catalog"] / 1e9,
        photos * value["vector"] / 1e9,
        photos * value["index"] / 1e6,
        math.ceil(photos / 1000),
        photos / 1000 * value["list"] / 1000 / _HOUR_S,
        core_hours,
        math.ceil(core_hours / 24 / value["cores"]),
        photos / value["gpu"] / _HOUR_S,
        math.ceil(value["gpu"] * core_s / value["cores"]),
        photos * value["ray"] / 1000 / _HOUR_S,
        photos / value["saving"] / 24 / _HOUR_S,
        photos * (value["graph"] + value["table"]) / 1e9,
        math.ceil(photos / (value["partition"] * 1e6)),
        value["build"] * value["partition"] / _HOUR_S,
        value["question"] * value["partition"],
        value["asked"] * value["partition"],
        photos * value["vector"] / 1e9 / value["memory"],
    ]


def _shown(number: float) -> str:
    """Return a number in three figures."""
    if number >= 100:  # noqa: PLR2004 (from here on, a fraction says nothing)
        return f"{round(number):,}"
    return f"{number:.3g}"


def with_tables(page: str) -> str:
    """Return a page with the tables between its marks."""
    before, _, rest = page.partition("<!-- tables -->\n")
    _, _, after = rest.partition("<!-- end of tables -->")
    return f"{before}<!-- tables -->\n{tables()}\n<!-- end of tables -->{after}"


if __name__ == "__main__":
    PAGE.write_text(with_tables(PAGE.read_text("utf-8")), "utf-8")
