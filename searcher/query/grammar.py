r"""The grammar of query lines, and its parser. Elements are separated by spaces:

    line    = side (OR side)*
    side    = element+
    element = [NOT] (filter | group | part | word)
    filter  = ["-"] KEY ":" VALUE            never embedded; spaces in the value go into quotation marks
    group   = ["-"] "(" line ")"
    part    = PHRASE | ("-" | "+") [WEIGHT ":"] operand | WEIGHT ":" operand
    operand = PHRASE | "#" NUMBER | word
    word    = characters but spaces          a backslash before it makes it plain

Groups that embed something are multiplied out, so that each alternative is a question of its own; groups of
filters alone stay together. `Side` collects the elements of a side.
"""

import os
import re
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from itertools import product

from photoseek.searcher.errors import BadQuery
from photoseek.searcher.query import filters
from photoseek.searcher.query.error_at import error_at
from photoseek.searcher.query.query import (
    SORTS,
    AnyOf,
    Filter,
    LibraryPhoto,
    Part,
    Picture,
    Words,
    names_photo,
    stands_alone,
)
from photoseek.storage import for_terminal

MOST_WEIGHT = 1000
MOST_DEPTH = 8  # groups inside one another
MOST_SIDES = 8  # questions in one line: each is a search of its own

_SPACE = re.compile(r"\s*")
_SIDE_ENDS = re.compile(r"OR(?![^\s)])")
_NOT = re.compile(r"NOT(?![^\s(])")
_OPENS = re.compile(r"-?\(")
_FILTER = re.compile(r'(-?)([^\W\d_]{2,}):(?=\S)(?!//)((?:"(?:\\.|[^"\\])*"|[^\s"])+)(?!\S)', re.DOTALL)
_SIGN = re.compile(r"-(?=[^\s-])|\+(?=[^\s+])")
_WEIGHT = re.compile(r"(\d{1,6}(?:\.\d{1,20})?):(?=[^\s\d])")
_PHRASE = re.compile(r'"((?:\\.|[^"\\])*)"', re.DOTALL)
_NUMBER = re.compile(r"#(\d{1,18})(?![^\s)])")
_ESCAPED = re.compile(r"\\\S+")
_WORD = re.compile(r'(?!["+\\-]\S|\d{1,6}(?:\.\d+)?:[^\s\d]|[^\W\d_]{2,}:(?!//)\S)\S+|-{2}\S*')
_KEYED = re.compile(r"-?[^\W\d_]{2,}:(?!//)[^\s\"]+")
_ESCAPE = re.compile(r'\\(["\\.])')
# Keys of other programs, or that people try, and what they are called here.
_OTHERWISE = {
    **dict.fromkeys(("date", "year", "day", "when", "taken"), "on"),
    **dict.fromkeys(("month", "season"), "during"),
    **dict.fromkeys(("since", "from"), "after"),
    **dict.fromkeys(("until", "till", "to"), "before"),
    **dict.fromkeys(("place", "location", "city", "where", "at"), "near"),
    **dict.fromkeys(("folder", "path", "dir", "directory"), "in"),
    **dict.fromkeys(("file", "filename"), "name"),
    **dict.fromkeys(("title", "description", "caption"), "text"),
    **dict.fromkeys(("keywords", "label"), "keyword"),
    **dict.fromkeys(("stars", "star", "rated", "score"), "rating"),
    **dict.fromkeys(("format", "ext", "extension", "filetype"), "type"),
    **dict.fromkeys(("duration", "lasts", "long"), "length"),
}
_MISSING = {"-": "what pushes away there, as in -people", "+": "a picture there, as in +pool.jpg"}


@dataclass
class Side:
    """The elements of one side of OR."""

    text: list[str] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    filters: list[Filter | AnyOf] = field(default_factory=list)

    @property
    def embeds(self) -> bool:
        """Whether it embeds anything."""
        return bool(self.text or self.parts)

    def __add__(self, other: "Side") -> "Side":
        return Side(self.text + other.text, self.parts + other.parts, self.filters + other.filters)


class LineParser:
    """Parses one line; `sort` is the order that it asked for."""

    def __init__(self, line: str) -> None:
        self.sort: str | None = None
        self._line = line
        self._at = 0
        self._depth = 0

    def read(self) -> list[Side]:
        """Return the sides of the whole line. Raises BadQuery."""
        sides = self._sides()
        if self._at < len(self._line):  # only an unmatched closing parenthesis stops the parser early
            raise self._unread(self._at)
        return sides

    def _sides(self) -> list[Side]:
        found: list[Side] = []
        while True:
            begins = self._at
            sides = self._side()
            if not any(side.embeds or side.filters for side in sides) and (found or self._match(_SIDE_ENDS)):
                raise error_at(
                    self._line, begins, "one side of OR is empty", "say what to look for there, or \\OR"
                )
            found += sides
            if len(found) > MOST_SIDES:
                raise self._too_many(begins)
            if (ends := self._match(_SIDE_ENDS)) is None:
                return found
            self._at = ends.end()

    def _side(self) -> list[Side]:
        """Parse up to OR, or the end of the group or line. Groups may multiply one side into several."""
        sides = [Side()]
        while self._more():
            begins = self._at
            sides = [one + other for one, other in product(sides, self._element())]
            if len(sides) > MOST_SIDES:
                raise self._too_many(begins)
        return sides

    def _more(self) -> bool:
        if (space := _SPACE.match(self._line, self._at)) is not None:
            self._at = space.end()
        at_end = self._at >= len(self._line) or (self._depth > 0 and self._line[self._at] == ")")
        return not at_end and self._match(_SIDE_ENDS) is None

    def _match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        return pattern.match(self._line, self._at)

    def _element(self) -> list[Side]:
        begins = self._at
        if (negated := self._match(_NOT)) is not None:
            self._at = negated.end()
            if not self._more():
                raise error_at(
                    self._line, begins, "nothing stands behind NOT", "write what may not be, or \\NOT"
                )
            return [self._opposite(self._element(), begins)]
        if (opened := self._match(_OPENS)) is not None:
            sides = self._group(opened)
            return [self._opposite(sides, begins)] if opened[0][0] == "-" else sides
        if (made := self._filter()) is not None:
            return [Side(filters=[made])] if isinstance(made, Filter) else [Side()]
        return [self._word_or_part()]

    def _group(self, opened: re.Match[str]) -> list[Side]:
        if self._depth == MOST_DEPTH:
            raise error_at(
                self._line, opened.start(), f"more than {MOST_DEPTH} groups in one another", "use fewer"
            )
        self._at = opened.end()
        self._depth += 1
        sides = self._sides()
        if self._line[self._at : self._at + 1] != ")":
            raise error_at(
                self._line, opened.end() - 1, "the parenthesis has no partner", "close it, or leave it out"
            )
        self._at += 1
        self._depth -= 1
        if not any(side.embeds or side.filters for side in sides):
            raise error_at(
                self._line, opened.start(), "there is nothing between the parentheses", "leave them out"
            )
        self._ends()
        if len(sides) == 1 or any(side.embeds for side in sides):
            return sides
        return [Side(filters=[AnyOf(tuple(tuple(side.filters) for side in sides))])]

    def _opposite(self, sides: list[Side], begins: int) -> Side:
        """Negate what follows NOT or a minus: not (a or b) is neither a nor b."""
        if not any(side.embeds for side in sides):
            every = [made for side in sides for made in side.filters]
            if len(every) == 1:
                turned = replace(every[0], negated=not every[0].negated)
                single = isinstance(turned, AnyOf) and not turned.negated and len(turned.alternatives) == 1
                return Side(filters=list(turned.alternatives[0]) if single else [turned])  # type: ignore[union-attr]
            return Side(filters=[AnyOf(tuple(tuple(side.filters) for side in sides), negated=True)])
        pushed: list[Part] = []
        for side in sides:
            said = [*([Part(Words(" ".join(side.text)))] if side.text else []), *side.parts]
            if side.filters or len(said) > 1:
                raise error_at(
                    self._line,
                    begins,
                    "what is several things at once can't be turned round",
                    "say NOT before each",
                )
            pushed += [replace(part, weight=-part.weight) for part in said]
        return Side(parts=pushed)

    def _filter(self) -> Filter | str | None:
        """Parse a filter or an order (which sets `sort`); None if neither is next."""
        found = self._match(_FILTER)
        if found is None:
            return None
        minus, key, written = found[1], found[2].lower(), self._without_closing(found[3])
        self._at = found.start(3) + len(written)
        value = _PHRASE.sub(lambda piece: _ESCAPE.sub(r"\1", piece[1]), written).strip()
        if key == "sort":
            if minus or value not in SORTS:
                raise error_at(self._line, found.start(3), f"sort: is one of {', '.join(SORTS)}")
            if self._depth:
                raise error_at(
                    self._line, found.start(), "sort: is inside parentheses", "it stands outside of them"
                )
            if self.sort is not None:
                raise error_at(self._line, found.start(2), "sort: is there twice", "keep one")
            self.sort = value
            return value
        if key not in filters.KEYS:
            raise self._unknown(found)
        made = Filter(key, value, negated=bool(minus))
        try:
            filters.read(made)
        except BadQuery as error:
            raise error_at(self._line, found.start(3), str(error)) from error
        return made

    def _unknown(self, found: re.Match[str]) -> BadQuery:
        key = found[2].lower()
        near = [_OTHERWISE[key]] if key in _OTHERWISE else get_close_matches(key, [*filters.KEYS, "sort"], 1)
        known = " ".join(f"{name}:" for name in filters.KEYS)
        remedy = f"did you mean {found[1]}{near[0]}:?" if near else f"there are {known}"
        what = f"unknown filter “{key}:”"
        return error_at(
            self._line, found.start(2), what, f"{remedy} Words with a colon go into quotation marks"
        )

    def _word_or_part(self) -> Side:
        begins, sign, weight = self._at, 1.0, 1.0
        if (signed := self._match(_SIGN)) is not None:
            sign = -1.0 if signed[0] == "-" else 1.0
            self._at = signed.end()
        if (weighed := self._match(_WEIGHT)) is not None:
            weight = float(weighed[1])
            if not 0 < weight <= MOST_WEIGHT:
                what = f"a weight is above 0 and at most {MOST_WEIGHT}: choose another"
                raise error_at(self._line, self._at, what)
            self._at = weighed.end()
        if self._at == begins:
            return self._plain()
        return Side(parts=[Part(self._operand(), sign * weight)])

    def _plain(self) -> Side:
        """Parse a plain word, which joins the sentence; a phrase or a picture's name becomes a part."""
        if self._match(_PHRASE) is not None:
            return Side(parts=[Part(Words(self._words_of_phrase()))])
        begins, word, is_escaped = self._word()
        if is_escaped:
            return Side(text=[word])
        if names_photo(word):
            return Side(parts=[Part(Picture(word, may_be_name=os.sep not in word and "/" not in word))])
        if word.endswith(":") and (key := word[:-1].lower()) in filters.KEYS:
            raise error_at(self._line, begins, f"{key}: needs a value, as in {filters.KEYS[key].example}")
        return Side(text=[word])

    def _operand(self) -> Words | LibraryPhoto | Picture:
        if (number := self._match(_NUMBER)) is not None:
            self._at = number.end()
            return LibraryPhoto(int(number[1]))
        if (phrase := self._match(_PHRASE)) is not None:
            if names_photo(phrase[1]):
                self._at = phrase.end()
                self._ends(phrase.start())
                return Picture(_ESCAPE.sub(r"\1", phrase[1]))
            return Words(self._words_of_phrase())
        _, word, is_escaped = self._word()
        return Picture(word) if names_photo(word) and not is_escaped else Words(word)

    def _words_of_phrase(self) -> str:
        phrase = self._match(_PHRASE)
        if phrase is None:
            raise self._unread(self._at)
        self._at = phrase.end()
        self._ends(phrase.start())
        text = " ".join(_ESCAPE.sub(r"\1", phrase[1]).split())
        if not text:
            what = "there is nothing between the quotation marks: say what to look for"
            raise error_at(self._line, phrase.start(), what)
        return text

    def _word(self) -> tuple[int, str, bool]:
        """Parse a word. Returns its beginning, its text, and whether a backslash came before it."""
        begins = self._at
        found = self._match(_ESCAPED) or self._match(_WORD)
        if found is None:
            raise self._unread(begins)
        written = self._without_closing(found[0])
        self._at = begins + len(written)
        if written[0] == "\\" and len(written) > 1:
            return begins, written[1:], True
        if stands_alone(written):
            missing = _MISSING.get(written, f"what it weighs there, as in {written}snow")
            what = f"nothing stands right behind the {written}"
            raise error_at(self._line, begins, what, f"write {missing}, or \\{written} for the word itself")
        return begins, written, False

    def _without_closing(self, written: str) -> str:
        """Cut a word before a parenthesis that closes a group rather than one that the word opened."""
        if not self._depth:
            return written
        hidden = _PHRASE.sub(lambda phrase: " " * len(phrase[0]), written)
        opened = 0
        for at, char in enumerate(hidden):
            opened += (char == "(") - (char == ")")
            if opened < 0 and at > 0:
                return written[:at]
        return written

    def _ends(self, of: int | None = None) -> None:
        """Raise BadQuery unless an element may end here; `of` is where the phrase began that ends here."""
        following = self._line[self._at : self._at + 1]
        if following.strip() and not (self._depth and following == ")"):
            if of is not None:
                raise self._unread(of)
            what = "what follows the parenthesis belongs to nothing"
            raise error_at(self._line, self._at, what, "put a space there")

    def _unread(self, column: int) -> BadQuery:
        if self._line[column : column + 1] == '"':
            phrase = _PHRASE.match(self._line, column)
            if phrase is None:
                what, remedy = "the quotation mark has no partner", "close it, or leave it out"
                return error_at(self._line, column, what, remedy)
            what = "what follows the closing quotation mark belongs to nothing"
            return error_at(self._line, phrase.end(), what, "put a space there")
        word = next(iter(self._line[column:].split()), self._line)
        if _KEYED.fullmatch(word):
            return error_at(self._line, column, "a filter takes no weight or plus", "leave it out")
        return error_at(
            self._line, column, f"“{for_terminal(word)}” can't be read", "words go into quotation marks"
        )

    def _too_many(self, column: int) -> BadQuery:
        what = f"with its alternatives, this asks more than {MOST_SIDES} questions at once"
        return error_at(self._line, column, what, "ask some of them apart")
