"""Photos that somebody names, labelled one few after another: what `photoseek label` says."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import typer

from embedder import Embedder, Pixels
from searcher.labels import classify
from storage import for_terminal, to_text

_AT_ONCE = 32  # photos embedded together; so many are said before the next are read


@dataclass(frozen=True, slots=True)
class Labelled:
    """What a model says of a photo, or the error that says why it can't be read."""

    path: Path
    probabilities: dict[str, float]  # by label, they sum to 1; none of a photo that can't be read
    error: Exception | None = None


def label_photos(
    embedder: Embedder,
    read: Callable[[Path], Pixels | Exception],
    paths: Iterable[Path],
    labels: Sequence[str],
) -> Iterator[Labelled]:
    """Label photos in their order; `read` gives a photo's pixels, or the error that says why not."""
    waiting = iter(paths)
    while some := list(islice(waiting, _AT_ONCE)):
        told = [read(path) for path in some]
        pixels = [one for one in told if not isinstance(one, Exception)]
        rows = iter(classify(embedder, embedder.embed_photos(np.stack(pixels)), labels) if pixels else ())
        for path, one in zip(some, told, strict=True):
            if isinstance(one, Exception):
                yield Labelled(path, {}, one)
            else:
                yield Labelled(path, dict(zip(labels, map(float, next(rows)), strict=True)))


def say_labels(photos: Iterable[Labelled], count: int, model_id: str, *, as_json: bool) -> None:
    """Print each photo's labels, and each that can't be read. Raises the last such error at the end."""
    told: list[Labelled] = []
    unread: list[tuple[Path, Exception]] = []
    # Where rows come on the terminal themselves, they are the progress.
    quiet = count <= _AT_ONCE or (sys.stdout.isatty() and not as_json)
    bar = typer.progressbar(photos, length=count, label="labelling photos", file=sys.stderr)
    with nullcontext(photos) if quiet else bar as shown:
        for photo in shown:
            if photo.error is not None:
                for _, before in unread[-1:]:  # the last of them ends the command
                    typer.echo(f"photoseek: {before}", err=True)
                unread.append((photo.path, photo.error))
            elif as_json:
                told.append(photo)
            else:
                typer.echo(_as_text(photo))
    if as_json:
        typer.echo(json.dumps({"model": model_id, **_as_json(told, unread)}))
    for _, error in unread[-1:]:
        raise error


def _as_text(photo: Labelled) -> str:
    ranked = sorted(photo.probabilities.items(), key=lambda one: (one[1], one[0]), reverse=True)
    shown = "  ".join(f"{label} {probability:.0%}" for label, probability in ranked)
    return f"{for_terminal(str(photo.path))}  {shown}"


def _as_json(told: Iterable[Labelled], unread: Iterable[tuple[Path, Exception]]) -> dict[str, object]:
    return {
        "photos": [
            {
                "path": to_text(str(photo.path)),
                "labels": {label: round(value, 4) for label, value in photo.probabilities.items()},
            }
            for photo in told
        ],
        "unreadable": [
            {
                "path": to_text(str(path)),
                "reason": str(error).removeprefix(f"{for_terminal(str(path))}: "),
            }
            for path, error in unread
        ],
    }
