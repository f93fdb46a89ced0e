"""Why a photo is a hit: each part's share of the score, the evidence for its grade, the filters that it passed."""

from collections.abc import Callable, Sequence

import numpy as np

from photoseek.embedder import Vectors
from photoseek.searcher.hits.explanation import Explanation, PartScore, Rival
from photoseek.searcher.hits.records import Hit
from photoseek.searcher.query.filters import SHAPES
from photoseek.searcher.query.query import AnyOf, Filter, Part, Query, Reading
from photoseek.searcher.query.values.lengths import as_clock
from photoseek.searcher.scoring.background import Background
from photoseek.searcher.scoring.combining import pull
from photoseek.searcher.scoring.name_matches import names_with
from photoseek.searcher.scoring.ranking import penalty
from photoseek.searcher.scoring.relevance import (
    Question,
    weighing,
)
from photoseek.storage import Photo, check_time, to_text


class Explainer:
    """Explains the hits of one query."""

    def __init__(
        self,
        query: Query,
        parts: Sequence[tuple[Part, Vectors]],
        question: Question | None,
        background: Background | None,
        searched: int,
    ) -> None:
        """Take the query's parts with their vectors, and what ranked and graded the hits.

        `background` is None if no captions were used.
        """
        self._query = query
        self._parts = parts
        self._background = background
        self._weigh = (
            None if question is None or background is None else weighing(question, background, searched)
        )
        pulled = [vector * pull(part.weight) for part, vector in parts]
        self._length = float(np.linalg.norm(np.sum(pulled, axis=0))) if pulled else 1.0

    def of(self, hit: Hit, vector: Vectors | None) -> Explanation:
        """Explain a hit; `vector` is the photo's own, (dimension,), if it has one."""
        check_time()
        filters = tuple((str(made), _fact(made, hit.photo, hit.path)) for made in self._query.filters)
        names, read = names_with(hit.words, hit.photo), tuple(map(str, hit.read))
        if vector is None:
            return Explanation((), None, None, filters, names, read)
        scores = tuple(self._scores(vector))
        cosine = sum(score.share for score in scores)
        evidence = None if self._weigh is None else self._weigh(vector)
        return Explanation(scores, self._rival(vector, cosine), evidence, filters, names, read)

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
        (lost,) = penalty(np.array([cosine], np.float32), cosines).tolist()
        return Rival(self._background.captions[int(numbers[0])], float(cosines[0]), -lost)


def best_explanation(
    sides: Sequence[tuple[set[int] | None, Explainer]], hit: Hit, vector: Vectors | None
) -> Explanation:
    """Explain a hit by the question that it answers best, of those whose filters it passes (None: no filters)."""
    through = [explainer for only, explainer in sides if only is None or hit.photo.photo_id in only]
    every = [explainer.of(hit, vector) for explainer in through or [explainer for _, explainer in sides]]
    return max(every, key=lambda one: sum(part.share for part in one.parts))


def _when(photo: Photo) -> str | None:
    taken = photo.facts.taken_at
    return taken and f"taken {taken.replace('T', ' ')}{_by_person(photo, 'date')}"


def _where(photo: Photo) -> str | None:
    facts = photo.facts
    if facts.latitude is None or facts.longitude is None:
        return None
    return f"taken at {facts.latitude:.4f}, {facts.longitude:.4f}{_by_person(photo, 'place')}"


def _stars(photo: Photo) -> str:
    stars = photo.facts.rating or 0
    said = "rejected" if stars < 0 else f"{stars} of 5 stars" if stars else "not rated"
    return f"{said}{_by_person(photo, 'rating')}"


def _by_person(photo: Photo, field: str) -> str:
    return ", set by you" if field in photo.edited else ""


_FACTS: dict[str, Callable[[Photo], str | None]] = {
    **dict.fromkeys(("after", "before", "on", "during"), _when),
    "camera": lambda photo: photo.facts.camera,
    "lens": lambda photo: photo.facts.lens,
    **dict.fromkeys(("near", "country"), _where),
    "type": lambda photo: photo.facts.format,
    "length": lambda photo: None if photo.facts.duration_ms is None else as_clock(photo.facts.duration_ms),
    "rating": _stars,
}
_FACTS_OF_KINDS: dict[str, Callable[[Photo], str | None]] = {  # by the value of `is:`
    **dict.fromkeys(SHAPES, lambda photo: f"{photo.facts.width} x {photo.facts.height}"),
    "dated": _when,
    "located": _where,
    **dict.fromkeys(("rated", "rejected"), _stars),
    "edited": lambda photo: ", ".join(photo.edited),
}


def _fact(made: Filter | AnyOf | Reading, photo: Photo, path: str) -> str | None:
    """Return the photo's fact that a filter checked; None where the filter itself says it, as a tag does."""
    if isinstance(made, AnyOf):
        return None
    if isinstance(made, Reading):
        return _fact(made.filters[0], photo, path)
    if made.key == "in":
        return to_text(path)
    fact = _FACTS_OF_KINDS.get(made.value.lower()) if made.key == "is" else _FACTS.get(made.key)
    return None if fact is None else fact(photo)
