"""Hits as a person reads them: a row each, and under it what `--explain` and `--heat-map` say of it."""

import os

from photoseek.cli.output import columns
from photoseek.searcher import Answer, Hit
from photoseek.searcher.query.values.lengths import as_clock
from photoseek.searcher.scoring.relevance import as_percent
from photoseek.storage import for_terminal


def as_table(answer: Answer) -> str:
    """Return aligned columns: relevance, match, date, path; the score instead where no hit has a match."""
    likeness_alone = all(hit.match is None for hit in answer.hits) and any(
        hit.score is not None for hit in answer.hits
    )
    header = ("relevance", "score" if likeness_alone else "match", "date", "path")
    rows = [header, *(_row(hit, likeness_alone=likeness_alone) for hit in answer.hits)]
    lines = []
    for line, why in zip(columns(rows), [[], *(_why(hit) for hit in answer.hits)], strict=True):
        lines += [line, *(f"    {for_terminal(one)}" for one in why)]
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
    read = dict.fromkeys(place.word for place in hit.read)
    named = " ".join(word for word in hit.words if word not in read)
    words = f"  (named {for_terminal(named)})" if named else ""
    words += f"  (reads {for_terminal(' '.join(read))})" if read else ""
    gone = "  (seems gone)" if hit.seems_gone else ""
    at = f"@{as_clock(hit.at_ms)}" if hit.at_ms is not None else ""
    shown = for_terminal(hit.path + beside) + at + copies + times + words + gone
    return hit.relevance or "–", number, (hit.taken_at or "–")[:10], shown
