"""Records of an answer and its hits, which the command line and HTTP render alike."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any

from photoseek.searcher.hits.explanation import Explanation
from photoseek.searcher.query.query import Reading
from photoseek.searcher.scoring.relevance import Relevance, cut
from photoseek.storage import Photo, for_terminal, to_text
from photoseek.storage.photo_formats import is_motion_name


def shown_path(path: str, gone: Collection[str]) -> str:
    """Return a path as text for people, marked if it is among those that seem gone."""
    return for_terminal(path) + ("  (seems gone)" if path in gone else "")


@dataclass(frozen=True, slots=True)
class ReadPlace:
    """Where a word of the question can be read in the photo."""

    word: str
    text: str  # as it was read there
    box: tuple[float, float, float, float]  # left, top, right, bottom: fractions of the upright photo

    def as_json(self) -> dict[str, Any]:
        """Return the place in the one JSON shape."""
        return {"word": self.word, "text": self.text, "box": list(self.box)}

    def __str__(self) -> str:
        """Return a sentence for people."""
        left, top, right, bottom = (f"{share:.0%}" for share in self.box)
        where = f"{left} to {right} from the left, {top} to {bottom} from the top"
        return f"“{self.word}” can be read in the photo: “{for_terminal(self.text)}”, {where}"


@dataclass(frozen=True, slots=True)
class Hit:
    """A photo that answers a query."""

    photo: Photo
    score: float | None  # the cosine, less the penalty in `ranking`; None if nothing is embedded
    # None if nothing was graded: filters or pictures alone, or captions mean nothing to the model.
    relevance: Relevance | None
    match: float | None = None  # 0 to 1, finer than the grade: `relevance.match_of`
    # Words of the question found in its names, or read in it: `photoseek.searcher.scoring.name_matches`.
    words: tuple[str, ...] = ()
    is_named: bool = False  # whether these are all words of the question
    read: tuple[ReadPlace, ...] = ()  # where words of the question can be read in it
    standing: float | None = None  # sorts the list, highest first (`one_list`); None: the score does
    companions: tuple[str, ...] = ()  # paths of its raw photo or video
    alike: tuple[str, ...] = ()  # paths of later frames of the same burst, and of copies
    at_ms: int | None = (
        None  # of a video: the moment that fits best, from its beginning; None: its poster does
    )
    gone: tuple[str, ...] = ()  # those of its paths that seem gone: `held_back`
    explanation: Explanation | None = None  # where it was asked for
    heat_map: str | None = None  # path of its heat map

    @property
    def path(self) -> str:
        """The first of the photo's paths."""
        return self.photo.paths[0]

    @property
    def seems_gone(self) -> bool:
        """Whether its path seems gone, though the library keeps it."""
        return self.path in self.gone

    @property
    def fits(self) -> bool:
        """Whether it is more than weak, by what it shows or by its names."""
        return self.relevance != "weak" or bool(self.words)

    @property
    def taken_at(self) -> str | None:
        """ISO 8601, with the offset from UTC if the photo has it."""
        taken, minutes = self.photo.facts.taken_at, self.photo.facts.taken_offset_minutes
        if taken is None or minutes is None:
            return taken
        sign = "-" if minutes < 0 else "+"
        return f"{taken}{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"

    @property
    def is_motion_photo(self) -> bool:
        """Whether there is a video of its moment, in its file or beside it."""
        return self.photo.facts.motion_at is not None or any(map(is_motion_name, self.companions))

    def as_json(self) -> dict[str, Any]:
        """Return the hit in the one JSON shape."""
        shape: dict[str, Any] = {
            "path": to_text(self.path),
            "photo_id": self.photo.photo_id,
            "score": None if self.score is None else round(self.score, 4),
            "relevance": self.relevance,
            "match": None if self.match is None else cut(self.match),
            "width": self.photo.facts.width,
            "height": self.photo.facts.height,
            "taken_at": self.taken_at,
        }
        shape |= _by_person(self.photo)
        if self.words:
            shape["words"] = list(self.words)
        if self.read:
            shape["read"] = [place.as_json() for place in self.read]
        if copies := self.photo.paths[1:]:
            shape["copies"] = [to_text(path) for path in copies]
        if self.companions:
            shape["companions"] = [to_text(path) for path in self.companions]
        if self.alike:
            shape["alike"] = [to_text(path) for path in self.alike]
        shape |= self._of_motion()
        if self.seems_gone:
            shape["seems_gone"] = True
        if self.explanation is not None:
            shape["explanation"] = self.explanation.as_json()
        if self.heat_map is not None:
            shape["heat_map"] = to_text(self.heat_map)
        return shape

    def _of_motion(self) -> dict[str, Any]:
        """Return what only videos and motion photos have to say."""
        facts = self.photo.facts
        if facts.duration_ms is None:
            return {"motion": True} if self.is_motion_photo else {}
        shape: dict[str, Any] = {"length_s": facts.duration_ms / 1000, "codec": facts.codec}
        return shape if self.at_ms is None else shape | {"at_s": self.at_ms / 1000}


def _by_person(photo: Photo) -> dict[str, Any]:
    """Return what a person says of a photo, as far as there is anything to say."""
    said = {
        "rating": photo.facts.rating,
        "favourite": photo.favourite,
        "hidden": photo.hidden,
        "set_by_you": list(photo.edited),
    }
    return {name: value for name, value in said.items() if value}


@dataclass(frozen=True, slots=True)
class Answer:
    """The hits of one query."""

    query: str
    model: str
    took_ms: float
    hits: tuple[Hit, ...]
    matches: bool | None = None  # whether any photo is more than weak; None where nothing was graded
    unsure: bool = False  # every hit is weak, but the best one only just
    next: str | None = None  # cursor of the next page; None: there is none
    readings: tuple[Reading, ...] = ()  # words of the query that were read as filters
    did_you_mean: str | None = None  # the query with misspelt words as they may have been meant
    notes: tuple[str, ...] = ()  # what a person should know of how the query was understood

    def as_json(self) -> dict[str, Any]:
        """Return the answer in the one JSON shape."""
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


@dataclass(frozen=True, slots=True)
class Matching:
    """All photos that a query finds, by their ids, and what a person should know of how it was understood."""

    photo_ids: frozenset[int]
    notes: tuple[str, ...]


def each_file(hits: Iterable[Hit]) -> tuple[Hit, ...]:
    """Return one hit for each file of each photo."""
    return tuple(
        replace(hit, photo=replace(hit.photo, paths=(path,))) for hit in hits for path in hit.photo.paths
    )
