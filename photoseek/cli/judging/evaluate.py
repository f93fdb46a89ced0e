"""`photoseek evaluate`: models side by side, by the questions that were judged."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from photoseek.cli.command import Command
from photoseek.cli.options import add_json
from photoseek.cli.output import columns, progress, say, say_json
from photoseek.cli.parser import Parser

if TYPE_CHECKING:
    from photoseek.hooks import Hooks
    from photoseek.searcher.judging.evaluating import Figures
    from photoseek.searcher.judging.judging import Judged
    from photoseek.storage import Model


class Evaluate(Command):
    """Compare the models that all photos are embedded with, by the questions that were judged.

    R@k is the share of questions with something right among the first k hits, MRR the mean of 1 ÷ the first
    right place, nDCG@10 how near the first ten come to the best order; docs/judging.md says more. `models use`
    keeps the vectors of the model before, until `models remove`.

    Examples:
      photoseek judge a cat --right 1
      photoseek evaluate
      photoseek evaluate --json
    """

    as_json: bool

    def add_arguments(self, parser: Parser) -> None:
        """Add the form of the table."""
        add_json(parser)

    def run(self, hooks: "Hooks") -> int:
        """Compare the models."""
        from photoseek.searcher.judging.evaluating import evaluate
        from photoseek.storage import Library

        made = evaluate(Library.existing(self.library), hooks.read_photo, _shown)
        if self.as_json:
            say_json({"models": [figures.as_json() for figures in made.figures], "skipped": made.skipped})
            return 0
        say(as_table(made.figures))
        for name, why in made.skipped.items():
            say(f"{name} is left out: {why}", err=True)
        return 0


def _shown(questions: "list[Judged]", model: "Model") -> "Iterator[Judged]":
    with progress(questions, f"asking {model.name}") as bar:
        yield from bar


def as_table(figures: "list[Figures]") -> str:
    """Return aligned columns: words, then numbers."""
    from photoseek.searcher.judging.measures import CUTS

    recalls = (f"R@{cut}" for cut in CUTS)
    header = ("model", "", "questions", "photos", *recalls, "MRR", f"nDCG@{max(CUTS)}", "judged")
    return "\n".join(columns([header, *map(_row, figures)], right=range(2, len(header))))


def _row(one: "Figures") -> tuple[str, ...]:
    shares = [*one.recalls.values(), one.mrr, one.ndcg]
    return (
        one.model,
        "in use" if one.in_use else "",
        str(one.questions),
        str(one.photos),
        *(f"{share:.3f}" for share in shares),
        f"{one.judged:.0%}",
    )
