"""Answers as text: a table for people, paths for programs, one JSON object for either."""

import json
import os

from photoseek.searcher.hits.records import Answer, Hit
from photoseek.searcher.scoring.relevance import as_percent
from photoseek.storage import for_terminal


def as_json(answer: Answer) -> str:
    """Give one JSON object, as HTTP gives it too."""
    return json.dumps(answer.as_json(), ensure_ascii=False)


def as_paths(paths: list[str], *, null: bool) -> bytes:
    r"""Give each path as the bytes the file system has, ended by a line break, or by ``\0``."""
    end = b"\0" if null else b"\n"
    return b"".join(os.fsencode(path) + end for path in paths)


def as_table(answer: Answer) -> str:
    """Give aligned columns: relevance, match, date, path; the score in place of the match where no hit has one."""
    likeness_alone = all(hit.match is None for hit in answer.hits) and any(
        hit.score is not None for hit in answer.hits
    )
    header = ("relevance", "score" if likeness_alone else "match", "date", "path")
    rows = [header, *(_row(hit, likeness_alone=likeness_alone) for hit in answer.hits)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(header) - 1)]
    lines = []
    told = [[], *(_why(hit) for hit in answer.hits)]
    for row, why in zip(rows, told, strict=True):
        padded = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        lines.append("  ".join([*padded, row[-1]]))
        lines += [f"    {for_terminal(line)}" for line in why]
    return "\n".join(lines)


def _why(hit: Hit) -> list[str]:
    lines = [] if hit.explanation is None else hit.explanation.lines()
    return lines if hit.heat_map is None else [*lines, f"heat map: {hit.heat_map}"]


def _row(hit: Hit, *, likeness_alone: bool) -> tuple[str, str, str, str]:
    number = "–"
    if likeness_alone and hit.score is not None:
        number = f"{hit.score:.3f}"
    elif hit.match is not None:
        number = as_percent(hit.match)
    copies = f"  (+{len(hit.photo.paths) - 1} copies)" if len(hit.photo.paths) > 1 else ""
    beside = "".join(f"  +{os.path.splitext(path)[1]}" for path in hit.companions)  # noqa: PTH122 (paths stay str)
    times = f"  ×{len(hit.alike) + 1}" if hit.alike else ""
    named = f"  (named {for_terminal(' '.join(hit.words))})" if hit.words else ""
    gone = "  (seems gone)" if hit.seems_gone else ""
    shown = for_terminal(hit.path + beside) + copies + times + named + gone
    return hit.relevance or "–", number, (hit.taken_at or "–")[:10], shown
