"""`photoseek label`: how likely each of some labels is for photos."""

import sys
from collections.abc import Iterable
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from photoseek.cli.command import Command
from photoseek.cli.options import add_json, add_labels, named_path
from photoseek.cli.output import progress, say, say_error, say_json
from photoseek.cli.parser import Parser
from photoseek.storage import for_terminal, to_text

if TYPE_CHECKING:
    from photoseek.hooks import Hooks
    from photoseek.searcher.labels.labelling import Labelled

_NONE = "none of these"


class Label(Command):
    """Say how likely each of some labels is for photos, which need not be in the library.

    *None of these* competes with them. A photo that can't be read is named and left out. No library is needed;
    where there is one, its model is asked, and photos in it are not read again.

    Examples:
      photoseek label IMG_2041.HEIC --labels "cat,dog,person"
    """

    paths: list[Path]
    labels: str
    as_json: bool

    def add_arguments(self, parser: Parser) -> None:
        """Add the photos and the labels."""
        parser.argument("paths", "PATH", read=named_path, many=True)
        add_labels(parser)
        add_json(parser)

    def run(self, hooks: "Hooks") -> int:
        """Label the photos. Raises the error of the last that can't be read."""
        from photoseek.searcher import parse_labels
        from photoseek.searcher.labels.labelling import label_photos, labelling

        labels = parse_labels(self.labels)
        with labelling(self.library) as by, hooks.pixels_reader(by.embedder.facts.preprocess) as read:
            photos = label_photos(by, read, self.paths, labels)
            _say_labels(photos, len(self.paths), by.embedder.facts.model_id, as_json=self.as_json)
        return 0


def _say_labels(photos: "Iterable[Labelled]", count: int, model_id: str, *, as_json: bool) -> None:
    """Print each photo's labels, and each that can't be read. Raises the last such error at the end."""
    from photoseek.searcher.labels.labelling import AT_ONCE

    labelled: list[Labelled] = []
    unread: list[tuple[Path, Exception]] = []
    # Where rows come on the terminal themselves, they are the progress.
    quiet = count <= AT_ONCE or (sys.stdout.isatty() and not as_json)
    bar = progress(photos, "labelling photos", count)
    with nullcontext(photos) if quiet else bar as shown:
        for photo in shown:
            if photo.error is not None:
                for _, before in unread[-1:]:  # the last of them ends the command
                    say_error(before)
                unread.append((photo.path, photo.error))
            elif as_json:
                labelled.append(photo)
            else:
                say(_as_text(photo))
    if as_json:
        say_json({"model": model_id, **_as_json(labelled, unread)})
    for _, error in unread[-1:]:
        raise error


def _as_text(photo: "Labelled") -> str:
    competing = [(probability, label) for label, probability in photo.probabilities.items()]
    if photo.none:
        competing.append((photo.none, _NONE))
    shown = "  ".join(f"{label} {probability:.0%}" for probability, label in sorted(competing, reverse=True))
    return f"{for_terminal(str(photo.path))}  {shown}"


def _as_json(labelled: "Iterable[Labelled]", unread: Iterable[tuple[Path, Exception]]) -> dict[str, object]:
    return {
        "photos": [
            {
                "path": to_text(str(photo.path)),
                "labels": {label: round(value, 4) for label, value in photo.probabilities.items()},
                "none_of_these": round(photo.none, 4),
            }
            for photo in labelled
        ],
        "unreadable": [
            {
                "path": to_text(str(path)),
                "reason": str(error).removeprefix(f"{for_terminal(str(path))}: "),
            }
            for path, error in unread
        ],
    }
