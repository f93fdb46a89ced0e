"""A package's contents page names what others use of it, and they use what it names."""

import ast
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parents[2]
_ROOMS = ("embedder", "indexer", "searcher", "storage")


def _module(path: Path) -> str:
    """Give the name that a file is imported by."""
    parts = path.relative_to(_ROOT).with_suffix("").parts
    name = ".".join(("photoseek", *parts) if parts[0] in _ROOMS else parts)
    return name.removesuffix(".__init__")


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def _is_page(path: Path) -> bool:
    """Tell whether a package's page names anything, by `__all__` or by importing it."""
    nodes = ast.walk(_tree(path))
    return any(isinstance(node, ast.ImportFrom) and node.module != "typing" for node in nodes)


_PAGES = sorted(
    _module(path)
    for folder in ("photoseek", *_ROOMS)
    for path in (_ROOT / folder).rglob("__init__.py")
    if _is_page(path)
)


@cache
def _imports() -> frozenset[tuple[str, str, str]]:
    """Give each import in the packages, scripts and tests: by which module, from which module, of what name."""
    return frozenset(
        (_module(path), str(node.module), alias.name)
        for folder in ("photoseek", *_ROOMS, "scripts", "tests")
        for path in (_ROOT / folder).rglob("*.py")
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    )


def _from_outside(page: str) -> Iterator[tuple[str, str, str]]:
    """Give the imports from a package by modules that lie outside of it."""
    for by, module, name in _imports():
        if f"{module}.".startswith(f"{page}.") and not f"{by}.".startswith(f"{page}."):
            yield by, module, name


@pytest.mark.parametrize("page", _PAGES)
def test_a_contents_page_is_sorted_and_every_name_exists(page: str) -> None:
    package = import_module(page)
    assert package.__all__ == sorted(set(package.__all__), key=lambda name: (not name.isupper(), name))
    assert [name for name in package.__all__ if not hasattr(package, name)] == []


@pytest.mark.parametrize("page", _PAGES)
def test_every_name_on_a_contents_page_is_used_outside_of_the_package(page: str) -> None:
    used = {name for _, module, name in _from_outside(page) if module == page}
    assert set(import_module(page).__all__) - used == set()


@pytest.mark.parametrize("page", _PAGES)
def test_nobody_reaches_past_a_contents_page_for_what_it_offers(page: str) -> None:
    package = import_module(page)
    past = [
        f"{by}: {module}.{name}"
        for by, module, name in _from_outside(page)
        if module != page
        and not by.startswith("tests.")  # which test modules by themselves
        and name in package.__all__
        and getattr(import_module(module), name) is getattr(package, name)
    ]
    assert past == []
