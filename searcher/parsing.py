"""From what a person typed to a Query: the grammar is `grammar.lark`, the columns and the remedies are here."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

from searcher import filters
from searcher.budget import refuse_long_line, refuse_too_much
from searcher.errors import BadQuery
from searcher.query import (
    SORTS,
    Filter,
    LibraryPhoto,
    Part,
    Picture,
    Query,
    Words,
    is_plain,
    names_photo,
    quoted,
    refuse_no_text,
    stands_alone,
)
from storage import for_terminal

if TYPE_CHECKING:
    from lark import Lark, Token, Tree

MOST_WEIGHT = 1000
_ESCAPE = re.compile(r'\\(["\\.])')
_QUOTED = re.compile(r'"((?:\\.|[^"\\])*)"', re.DOTALL)
_SIGN = re.compile(r"^[-+]?(?:\d{1,6}(?:\.\d+)?:)?")
_MISSING = {"-": "what pushes away there, as in -people", "+": "a picture there, as in +pool.jpg"}
_KEYED = re.compile(rf"(-?(?:{'|'.join(filters.NAMED)}):)(.*)", re.DOTALL | re.IGNORECASE)
_SIMPLE_FILTER = re.compile(r"(-?)([^\W\d_]{2,}):(?!//)([^\s\"]+)")
_AROUND = 30  # characters of a long query shown before and behind what is wrong with it
_WIDE = ("W", "F")  # of East Asian characters: two columns each


def parse(words: Sequence[str], *, nearer: bool = False) -> Query:
    """Read words as a shell hands them over, where one word may have spaces. Raises BadQuery.

    A shell has taken the quotation marks from tag:"my beach" and -"at night": such a word stays in one piece.
    Any other word with spaces is a part of the line, as is the whole query if it was quoted as one. `nearer`: what
    pulls nearer is said elsewhere, so the words may all push away.
    """
    given = [word for word in words if word.strip()]
    line = " ".join(_as_typed(word.strip(), alone=len(given) == 1) for word in given)
    return parse_line(line, nearer=nearer)


def parse_line(line: str, *, nearer: bool = False) -> Query:
    """Read a query written as one line; `nearer` as for `parse`. Raises BadQuery."""
    refuse_no_text(line)
    words = line.split()
    if not words:
        raise BadQuery(
            "the query is empty: say what the photo shows, as in `photoseek find a dog on a beach`"
        )
    refuse_long_line(line)
    query = _without_grammar(words) or _by_grammar(line.strip())
    refuse_too_much(query)
    if not nearer and query.parts and not query.text and all(part.weight < 0 for part in query.parts):
        raise BadQuery("the query only pushes away: say also what to look for, as in `beach -people`")
    return query


def _without_grammar(words: list[str]) -> Query | None:
    """Read what has no quotation marks, signs or weights: loading lark would take longer than the search."""
    text: list[str] = []
    found: list[Filter] = []
    for word in words:
        simple = _SIMPLE_FILTER.fullmatch(word)
        if simple and simple[2].lower() in filters.KEYS:
            found.append(Filter(simple[2].lower(), simple[3], negated=bool(simple[1])))
        elif is_plain(word):
            text.append(word)
        else:
            return None
    for made in found:
        try:
            filters.read(made)
        except BadQuery:
            return None  # the grammar knows the column
    return Query(" ".join(text), filters=tuple(found))


def _by_grammar(line: str) -> Query:
    from lark.exceptions import UnexpectedInput

    try:
        tree = _grammar().parse(line)
    except UnexpectedInput as error:
        raise _unread(line, error.column - 1) from error
    text: list[str] = []
    parts: list[Part] = []
    found: list[Filter] = []
    sort = None
    for element in cast("list[Tree[Token]]", tree.children):
        if element.data == "plain":
            parts += _plain(line, cast("Token", element.children[0]), text)
        elif element.data == "part":
            parts.append(_part(line, element))
        else:
            made = _filter(line, *cast("list[Token]", element.children))
            if made.key != "sort":
                found.append(made)
            elif sort is None:
                sort = made.value
            else:
                _, key, _ = cast("list[Token]", element.children)
                raise _wrong(line, _column(key), "sort: is there twice", "keep one")
    return Query(" ".join(text), tuple(parts), tuple(found), sort)


@cache
def _grammar() -> "Lark":
    from lark import Lark

    text = Path(__file__).with_name("grammar.lark").read_text("utf-8")
    return Lark(text, parser="lalr", start="query", maybe_placeholders=True)


def _plain(line: str, token: "Token", text: list[str]) -> Iterator[Part]:
    """Take a word into the text, unless it names a picture."""
    if token.type == "ESCAPED":
        text.append(token[1:])
    elif names_photo(token):
        yield Part(Picture(str(token)))
    elif stands_alone(token):
        raise _alone(line, token)
    elif token.endswith(":") and token[:-1].lower() in filters.KEYS:
        key = token[:-1].lower()
        raise _wrong(line, _column(token), f"{key}: needs a value, as in {filters.KEYS[key].example}")
    else:
        text.append(str(token))


def _part(line: str, element: "Tree[Token]") -> Part:
    sign, number = 1.0, 1.0
    *before, last = element.scan_values(
        lambda child: child is not None
    )  # a part without a weight has None there
    for token in before:
        if token.type == "MINUS":
            sign = -1.0
        elif token.type == "WEIGHT":
            number = _weight(line, token)
    return Part(_operand(line, last, is_bare=not before), sign * number)


def _weight(line: str, token: "Token") -> float:
    number = float(token[:-1])
    if not 0 < number <= MOST_WEIGHT:
        raise _wrong(line, _column(token), f"a weight is above 0 and at most {MOST_WEIGHT}: choose another")
    return number


def _operand(line: str, token: "Token", *, is_bare: bool) -> Words | LibraryPhoto | Picture:
    if token.type == "NUMBER":
        return LibraryPhoto(int(token[1:]))
    if token.type == "ESCAPED":
        return Words(token[1:])
    if token.type == "WORD":
        if stands_alone(token):
            raise _alone(line, token)
        return Picture(str(token)) if names_photo(token) else Words(str(token))
    inner = token[1:-1]
    if names_photo(inner) and not is_bare:
        return Picture(_unescaped(inner))
    text = " ".join(_unescaped(inner).split())
    if not text:
        raise _wrong(
            line, _column(token), "there is nothing between the quotation marks: say what to look for"
        )
    return Words(text)


def _alone(line: str, token: "Token") -> BadQuery:
    """Say what is missing behind a sign or a weight."""
    missing = _MISSING.get(token, f"what it weighs there, as in {token}snow")
    what = f"nothing stands right behind the {token}"
    return _wrong(line, _column(token), what, f"write {missing}, or \\{token} for the word itself")


def _filter(line: str, minus: "Token | None", key_token: "Token", value_token: "Token") -> Filter:
    key = key_token[:-1].lower()
    value = _QUOTED.sub(lambda piece: _unescaped(piece[1]), value_token).strip()
    if key == "sort":
        if minus is not None or value not in SORTS:
            raise _wrong(line, _column(value_token), f"sort: is one of {', '.join(SORTS)}")
        return Filter(key, value)
    if key not in filters.KEYS:
        near = get_close_matches(key, [*filters.KEYS, "sort"], 1)
        remedy = (
            f"did you mean {near[0]}:?" if near else f"there are {' '.join(f'{k}:' for k in filters.KEYS)}"
        )
        raise _wrong(
            line,
            _column(key_token),
            f"unknown filter “{key}:”",
            f"{remedy} Words with a colon go into quotation marks",
        )
    made = Filter(key, value, negated=minus is not None)
    try:
        filters.read(made)
    except BadQuery as error:
        raise _wrong(line, _column(value_token), str(error)) from error
    return made


def _unescaped(inner: str) -> str:
    return _ESCAPE.sub(r"\1", inner)


def _as_typed(word: str, *, alone: bool) -> str:
    """Put the quotation marks that the shell took back around a name or a phrase."""
    if not re.search(r"\s", word) or '"' in word:
        return word
    if keyed := _KEYED.fullmatch(word):
        return keyed[1] + quoted(keyed[2].strip())
    rest = _SIGN.sub("", word)
    before = word.removesuffix(rest)
    if before and rest[:1].strip() and (names_photo(rest) or not alone):
        return before + quoted(rest, is_path=names_photo(rest))
    return word


def _unread(line: str, column: int) -> BadQuery:
    if line[column : column + 1] == '"':
        phrase = _QUOTED.match(line, column)
        if phrase is None:
            return _wrong(line, column, "the quotation mark has no partner", "close it, or leave it out")
        return _wrong(
            line,
            phrase.end(),
            "what follows the closing quotation mark belongs to nothing",
            "put a space there",
        )
    word = line[column:].split(maxsplit=1)[0] if line[column:].strip() else line
    if _SIMPLE_FILTER.fullmatch(word):
        return _wrong(line, column, "a filter takes no weight or plus", "leave it out")
    return _wrong(line, column, f"“{for_terminal(word)}” can't be read", "words go into quotation marks")


def _column(token: "Token") -> int:
    return token.start_pos or 0


def _wrong(line: str, column: int, what: str, remedy: str = "") -> BadQuery:
    """Say what is wrong, and point at it below the line."""
    start, end = max(0, column - _AROUND), column + 2 * _AROUND
    before = ("…" if start else "") + _shown(line[start:column])
    behind = _shown(line[column:end]) + ("…" if end < len(line) else "")
    indent = " " * sum(map(_cells, before))
    said = f"{what}, at column {column + 1}" + (f": {remedy}" if remedy else "")
    return BadQuery(f"{said}\n  {before}{behind}\n  {indent}^", column + 1)


def _shown(typed: str) -> str:
    """Make a line safe to print, its backslashes as they were typed: a path would have them doubled."""
    return "\\".join(map(for_terminal, typed.split("\\")))


def _cells(char: str) -> int:
    """Say how much room a terminal gives a character: an accent on the one before takes none."""
    return 0 if unicodedata.combining(char) else 1 + (unicodedata.east_asian_width(char) in _WIDE)
