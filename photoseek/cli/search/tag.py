"""`photoseek tag`: tags that a model proposes for the whole library."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from photoseek.cli.command import Command
from photoseek.cli.options import add_json, add_labels, number
from photoseek.cli.output import progress, say, say_captions_are_read, say_json
from photoseek.cli.parser import Parser, UsageError
from photoseek.storage import to_text

if TYPE_CHECKING:
    from photoseek.hooks import Hooks
    from photoseek.searcher import Proposal
    from photoseek.storage import Library

_EXAMPLES_SHOWN = 3
_STEPS_SHOWN = 5  # from so many on, which take a second or more


class Tag(Command):
    """Propose tags for the whole library. New photos are tagged alike as they are indexed.

    Tags are kept in the library; no photo file is touched.

    Examples:
      photoseek tag --labels "beach,party,receipt"
      photoseek tag --labels "beach,party,receipt" --apply --album
      photoseek tag --labels party --undo
    """

    labels: str
    apply: bool
    album: bool
    undo: bool
    threshold: float
    as_json: bool

    def add_arguments(self, parser: Parser) -> None:
        """Add the labels, and what becomes of the proposals."""
        add_labels(parser)
        parser.flag("--apply", "Keep the proposed tags. Without this option, they are only shown.")
        parser.flag("--album", "With --apply, make an album for each label.")
        parser.flag("--undo", "Remove the tags that the model gave by these labels.")
        parser.option(
            "--threshold",
            "NUMBER",
            "Probability from which a photo is tagged.",
            read=number(0.01, 0.999),
            default=0.5,
        )
        add_json(parser)

    def run(self, hooks: "Hooks") -> int:
        """Propose tags, and keep them if that is asked for."""
        from photoseek.searcher import Searcher, parse_labels, propose
        from photoseek.searcher.labels.applying import apply
        from photoseek.storage import Library

        if self.undo and (self.apply or self.album):
            raise UsageError("--undo takes tags away: leave --apply and --album out, or --undo")
        opened = Library.existing(self.library)
        labels = parse_labels(self.labels)
        if self.undo:
            _undo(opened, labels, as_json=self.as_json)
            return 0
        searcher = Searcher(opened)
        if not searcher.captions.exists():
            say_captions_are_read()
        captions = searcher.captions.read(searcher.embedder)
        proposals = propose(
            opened, searcher.model, searcher.embedder, captions, labels, self.threshold, _shown
        )
        if self.apply:
            with opened.catalog.write() as transaction:
                apply(transaction, proposals, threshold=self.threshold, albums=self.album)
        _say_proposals(opened, proposals, as_json=self.as_json, applied=self.apply)
        return 0


def _expected(proposal: "Proposal") -> str:
    """Say how many of the photos may be expected to show the label, by their probabilities."""
    return (
        f", about {sum(proposal.probabilities.values()):.0f} of them right" if proposal.probabilities else ""
    )


def _shown(steps: Sequence[int]) -> Iterator[int]:
    if len(steps) < _STEPS_SHOWN:
        yield from steps
        return
    with progress(steps, "weighing photos") as bar:
        yield from bar


def _undo(library: "Library", names: list[str], *, as_json: bool) -> None:
    from photoseek.searcher.labels.applying import take_away

    with library.catalog.write() as transaction:
        _, taken = take_away(transaction, names)
    if as_json:
        say_json({"removed": taken})
        return
    for name, count in taken.items():
        say(f"{name}: {count} tags taken away")


def _say_proposals(library: "Library", proposals: "list[Proposal]", *, as_json: bool, applied: bool) -> None:
    from photoseek.searcher.hits.held_back import marked_photos
    from photoseek.searcher.hits.records import shown_path

    with library.catalog.read() as transaction:
        photos = transaction.photos.by_id(sorted({i for p in proposals for i in p.probabilities}))
        hits = {hit.photo.photo_id: hit for hit in marked_photos(transaction, photos.values())}
    if as_json:
        photos_by_label = {
            p.rule.name: [
                {
                    "path": to_text(hits[i].path),
                    "photo_id": i,
                    "probability": round(probability, 4),
                    **({"seems_gone": True} if hits[i].seems_gone else {}),
                }
                for i, probability in p.probabilities.items()
            ]
            for p in proposals
        }
        say_json({"applied": applied, "labels": photos_by_label})
        return
    for p in proposals:
        say(f"{p.rule.name}: {len(p.probabilities)} photos{_expected(p)}")
        for photo_id in list(p.probabilities)[:_EXAMPLES_SHOWN]:
            hit = hits[photo_id]
            say(f"  {p.probabilities[photo_id]:.0%}  {shown_path(hit.path, hit.gone)}")
    if not applied:
        say("a dry run: --apply keeps these tags", err=True)
