"""Names and sentences are plain English: words of a private dialect are refused, with what to write instead."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]

# Each as whole words, in any case, and what to write instead.
_INSTEAD = {
    "told": "what it is: summary, payload, attributes, on_progress",
    "hear": "embed, or read",
    "hears": "embeds, or is called with",
    "heard": "embedded, prepared, received",
    "lend": "give, or pause for",
    "lends": "gives, or pauses for",
    "lent": "given",
    "whoever": "the caller, the process that…",
    "film": "video",
    "films": "videos",
    "likest": "most similar",
    "staying": "warm",
    "darken": "mark as unreadable",
    "eight-bit": "int8",
    "eight bits": "int8",
    "sixteen bits": "float16",
    "thousand million": "billion, or G as in GMAC",
}
# Packages, tests and pages that are clean. A word comes back in none of them.
_CLEAN = (
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "README.md",
    "SECURITY.md",
    "docs",
    "embedder",
    "indexer",
    "photoseek",
    "scripts",
    "searcher",
    "storage",
    "tests/embedder",
    "tests/end_to_end",
    "tests/indexer",
    "tests/photoseek",
    "tests/repository",
    "tests/scripts",
    "tests/searcher",
    "tests/storage",
)
# By file, words that mean something else there.
_EXCEPTIONS: dict[str, set[str]] = {}
_BANNED = re.compile(rf"(?<![a-z])(?:{'|'.join(map(re.escape, _INSTEAD))})(?![a-z])")


def _prose_of(source: str) -> Iterator[tuple[int, str]]:
    """Yield names, comments and docstrings of a module, each with its line."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string
        elif token.type == tokenize.NAME:
            yield token.start[0], re.sub(r"(?<=[a-z])(?=[A-Z])", "_", token.string)
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = getattr(node.body[0], "lineno", 1) if node.body else 1
            yield from enumerate((ast.get_docstring(node, clean=False) or "").splitlines(), first)


def _found_in(path: Path) -> list[str]:
    text = path.read_text("utf-8")
    lines = _prose_of(text) if path.suffix == ".py" else enumerate(text.splitlines(), 1)
    allowed = _EXCEPTIONS.get(path.relative_to(_ROOT).as_posix(), set())
    return [
        f"{path.relative_to(_ROOT)}:{number}: “{word}”, write {_INSTEAD[word]}"
        for number, line in lines
        for word in _BANNED.findall(line.lower())
        if word not in allowed
    ]


@pytest.mark.parametrize("place", _CLEAN)
def test_words_of_the_private_dialect_are_not_used(place: str) -> None:
    path = _ROOT / place
    files = sorted([*path.rglob("*.py"), *path.rglob("*.md")]) if path.is_dir() else [path]
    assert files, f"{place} is neither a folder with modules nor a page"
    assert [found for file in files for found in _found_in(file)] == []


def test_a_banned_word_is_found_in_names_comments_and_docstrings() -> None:
    module = (
        '"""It hears."""\n\n\ndef isLent(told_so: int) -> None:  # whoever\n    """Give\n\n    a film."""\n'
    )
    lines = [(number, word) for number, line in _prose_of(module) for word in _BANNED.findall(line.lower())]
    assert sorted(lines) == [(1, "hears"), (4, "lent"), (4, "told"), (4, "whoever"), (7, "film")]
