"""Scripts judge by numbers, ids and paths; models are compared by it."""

import json
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest

from photoseek.cli.dispatch import run as run_command
from photoseek.indexer import Run, index

Typed = Callable[..., str]


@pytest.fixture
def typed(run: Run, photos: Path, make_photo, monkeypatch, capsys) -> Typed:
    """Give what runs a command over a library of three photos, and gives what it prints."""
    for colour in ("red", "green", "blue"):
        make_photo(photos / f"{colour}.jpg", colour)
    with run.library.catalog.write() as transaction:
        root = transaction.roots.add(str(photos))
    index(run, {root: [""]})
    monkeypatch.setenv("PHOTOSEEK_LIBRARY", str(run.library.folder))
    monkeypatch.setattr(sys, "stdin", StringIO())  # no terminal, also where a person runs the tests

    def type_it(*arguments: object, code: int = 0) -> str:
        capsys.readouterr()
        assert run_command([*map(str, arguments)]) == code
        return capsys.readouterr().out

    return type_it


def test_judgements_are_said_listed_measured_and_forgotten(typed: Typed, photos: Path) -> None:
    assert typed("judge", "red").split()[:2] == ["1", "–"]
    said = json.loads(typed("judge", "red", "--right", "1", "--wrong", "2,3", "--json"))
    assert [Path(photo["path"]).name for photo in said["right"]] == ["red.jpg"]
    assert len(said["wrong"]) == 2
    assert typed("judge", "red").split()[:2] == ["1", "right"]
    assert "1 right, 0 wrong" in typed("judge", "blue", "--right", photos / "blue.jpg")
    assert [one["query"] for one in json.loads(typed("judge", "--list", "--json"))["questions"]] == [
        "red",
        "blue",
    ]
    (figures,) = json.loads(typed("evaluate", "--json"))["models"]
    assert (figures["model"], figures["questions"], figures["photos"]) == ("fake", 2, 3)
    assert figures["r_at_1"] == figures["mrr"] == figures["ndcg_at_10"] == 1
    assert "in use" in typed("evaluate")
    assert json.loads(typed("judge", "red", "--forget", "--json"))["forgotten"] == 3
    assert "red" not in typed("judge", "--list")


def test_what_cannot_be_judged_or_measured_has_its_exit_code(typed: Typed) -> None:
    typed("evaluate", code=13)
    typed("judge", "red", "--right", "9", code=13)
    typed("judge", "tag:beach", code=13)
    typed("judge", "red", "--right", "nowhere.jpg", code=8)
    typed("judge", "red", "--model", "nothing", code=8)
    assert typed("judge", "--list") == ""
