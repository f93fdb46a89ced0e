"""`photoseek evaluate`: models side by side, by the questions that were judged."""

from collections.abc import Iterator

import typer

from photoseek.cli.context import hooks_of
from photoseek.cli.options import AsJson, LibraryFolder
from photoseek.cli.output import columns, progress, say, say_json
from photoseek.searcher.judging.evaluating import Figures
from photoseek.searcher.judging.evaluating import evaluate as evaluated
from photoseek.searcher.judging.judging import Judged
from photoseek.searcher.judging.measures import CUTS
from photoseek.storage import Library, Model

_HEADER = (
    "model",
    "",
    "questions",
    "photos",
    *(f"R@{cut}" for cut in CUTS),
    "MRR",
    f"nDCG@{max(CUTS)}",
    "judged",
)

commands = typer.Typer(rich_markup_mode=None)


@commands.command()
def evaluate(context: typer.Context, library: LibraryFolder, as_json: AsJson = False) -> None:
    """Compare the models that all photos are embedded with, by the questions that were judged.

    R@k is the share of questions with something right among the first k hits, MRR the mean of 1 ÷ the first
    right place, nDCG@10 how near the first ten come to the best order; docs/judging.md says more. `models use`
    keeps the vectors of the model before, until `models remove`.

    Examples:
      photoseek judge a cat --right 1

      photoseek evaluate

      photoseek evaluate --json
    """
    made = evaluated(Library.existing(library), hooks_of(context).read_photo, _shown)
    if as_json:
        told = {"models": [figures.as_json() for figures in made.figures], "skipped": made.skipped}
        say_json(told)
        return
    say(as_table(made.figures))
    for name, why in made.skipped.items():
        say(f"{name} is left out: {why}", err=True)


def _shown(questions: list[Judged], model: Model) -> Iterator[Judged]:
    with progress(questions, f"asking {model.name}") as bar:
        yield from bar


def as_table(figures: list[Figures]) -> str:
    """Give aligned columns: words, then numbers."""
    return "\n".join(columns([_HEADER, *map(_row, figures)], right=range(2, len(_HEADER))))


def _row(one: Figures) -> tuple[str, ...]:
    shares = [*one.recalls.values(), one.mrr, one.ndcg]
    return (
        one.model,
        "in use" if one.in_use else "",
        str(one.questions),
        str(one.photos),
        *(f"{share:.3f}" for share in shares),
        f"{one.judged:.0%}",
    )
