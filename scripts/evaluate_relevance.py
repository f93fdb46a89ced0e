"""How often are the grades of hits right: does the product say so when nothing matches?

Each subject of `evaluate_subjects.txt` that captioners agree on is asked in two phrasings, of all photos and then
of those whose captions name neither it nor what stands for it; a tag and `-tag:` leave the others out, as a person
would. Captions don't name all that a photo shows: `evaluate_unnamed.txt` lists photos that a person saw to show a
subject. Only subjects that fitting the grades left alone are asked.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import intervals

if TYPE_CHECKING:
    from photoseek.embedder import Vectors
    from photoseek.searcher import Answer, Searcher
    from photoseek.storage import Library

_SUBJECTS = Path(__file__).with_name("evaluate_subjects.txt")
_LEAST_AGREEMENT = 0.4  # of the captions of photos where one names the subject
_LEAST_PHOTOS = 2
_UNNAMED = Path(__file__).with_name("evaluate_unnamed.txt")
_LOOKED_AT = 12  # photos of each source, for each subject: where all of them show it, more will
_NAMED_OFTEN = 3  # photos: a subject that is asked for and has to be found
_FIRST = 5


@dataclass(frozen=True, slots=True)
class Subject:
    """What is asked for, and the words of captions by which it is there."""

    phrases: tuple[str, str]
    names: frozenset[str]
    stands_for: frozenset[str]  # its names, and what it is known by


@dataclass(slots=True)
class _Asked:
    """What the questions of one kind gave."""

    evidence: list[float] = field(default_factory=list)
    matches: list[bool] = field(default_factory=list)
    unsure: list[bool] = field(default_factory=list)
    strong: list[bool] = field(default_factory=list)
    subjects: list[int] = field(default_factory=list)  # what each asked for, by number

    def take(self, number: int, answer: Answer, evidence: float) -> None:
        self.subjects.append(number)
        self.evidence.append(evidence)
        self.matches.append(bool(answer.matches))
        self.unsure.append(answer.unsure)
        self.strong.append(answer.hits[0].relevance == "strong")

    def evidence_of(self, subject: int) -> list[float]:
        """Return the numbers behind the answers about one subject."""
        return [one for of, one in zip(self.subjects, self.evidence, strict=True) if of == subject]

    def by_subject(self, values: Sequence[bool]) -> list[list[bool]]:
        """Group one flag for each question by the question's subject."""
        groups: dict[int, list[bool]] = {}
        for number, one in zip(self.subjects, values, strict=True):
            groups.setdefault(number, []).append(one)
        return list(groups.values())

    @property
    def nothing(self) -> list[bool]:
        """Whether each was answered by “nothing here matches well”."""
        return [not (one or other) for one, other in zip(self.matches, self.unsure, strict=True)]


def is_for_fitting(subject: Subject) -> bool:
    """Tell the subjects that the grades were fitted on from those to evaluate on, by a hash of the name."""
    return hashlib.sha256(subject.phrases[1].encode()).digest()[0] % 2 == 0


def subjects() -> list[Subject]:
    """Read those that evaluation may ask."""
    read = []
    for line in _SUBJECTS.read_text("utf-8").splitlines():
        if not line.startswith("#"):
            first, second, names, others = ([part.strip() for part in line.split("|")] + ["", ""])[:4]
            named = frozenset(names.split())
            read.append(Subject((first, second), named, named | frozenset(others.split())))
    return [subject for subject in read if not is_for_fitting(subject)]


def unnamed() -> dict[str, frozenset[str]]:
    """Return the names of the files that show a subject which their captions don't name, by its first phrase."""
    lines = (line for line in _UNNAMED.read_text("utf-8").splitlines() if not line.startswith("#"))
    parts = (line.partition("|") for line in lines)
    return {phrase.strip(): frozenset(names.split()) for phrase, _, names in parts}


def calibration(
    library: Library, searcher: Searcher, captions: dict[str, list[str]]
) -> dict[str, float | None]:
    """Ask, and give the shares; `captions` are the texts of each photo, by its path."""
    words = {
        path: [set(re.findall("[a-z]+", text.lower())) for text in texts] for path, texts in captions.items()
    }
    present, removed, never, found = _Asked(), _Asked(), _Asked(), _Asked()
    wrong = asked_for = 0
    seen = unnamed()
    for number, subject in enumerate(subjects()):
        if not subject.names:
            if not any(_says(phrase, captions) for phrase in subject.phrases):
                _ask(library, searcher, subject, number, None, never)
            continue
        showing = {path for path, words_of in words.items() if any(some & subject.names for some in words_of)}
        named = [bool(some & subject.names) for path in showing for some in words[path]]
        if len(showing) < _LEAST_PHOTOS or sum(named) < _LEAST_AGREEMENT * len(named):
            continue
        asked_for += 1
        also = {path for path in words if Path(path).name in seen.get(subject.phrases[0], ())}
        often = found if len(showing) >= _NAMED_OFTEN else None
        wrong += _ask(library, searcher, subject, number, None, present, showing | also, often)
        if len(also) >= _LOOKED_AT:
            continue
        tag = f"shows {number}"
        stand_for_it = {
            path for path, words_of in words.items() if any(some & subject.stands_for for some in words_of)
        }
        _tag(library, tag, stand_for_it | also)
        _ask(library, searcher, subject, number, tag, removed)
    none = [not matches for asked in (removed, never) for matches in asked.matches]
    figures = {
        "subjects present": float(asked_for),
        "right first hits": float(len(present.matches)),
        "wrong first hits": float(wrong),
        "right: strong": _share(present.strong),
        "right: possible or strong": _share(present.matches),
        "removed questions": float(len(removed.matches)),
        "removed: nothing, or not sure": _share([not matches for matches in removed.matches]),
        "removed: nothing": _share(removed.nothing),
        "right in the first five": float(len(found.matches)),
        "right in the first five: nothing": _share(found.nothing),
        "right in the first five: not sure": _share(found.unsure),
        "never named questions": float(len(never.matches)),
        "never named: nothing matches": _share([not matches for matches in never.matches]),
        "both absent: nothing matches": _share(none),
        "AUC against removed": auc(present.evidence, removed.evidence),
        "AUC against never named": auc(present.evidence, never.evidence),
        "AUC against both": auc(present.evidence, removed.evidence + never.evidence),
    }
    return figures | _intervals(present, removed, found)


def _intervals(present: _Asked, removed: _Asked, found: _Asked) -> dict[str, float | None]:
    """Return within what bounds the figures lie for other subjects of the same kind."""
    either = [not matches for matches in removed.matches]
    shares = {
        "right: strong": present.by_subject(present.strong),
        "right: possible or strong": present.by_subject(present.matches),
        "removed: nothing, or not sure": removed.by_subject(either),
        "removed: nothing": removed.by_subject(removed.nothing),
        "right in the first five: nothing": found.by_subject(found.nothing),
        "right in the first five: not sure": found.by_subject(found.unsure),
    }
    figures: dict[str, float | None] = {}
    for name, groups in shares.items():
        figures |= intervals.named(name, intervals.of_share(groups))
    numbers = sorted({*present.subjects, *removed.subjects})
    evidence = [(present.evidence_of(number), removed.evidence_of(number)) for number in numbers]
    return figures | intervals.named("AUC against removed", intervals.of_auc(evidence))


def auc(present: Sequence[float], absent: Sequence[float]) -> float | None:
    """Return how often one of the first lies above one of the second; None where either is empty."""
    if not present or not absent:
        return None
    above = sum((one > other) + 0.5 * (one == other) for one in present for other in absent)
    return above / (len(present) * len(absent))


def _ask(  # noqa: PLR0913 (one question, and where its answer goes)
    library: Library,
    searcher: Searcher,
    subject: Subject,
    number: int,
    but: str | None,
    into: _Asked,
    showing: set[str] | None = None,
    found: _Asked | None = None,
) -> int:
    """Ask both phrasings, and take in the answers; with `showing`, only those whose first hit is among it.

    Gives how many were not. `found` takes those with one of the first five among it.
    """
    from photoseek.searcher import Filter, Query

    filters = () if but is None else (Filter("tag", but, negated=True),)
    wrong = 0
    for phrase in subject.phrases:
        answer = searcher.find(Query(phrase, filters=filters), _FIRST)
        evidence = _evidence(library, searcher, phrase, but, answer)
        right = [showing is None or not showing.isdisjoint(hit.photo.paths) for hit in answer.hits]
        if right[0]:
            into.take(number, answer, evidence)
        else:
            wrong += 1
        if found is not None and any(right):
            found.take(number, answer, evidence)
    return wrong


def _evidence(library: Library, searcher: Searcher, phrase: str, but: str | None, answer: Answer) -> float:
    """Return the number behind the first hit's grade."""
    from photoseek.searcher.scoring.background import BackgroundCache
    from photoseek.searcher.scoring.relevance import Question, evidence

    with library.catalog.read() as transaction:
        left_out = 0 if but is None else len(transaction.tags.photos_with(but))
        first = answer.hits[0].photo.photo_id
        photo: Vectors = transaction.vectors.of(searcher.model, [first])[first]
    background = BackgroundCache(library.compiled_folder, searcher.model.name).read(searcher.embedder)
    question = Question(searcher.embedder.embed_question(phrase), phrase)
    return float(evidence(question, photo[None], background, len(searcher.index) - left_out)[0])


def _tag(library: Library, tag: str, paths: set[str]) -> None:
    with library.catalog.write() as transaction:
        photos = transaction.photos.by_id(sorted(transaction.photos.present_ids()))
        chosen = [photo_id for photo_id, photo in photos.items() if not paths.isdisjoint(photo.paths)]
        transaction.tags.put(chosen, tag)


def _says(phrase: str, captions: dict[str, list[str]]) -> bool:
    named = re.compile(rf"\b{re.escape(phrase)}s?\b", re.IGNORECASE)
    return any(named.search(text) for texts in captions.values() for text in texts)


def _share(values: Sequence[bool]) -> float | None:
    return sum(values) / len(values) if values else None
