"""Every kind of error that a program may get over HTTP is in the table of docs/http.md."""

import ast
from collections.abc import Iterator
from pathlib import Path

_TOP = Path(__file__).parents[3]
_ROOMS = ("embedder", "indexer", "photoseek", "searcher", "storage")
_MAKERS = {"Refused", "error", "answered"}  # calls whose text in kebab-case is a kind


def _kinds() -> Iterator[str]:
    for path in sorted(path for room in _ROOMS for path in (_TOP / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Call(ast.Name(name), [*_, ast.Constant(int()), ast.Constant(str(kind)), _]):
                    if name in _MAKERS:
                        yield kind
                case ast.Assign([ast.Name("http_kind")], ast.Constant(str(kind))):
                    yield kind
                case ast.AnnAssign(ast.Name("http_kind"), _, ast.Constant(str(kind))):
                    yield kind
                case _:
                    pass


def test_every_kind_of_error_is_described() -> None:
    kinds = set(_kinds())
    assert {"no-photo", "too-large", "bad-query", "read-only", "fault"} <= kinds  # those of each spelling
    described = (_TOP / "docs" / "http.md").read_text("utf-8")
    assert sorted(kind for kind in kinds if f"`{kind}`" not in described) == []
