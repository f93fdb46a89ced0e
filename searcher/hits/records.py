"""What comes back: hits, best first, in plain records that every way out renders alike."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any

from photoseek.searcher.hits.explanation import Explanation
from photoseek.searcher.query.query import Reading
from photoseek.searcher.scoring.relevance import Relevance, cut
from photoseek.storage import Photo, for_terminal, to_text


def shown_path(path: str, gone: Collection[str]) -> str:
    """Give a path for people, marked where it is among those where nothing was seen any more."""
    return for_terminal(path) + ("  (seems gone)" if path in gone else "")


@dataclass(frozen=True, slots=True)
class Hit:
    """A photo that answers a query."""

    photo: Photo
    score: float | None  # the cosine, or less: `ranking`; None for filters alone
    relevance: (
        Relevance | None
    )  # None where nothing was graded: filters, pictures, a model without background
    match: float | None = None  # 0 to 1, says the same as the grade: `relevance.match_of`
    words: tuple[str, ...] = ()  # of the question, that its names have: `photoseek.searcher.scoring.named`
    is_named: bool = False  # whether its names say the whole question
    standing: float | None = None  # its place in the one list, highest first; None: its score is
    companions: tuple[str, ...] = ()  # paths of the raw photo or the film that belong to this one
    alike: tuple[str, ...] = ()  # paths of frames of the same burst, and of copies, that rank behind it
    gone: tuple[str, ...] = ()  # those of the photo's paths where nothing was seen any more: `held_back`
    explanation: Explanation | None = None  # where it was asked for
    heat_map: str | None = None  # path of the picture that shows where the query matched

    @property
    def path(self) -> str:
        """Where the photo lies, the first place of several."""
        return self.photo.paths[0]

    @property
    def seems_gone(self) -> bool:
        """Whether nothing was seen at its path any more, though the library holds on to it."""
        return self.path in self.gone

    @property
    def fits(self) -> bool:
        """Whether it is more than weak, by what it shows or by what it is called."""
        return self.relevance != "weak" or bool(self.words)

    @property
    def taken_at(self) -> str | None:
        """ISO 8601, with the offset from UTC where the photo tells it."""
        taken, minutes = self.photo.facts.taken_at, self.photo.facts.taken_offset_minutes
        if taken is None or minutes is None:
            return taken
        sign = "-" if minutes < 0 else "+"
        return f"{taken}{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"

    def as_json(self) -> dict[str, Any]:
        """Give the hit in the one JSON shape."""
        told: dict[str, Any] = {
            "path": to_text(self.path),
            "photo_id": self.photo.photo_id,
            "score": None if self.score is None else round(self.score, 4),
            "relevance": self.relevance,
            "match": None if self.match is None else cut(self.match),
            "width": self.photo.facts.width,
            "height": self.photo.facts.height,
            "taken_at": self.taken_at,
        }
        if self.words:
            told["words"] = list(self.words)
        if copies := self.photo.paths[1:]:
            told["copies"] = [to_text(path) for path in copies]
        if self.companions:
            told["companions"] = [to_text(path) for path in self.companions]
        if self.alike:
            told["alike"] = [to_text(path) for path in self.alike]
        if self.seems_gone:
            told["seems_gone"] = True
        if self.explanation is not None:
            told["explanation"] = self.explanation.as_json()
        if self.heat_map is not None:
            told["heat_map"] = to_text(self.heat_map)
        return told


@dataclass(frozen=True, slots=True)
class Answer:
    """The hits of one query."""

    query: str
    model: str
    took_ms: float
    hits: tuple[Hit, ...]
    matches: bool | None = None  # whether any photo is more than weak; None where nothing was graded
    unsure: bool = False  # nothing is more than weak, but the best hit is not far from it
    next: str | None = None  # cursor to the hits behind these; None: there are none
    readings: tuple[Reading, ...] = ()  # words of the query that were understood as filters
    did_you_mean: str | None = None  # the query with misspelt words as they may have been meant
    notes: tuple[str, ...] = ()  # what a person should know of how the query was understood

    def as_json(self) -> dict[str, Any]:
        """Give the answer in the one JSON shape."""
        return {
            "query": self.query,
            "model": self.model,
            "took_ms": round(self.took_ms, 1),
            "matches": self.matches,
            "unsure": self.unsure,
            "hits": [hit.as_json() for hit in self.hits],
            "next": self.next,
            "readings": [reading.as_json() for reading in self.readings],
            "did_you_mean": self.did_you_mean,
            "notes": list(self.notes),
        }


def each_file(hits: Iterable[Hit]) -> tuple[Hit, ...]:
    """Give a hit for each file that a photo lies in, where each is asked for."""
    return tuple(
        replace(hit, photo=replace(hit.photo, paths=(path,))) for hit in hits for path in hit.photo.paths
    )
