"""Which model finds the photos that a person judged right? The figures of each over the judged questions."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from photoseek.embedder import EmbedderError, UnreadableText, successor
from photoseek.searcher.errors import BadQuery, ModelChanged
from photoseek.searcher.judging.judging import Judged
from photoseek.searcher.judging.measures import CUTS, mean_reciprocal_rank, ndcg, recall
from photoseek.searcher.query.parsing import parse_line
from photoseek.searcher.scoring.query_vectors import ReadPhoto
from photoseek.searcher.search import Searcher
from photoseek.storage import Library, Model, UnknownName

_DEEPEST = 100  # hits looked at; what comes later counts as not found
_SHOWN = max(CUTS)
# Yields the questions one by one, and displays the progress of a model.
Shown = Callable[[list[Judged], Model], Iterable[Judged]]


@dataclass(frozen=True, slots=True)
class Figures:
    """How well one model finds the right photos."""

    model: str
    in_use: bool
    questions: int
    photos: int
    recalls: dict[int, float]  # R@k by k
    mrr: float
    ndcg: float
    judged: float  # share of the first ten hits that are judged; the others count as wrong

    def as_json(self) -> dict[str, Any]:
        """Return the figures in the JSON shape."""
        return {
            "model": self.model,
            "in_use": self.in_use,
            "questions": self.questions,
            "photos": self.photos,
            **{f"r_at_{cut}": round(share, 4) for cut, share in self.recalls.items()},
            "mrr": round(self.mrr, 4),
            f"ndcg_at_{_SHOWN}": round(self.ndcg, 4),
            "judged": round(self.judged, 4),
        }


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Models side by side, and why some could not be asked."""

    figures: list[Figures] = field(default_factory=list)  # the best nDCG first
    skipped: dict[str, str] = field(default_factory=dict)  # why, by the model's name


def evaluate(library: Library, read_photo: ReadPhoto, shown: Shown) -> Evaluation:
    """Ask each model that has a vector of every photo all judged questions with a right photo in the library.

    Raises BadQuery if there is no such question.
    """
    with library.catalog.read() as transaction:
        present = transaction.photos.shown_ids()
        judged = [Judged(query, verdicts) for query, verdicts in transaction.judgements.all().items()]
        models = transaction.models.all()
        counts = transaction.models.vector_counts()
        left = {model.name: len(transaction.files.lacking_vectors(model)) for model in models}
        in_use = transaction.models.in_use()
    questions = [one for one in judged if not present.isdisjoint(one.right)]
    if not questions:
        raise BadQuery(
            "no question has been judged with a photo that is right: begin with `photoseek judge QUERY`"
        )
    made = Evaluation()
    for model in models:
        if not counts.get(model.model_id):
            continue
        if left[model.name]:
            made.skipped[model.name] = _without_vectors(model, left[model.name])
            continue
        try:
            searcher = Searcher(library, read_photo=read_photo, model=model)
            answers = [(one, _answer(searcher, one)) for one in shown(questions, model)]
        except (EmbedderError, ModelChanged) as error:
            made.skipped[model.name] = str(error)
            continue
        made.figures.append(_figures(answers, model, present, in_use=model == in_use))
    made.figures.sort(key=lambda figures: -figures.ndcg)
    return made


def _without_vectors(model: Model, photos: int) -> str:
    lacking = f"{photos} photos have no vector of it"
    if (new := successor(model.name)) is not None:
        return f"{lacking}, and it ships no more: {new} is its successor"
    return f"{lacking}: `photoseek models use {model.name}` and `photoseek index` embed them"


def _answer(searcher: Searcher, question: Judged) -> list[int]:
    """Return the ids of the photos found, nearest first; none if the question fails."""
    try:
        return searcher.ranking(parse_line(question.query), _DEEPEST)
    except (UnreadableText, UnknownName, BadQuery):  # unreadable to this model, or an album that was deleted
        return []


def _figures(
    answers: list[tuple[Judged, list[int]]], model: Model, present: set[int], *, in_use: bool
) -> Figures:
    ranks = []
    for question, found in answers:
        right = set(question.right)
        ranks.append([rank for rank, photo_id in enumerate(found, 1) if photo_id in right])
    first = [min(of_one, default=None) for of_one in ranks]
    gains = [
        ndcg(of_one, len(present.intersection(question.right)), _SHOWN)
        for of_one, (question, _) in zip(ranks, answers, strict=True)
    ]
    early = [photo_id in question.verdicts for question, found in answers for photo_id in found[:_SHOWN]]
    return Figures(
        model.name,
        in_use,
        len(answers),
        len(present),
        {cut: recall(first, cut) for cut in CUTS},
        mean_reciprocal_rank(first),
        sum(gains) / len(gains),
        sum(early) / max(1, len(early)),
    )
