"""Models side by side as a person reads them: what `photoseek evaluate` measured, a row a model."""

from photoseek.cli.output import columns
from photoseek.searcher.judging.evaluating import Figures
from photoseek.searcher.judging.measures import CUTS

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
