"""What is said of why a photo is a hit, as lines for people and as JSON."""

from dataclasses import asdict, dataclass
from typing import Any

from photoseek.searcher.scoring.relevance import STRONG_FROM, Evidence, as_percent, grade_of

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


def _in_words(evidence: Evidence) -> str:
    total = evidence.total
    grade = grade_of(total)
    return (
        f"{total:+.2f}  {grade.relevance}, {as_percent(grade.match)}, by its evidence  "
        f"({evidence.ahead:+.2f} ahead of other captions, "
        f"{evidence.close:+.2f} close to what it shows, {evidence.common:+.2f} so are many captions, "
        f"{evidence.chance:+.2f} chance among so many photos, {evidence.base:+.2f} to begin with)"
    )


def _rounded(told: dict[str, Any]) -> dict[str, Any]:
    return {
        name: round(value, _DIGITS) if isinstance(value, float) else value for name, value in told.items()
    }
