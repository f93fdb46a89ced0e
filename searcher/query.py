"""What a person asks: words to embed, and filters that are never embedded."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from searcher.errors import BadQuery

_FILTER = re.compile(r"(tag|album):(.*)", re.DOTALL)
# A filter's name may be quoted, for it may have spaces; apostrophes are letters here, as in "the dog's ball".
_TOKEN = re.compile(r'(?:tag|album):"[^"]*"|\S+')


@dataclass(frozen=True, slots=True)
class Query:
    """Words, and the tags and albums that a photo must be in."""

    text: str
    tags: tuple[str, ...] = ()
    albums: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Write the query as one line that `parse_line` reads back."""
        filters = [f"tag:{_quoted(name)}" for name in self.tags]
        filters += [f"album:{_quoted(name)}" for name in self.albums]
        return " ".join([*filters, self.text] if self.text else filters)


def parse(words: Sequence[str]) -> Query:
    """Read words as a shell hands them over, where one word may have spaces. Raises BadQuery."""
    named: dict[str, list[str]] = {"tag": [], "album": []}
    text: list[str] = []
    for word in _split(words):
        filtered = _FILTER.fullmatch(word)
        if filtered is None:
            text += word.split()
        elif name := filtered[2].strip().removeprefix('"').removesuffix('"').strip():
            named[filtered[1]].append(name)
        else:
            raise BadQuery(f"{filtered[1]}: needs a name, as in {filtered[1]}:beach")
    if not text and not any(named.values()):
        raise BadQuery(
            "the query is empty: say what the photo shows, as in `photoseek find a dog on a beach`"
        )
    return Query(" ".join(text), tuple(named["tag"]), tuple(named["album"]))


def parse_line(line: str) -> Query:
    """Read a query written as one line. Raises BadQuery."""
    return parse(_TOKEN.findall(line))


def checked(text: str) -> str:
    """Give a name or words back, without spaces around. Raises BadQuery for what is no text, or has quotes."""
    _refuse_no_text(text)
    if not text.strip():
        raise BadQuery("a name can't be empty: give it at least one letter")
    if '"' in text:
        raise BadQuery("a name can't have quotation marks: leave them out")
    return text.strip()


def _split(words: Sequence[str]) -> Iterator[str]:
    """Take a query that was quoted as a whole apart; a filter's name that has spaces stays in one piece."""
    for word in words:
        _refuse_no_text(word)
        if " " in word.strip() and not _FILTER.fullmatch(word):
            yield from _TOKEN.findall(word)
        else:
            yield word


def _refuse_no_text(typed: str) -> None:
    """Raise BadQuery for bytes that no encoding makes sense of; they arrive as lone surrogates."""
    try:
        typed.encode()
    except UnicodeEncodeError as error:
        raise BadQuery("this is not valid text: type it again, or copy it from elsewhere") from error


def _quoted(name: str) -> str:
    return f'"{name}"' if re.search(r"\s", name) else name
