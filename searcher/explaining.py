"""Why a photo is a hit: what each part of the query gave, the evidence it was graded by, the filters it passed."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from embedder import Vectors
from searcher.background import Background
from searcher.combining import pull
from searcher.named import names_with
from searcher.query import AnyOf, Filter, Part, Query, Reading
from searcher.ranking import taken_off
from searcher.relevance import STRONG_FROM, Evidence, Question, as_percent, grade_of, weighing
from storage import Photo, PhotoFacts, check_time, to_text

if TYPE_CHECKING:
    from searcher.hits import Hit

_DIGITS = 4


@dataclass(frozen=True, slots=True)
class PartScore:
    """What one part of the query gave to the score."""

    part: str  # as the query line writes it
    pull: float  # its weight; below 0, and halved, for what pushes away
    cosine: float
    share: float  # of the photo's cosine with the whole: the shares add up to it


@dataclass(frozen=True, slots=True)
class Rival:
    """The stored caption that the photo is nearest to."""

    caption: str
    cosine: float
    share: float  # of the score: what it takes off the cosine, 0 where the question is the nearer


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why one photo is a hit, and stands where it does."""

    parts: tuple[PartScore, ...]  # none where nothing is embedded
    rival: Rival | None  # None where the cosine is the score, and nothing was graded
    evidence: Evidence | None  # None where nothing was graded
    filters: tuple[tuple[str, str | None], ...]  # each with what it was met by, where that is one fact
    names: tuple[tuple[str, str], ...] = ()  # words of the question, each with where it stands: “its folder”

    def as_json(self) -> dict[str, Any]:
        """Give the explanation in the one JSON shape."""
        told = None
        if self.evidence is not None:
            told = _rounded(
                asdict(self.evidence) | {"total": self.evidence.total, "strong_from": STRONG_FROM}
            )
        return {
            "parts": [_rounded(asdict(part)) for part in self.parts],
            "rival": None if self.rival is None else _rounded(asdict(self.rival)),
            "evidence": told,
            "names": [{"word": word, "stands_in": where} for word, where in self.names],
            "filters": [{"filter": written, "met_by": fact} for written, fact in self.filters],
        }

    def lines(self) -> list[str]:
        """Say it for people."""
        said = [
            f"{part.share:+.3f}  {part.part}  (cosine {part.cosine:.3f}, weight {part.pull:g})"
            for part in self.parts
        ]
        if self.rival is not None and self.rival.share:
            said.append(
                f"{self.rival.share:+.3f}  nearer to “{self.rival.caption}”  (cosine {self.rival.cosine:.3f})"
            )
        if self.evidence is not None:
            said.append(_in_words(self.evidence))
        said += [written if fact is None else f"{written}  ({fact})" for written, fact in self.filters]
        said += [f"“{word}” stands in {where}" for word, where in self.names]
        return said


class Explaining:
    """Explains the hits of one query."""

    def __init__(
        self,
        query: Query,
        parts: Sequence[tuple[Part, Vectors]],
        question: Question | None,
        background: Background | None,
        searched: int,
    ) -> None:
        """Take what answered the query: its parts with their vectors, and what ranked and graded the hits.

        `background` is None where captions had no part in it.
        """
        self._query = query
        self._parts = parts
        self._background = background
        self._weigh = (
            None if question is None or background is None else weighing(question, background, searched)
        )
        pulled = [vector * pull(part.weight) for part, vector in parts]
        self._length = float(np.linalg.norm(np.sum(pulled, axis=0))) if pulled else 1.0

    def of(self, hit: "Hit", vector: Vectors | None) -> Explanation:
        """Explain a hit; `vector` is the photo's own, (dimension,), if it has one."""
        check_time()
        filters = tuple((str(made), _fact(made, hit.photo, hit.path)) for made in self._query.filters)
        names = names_with(hit.words, hit.photo)
        if vector is None:
            return Explanation((), None, None, filters, names)
        scores = tuple(self._scores(vector))
        cosine = sum(score.share for score in scores)
        evidence = None if self._weigh is None else self._weigh(vector)
        return Explanation(scores, self._rival(vector, cosine), evidence, filters, names)

    def _scores(self, vector: Vectors) -> list[PartScore]:
        scores = []
        for part, embedded in self._parts:
            cosine = float(vector @ embedded)
            pulls = pull(part.weight)
            scores.append(PartScore(str(part), pulls, cosine, pulls * cosine / self._length))
        return scores

    def _rival(self, vector: Vectors, cosine: float) -> Rival | None:
        if self._background is None:
            return None
        numbers, cosines = self._background.nearest(vector[np.newaxis])
        (lost,) = taken_off(np.array([cosine], np.float32), cosines).tolist()
        return Rival(self._background.captions[int(numbers[0])], float(cosines[0]), -lost)


def best_explanation(
    sides: Sequence[tuple[set[int] | None, Explaining]], hit: "Hit", vector: Vectors | None
) -> Explanation:
    """Explain a hit by the question that it answers best, of those whose filters let it through (None: all do)."""
    through = [told for only, told in sides if only is None or hit.photo.photo_id in only]
    every = [told.of(hit, vector) for told in through or [told for _, told in sides]]
    return max(every, key=lambda one: sum(part.share for part in one.parts))


def _in_words(evidence: Evidence) -> str:
    total = evidence.total
    grade = grade_of(total)
    return (
        f"{total:+.2f}  {grade.relevance}, {as_percent(grade.match)}, by its evidence  "
        f"({evidence.ahead:+.2f} ahead of other captions, "
        f"{evidence.close:+.2f} close to what it shows, {evidence.common:+.2f} so are many captions, "
        f"{evidence.chance:+.2f} chance among so many photos, {evidence.base:+.2f} to begin with)"
    )


_FACTS: dict[str, Callable[[PhotoFacts], str | None]] = {
    **dict.fromkeys(
        ("after", "before", "on", "during"),
        lambda facts: facts.taken_at and f"taken {facts.taken_at.replace('T', ' ')}",
    ),
    "camera": lambda facts: facts.camera,
    "lens": lambda facts: facts.lens,
    **dict.fromkeys(
        ("near", "country"),
        lambda facts: (
            None
            if facts.latitude is None or facts.longitude is None
            else f"taken at {facts.latitude:.4f}, {facts.longitude:.4f}"
        ),
    ),
    "type": lambda facts: facts.format,
    "is": lambda facts: f"{facts.width} x {facts.height}",
}


def _fact(made: Filter | AnyOf | Reading, photo: Photo, path: str) -> str | None:
    """Give what of a photo a filter looked at; None for what the filter itself says, as tags."""
    if isinstance(made, AnyOf):
        return None
    if isinstance(made, Reading):
        return _fact(made.filters[0], photo, path)
    if made.key == "in":
        return to_text(path)
    return _FACTS[made.key](photo.facts) if made.key in _FACTS else None


def _rounded(told: dict[str, Any]) -> dict[str, Any]:
    return {
        name: round(value, _DIGITS) if isinstance(value, float) else value for name, value in told.items()
    }
