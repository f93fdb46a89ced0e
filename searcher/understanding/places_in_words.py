"""Places as people type them among other words: `beach in kyoto`, `photos from new york`, `temple kyoto`.

It reads with care, since most names of towns mean something else too. A name counts after a preposition, or bare
at either end of the question, and only if photos of this library were taken around a town of that name. Ordinary
words (bath, nice, reading) count only after a preposition with a capital, or before a comma and the town's
country.
"""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from photoseek.searcher.query.filters import taken_around
from photoseek.searcher.query.places import near
from photoseek.searcher.query.places.countries import ALSO_CALLED, country_called, taken_in
from photoseek.searcher.query.places.gazetteer import Town, folded, gazetteer
from photoseek.searcher.query.query import Filter
from photoseek.searcher.scoring.background import ordinary_words, vocabulary
from photoseek.searcher.scoring.nouns import known_nouns
from photoseek.searcher.understanding.dates_in_words import PHOTOS, Found
from photoseek.storage import Transaction

_MOST_WORDS = 4  # of a town's name
_MOST_WORDS_WITHIN = 3  # of a country's or a state's
_SHORT = 3  # letters: shorter names are mostly codes, and other words
# Inhabitants from which a name that is also a rare word means the town; a common word needs more.
_SOME_PEOPLE, _MANY_PEOPLE, _MOST_PEOPLE = 15_000, 300_000, 1_000_000
# fmt: off
_PREPOSITIONS = frozenset({"in", "at", "near", "from", "around"})
_ORDINARY_TOO = frozenset({"nice", "sale", "male"})  # though they are in no caption that ships
_COUNTRIES_AND_THINGS = frozenset({"chad", "china", "guinea", "jersey", "jordan"})
# What may follow a name after a preposition: not a noun, as in "in panama hats".
_CLOSED = frozenset({
    *_PREPOSITIONS, "with", "on", "of", "by", "during", "last", "this", "before", "after", "for", "while", "when",
    "where", "without", "between", "since", "until", "till", "under", "over", "behind", "to",
})
# After these a name is a part of something else.
_NOT_AFTER = frozenset({
    *_CLOSED, "and", "or", "&", "not", "no", "than", "never", "nor", "but", "except", "a", "an", "the", "my",
    "our", "your", "his", "her", "its", "their", "as", "is", "are", "was", "like", "about", "called", "named",
    "who", "that",
})
_JOURNEYS = frozenset({"trip", "trips", "travel", "journey", "holiday", "holidays", "vacation", "visit"})
_JOINS = frozenset({"and", "or", "&"})
# fmt: on
_PUNCTUATION = ",.;:!?"
_PHOTOS_BEFORE = re.compile(rf"(?<!\S){PHOTOS}$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Name:
    """Words that may name a place."""

    begins: int  # with the preposition
    ends: int
    text: str  # as typed, without punctuation at the end
    within: str  # the country or state typed after a comma, or ""
    follows_preposition: bool
    has_capital: bool  # a meaningful one: not of the first word, nor in a text of capitals
    longer: tuple[str, ...] = ()  # with the word before, and with the one after: a boston terrier is no place

    @property
    def asked(self) -> str:
        """The value for `near:`."""
        return f"{self.text}, {self.within}" if self.within else self.text


def place_in(text: str, dates: Sequence[Found], transaction: Transaction) -> Found | None:
    """Return the place in a text, outside its dates; None if there is none. Words are separated by single spaces.

    Raises GazetteerUnusable.
    """
    degrees: set[tuple[int, int]] | None = None
    looked_at: list[_Name] = []  # “york” is no place in “new york”, even if no photo was taken there
    for name in _names(text, dates):
        if any(name.begins < other.ends and other.begins < name.ends for other in looked_at):
            continue
        if (country := _country(name, transaction)) is not None:
            return Found(name.begins, name.ends, (Filter("country", country),))
        towns = _towns(name)
        if not towns:
            continue
        looked_at.append(name)
        if not _means_a_town(name, towns):
            continue
        if degrees is None:
            degrees = transaction.photos.degrees()
        town = next((town for town in towns if _has_photos(town, degrees, transaction)), None)
        if town is not None:
            return Found(name.begins, name.ends, (Filter("near", near.written(town)),))
    return None


def _names(text: str, dates: Sequence[Found]) -> Iterator[_Name]:
    """Yield possible names of places, the likeliest first: after a preposition, at the end, at the beginning."""
    runs = [run for run in _runs(text, dates) if run]
    for run in runs:
        for at, word in enumerate(run[:-1]):
            before = run[at - 1][0].lower() if at else ""
            if _says_where(word[0].lower(), before, text[: word.start()]) and before not in _NOT_AFTER:
                yield from _after_preposition(text, run, at)
    if runs and not vocabulary().is_foreign(text):
        yield from _bare(text, runs[-1], at_end=True)
        yield from _bare(text, runs[0], at_end=False)


def _says_where(word: str, before: str, begun: str) -> bool:
    """Return whether a word is a preposition that a place follows: “of” only in “photos of”, “to” in “trip to”."""
    if word == "of":
        return bool(begun and _PHOTOS_BEFORE.fullmatch(begun))
    return word in _PREPOSITIONS or (word == "to" and before in _JOURNEYS)


def _runs(text: str, dates: Sequence[Found]) -> Iterator[list[re.Match[str]]]:
    """Yield the words between dates."""
    at = 0
    for begins, ends in [*((one.begins, one.ends) for one in dates), (len(text), len(text))]:
        yield list(re.compile(r"\S+").finditer(text, at, begins))
        at = ends


def _after_preposition(text: str, run: Sequence[re.Match[str]], at: int) -> Iterator[_Name]:
    photos = _PHOTOS_BEFORE.search(text, 0, run[at].start())
    begins = run[at].start() if photos is None else photos.start()
    # If every word has a capital, capitals mean nothing.
    is_title = run[at][0][0].isupper() and run[at].start() > 0
    for first, last, within in _spans(run, at + 1):
        following = run[last + 1][0].lower() if last + 1 < len(run) else ""
        closes = not following or run[last][0][-1] in _PUNCTUATION or following in _CLOSED
        if closes and following.strip(_PUNCTUATION) not in _JOINS:
            name = _name(text, run[first : last + 1], within, begins, follows_preposition=True)
            yield replace(name, has_capital=name.has_capital and not is_title)


def _bare(text: str, run: Sequence[re.Match[str]], *, at_end: bool) -> Iterator[_Name]:
    longest = _MOST_WORDS + _MOST_WORDS_WITHIN
    starts = range(max(0, len(run) - longest), len(run)) if at_end else (0,)
    for start in starts:
        before = run[start - 1][0].lower() if start else ""
        for first, last, within in _spans(run, start):
            following = run[last + 1][0].lower() if last + 1 < len(run) else ""
            if (at_end and following) or before.strip(_PUNCTUATION) in _NOT_AFTER or following in _JOINS:
                continue
            name = _name(text, run[first : last + 1], within, run[first].start(), follows_preposition=False)
            longer = (before and f"{before} {name.text}", following and f"{name.text} {following}")
            yield replace(name, longer=tuple(filter(None, longer)))


def _spans(run: Sequence[re.Match[str]], first: int) -> Iterator[tuple[int, int, str]]:
    """Yield first and last word of each name that begins there, and its country or state; the longest first."""
    if not run[first][0][0].isalnum():
        return
    for count in range(min(_MOST_WORDS, len(run) - first), 0, -1):
        end = first + count
        if any(_ends_a_name(word[0]) for word in run[first : end - 1]):
            continue
        has_comma = run[end - 1][0].endswith(",")
        for more in range(min(_MOST_WORDS_WITHIN, len(run) - end), 0, -1):
            within = " ".join(word[0] for word in run[end : end + more]).rstrip(_PUNCTUATION)
            if has_comma or not (_ends_a_name(run[end - 1][0]) or _is_no_region(within)):
                yield first, end + more - 1, within
        yield first, end - 1, ""


def _ends_a_name(word: str) -> bool:
    """Return whether a name must end with this word: punctuation follows, but not as in “St. Moritz”."""
    return word[-1] in _PUNCTUATION and not (word[-1] == "." and len(word) <= _SHORT)


def _is_no_region(words: str) -> bool:
    """Return whether words after a name without a comma can't be a country; doesn't open the gazetteer."""
    return len(words) < _SHORT or all(word in ordinary_words() for word in folded(words).split())


def _name(
    text: str, words: Sequence[re.Match[str]], within: str, begins: int, *, follows_preposition: bool
) -> _Name:
    typed = " ".join(word[0] for word in words)
    if within:
        typed = typed.rstrip(_PUNCTUATION).removesuffix(within)
    typed = typed.rstrip(f"{_PUNCTUATION} ")
    is_whole = words[0].start() == 0 and words[-1].end() == len(text)
    capital = typed[:1].isupper() and not text.isupper() and (words[0].start() > 0 or is_whole)
    return _Name(begins, words[-1].end(), typed, within, follows_preposition, capital)


def _towns(name: _Name) -> list[Town]:
    """Return the towns of a name. The table of towns is not opened for words that can't mean one."""
    plain = folded(name.text)
    if not plain or not _may_mean_a_place(name, plain) or not gazetteer().rows(plain):
        return []
    return near.all_named(name.asked)


def _country(name: _Name, transaction: Transaction) -> str | None:
    """Return the country that a name means as typed, if photos with files were taken there."""
    plain = folded(name.text)
    if name.within or not plain or not _may_mean_a_place(name, plain):
        return None
    code = country_called(plain)
    if code is None or any(map(_is_noun, name.longer)):
        return None
    if plain in _COUNTRIES_AND_THINGS and not (name.has_capital or name.follows_preposition):
        return None
    there = taken_in(code, transaction)
    return None if there.issubset(transaction.photos.absent_ids()) else gazetteer().countries[code]


def _may_mean_a_place(name: _Name, plain: str) -> bool:
    is_short = plain.isascii() and len(plain) <= _SHORT and plain not in ALSO_CALLED
    is_ordinary = plain in _ORDINARY_TOO or all(word in ordinary_words() for word in plain.split())
    return bool(name.within or (name.follows_preposition and name.has_capital)) or not (
        is_short or is_ordinary
    )


def _means_a_town(name: _Name, towns: Sequence[Town]) -> bool:
    """Return whether a name means one of these towns as typed, rather than something that photos show."""
    if any(map(_is_noun, name.longer)):
        return False
    if name.within or name.has_capital:
        return True
    plain = folded(name.text)
    own = [town for town in towns if folded(town.name) == plain]
    needed = _people_needed(plain, is_bare=not name.follows_preposition, is_own=bool(own))
    return max(town.population for town in own or towns) >= needed


def _people_needed(name: str, *, is_bare: bool, is_own: bool) -> float:
    """Return the population that a town needs to be meant by a name in lower case, which may be another word too.

    `is_own`: it is the town's own name, not one in another language or from another time.
    """
    words = name.split()
    may_be_words = len(words) <= (2 if is_bare else 1)  # longer names mean nothing else
    in_captions = may_be_words and all(map(vocabulary().is_of_captions, words))
    is_noun = _is_noun(name)
    if is_bare and in_captions and is_noun:
        return _MOST_PEOPLE if is_own else math.inf
    if in_captions or (is_bare and is_noun):
        return _MANY_PEOPLE
    return _SOME_PEOPLE if is_noun else 0


def _is_noun(text: str) -> bool:
    words = folded(text).split()
    return bool(words) and known_nouns().have(words)


def _has_photos(town: Town, degrees: Iterable[tuple[int, int]], transaction: Transaction) -> bool:
    """Return whether photos with files were taken around a town; `degrees` are those of all photos."""
    around = (town.latitude, town.longitude, near.reach_km(town))
    south, north, spans = near.box(*around)
    may_have = any(
        south - 1 < latitude <= north and any(west - 1 < longitude <= east for west, east in spans)
        for latitude, longitude in degrees
    )
    return may_have and not taken_around(*around, transaction).issubset(transaction.photos.absent_ids())
