"""The explanation of a hit, as lines of text and as JSON."""

from dataclasses import asdict, dataclass
from typing import Any

from photoseek.searcher.scoring.relevance import STRONG_FROM, Evidence, as_percent, grade_of

_DIGITS = 4


@dataclass(frozen=True, slots=True)
class PartScore:
    """What one part of the query gave to the score."""

    part: str  # as the query line writes it
    pull: float  # its weight; negative, and halved, for a part that pushes away
    cosine: float
    share: float  # of the photo's cosine with the whole query: the shares add up to it


@dataclass(frozen=True, slots=True)
class Rival:
    """The stored caption that the photo is nearest to."""

    caption: str
    cosine: float
    share: float  # what it takes off the score; 0 if the question is nearer


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why one photo is a hit, and why at this rank."""

    parts: tuple[PartScore, ...]  # none where nothing is embedded
    rival: Rival | None  # None where the cosine is the score, and nothing was graded
    evidence: Evidence | None  # None where nothing was graded
    # Each with the photo's fact that passed it, if it is one fact.
    filters: tuple[tuple[str, str | None], ...]
    # Words of the question, each with where it was found: “its folder”.
    names: tuple[tuple[str, str], ...] = ()
    read: tuple[str, ...] = ()  # sentences: where words of the question can be read in the photo

    def as_json(self) -> dict[str, Any]:
        """Return the explanation in the one JSON shape."""
        evidence = None
        if self.evidence is not None:
            evidence = _rounded(
                asdict(self.evidence) | {"total": self.evidence.total, "strong_from": STRONG_FROM}
            )
        return {
            "parts": [_rounded(asdict(part)) for part in self.parts],
            "rival": None if self.rival is None else _rounded(asdict(self.rival)),
            "evidence": evidence,
            "names": [{"word": word, "stands_in": where} for word, where in self.names],
            "filters": [{"filter": written, "met_by": fact} for written, fact in self.filters],
        }

    def lines(self) -> list[str]:
        """Return the explanation as lines of text."""
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
        return [*said, *self.read]


def _in_words(evidence: Evidence) -> str:
    total = evidence.total
    grade = grade_of(total)
    return (
        f"{total:+.2f}  {grade.relevance}, {as_percent(grade.match)}, by its evidence  "
        f"({evidence.ahead:+.2f} ahead of other captions, "
        f"{evidence.close:+.2f} close to what it shows, {evidence.common:+.2f} so are many captions, "
        f"{evidence.chance:+.2f} chance among so many photos, {evidence.base:+.2f} to begin with)"
    )


def _rounded(evidence: dict[str, Any]) -> dict[str, Any]:
    return {
        name: round(value, _DIGITS) if isinstance(value, float) else value for name, value in evidence.items()
    }
