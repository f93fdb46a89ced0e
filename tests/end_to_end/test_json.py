"""What `--json` prints has the keys that docs/json.md names, and holds nothing that is no text."""

import json
import os
import re
from pathlib import Path

import pytest

from photoseek.searcher.web.shapes import StatusShape
from tests.end_to_end.person import Photoseek, parsed

_DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "json.md"
_ODD = os.fsdecode(b"caf\xe9")
_SOMETIMES = {"seem_gone"}


def _documented(command: str) -> set[str]:
    """Give the keys that the document names, of `index` in a table of its own, of others in a row each."""
    section, _, others = _DOCUMENT.read_text("utf-8").partition("\n## index")[2].partition("\n## ")
    if command == "index":
        rows = re.findall(r"^\| (`.*?) \|", section, re.MULTILINE)
    elif command == "status":
        return {*StatusShape.model_fields, "library", "caches"}
    else:
        rows = re.findall(rf"^\| `{command}` \| (.*) \|$", others, re.MULTILINE)
        rows = [re.sub("each with .*", "", row) for row in rows]
    return {key for row in rows for key in re.findall(r"`(\w+)`", row)} - _SOMETIMES


@pytest.fixture
def folder(photos: Path, make_photo) -> Path:
    """Give a folder of photos whose name is no UTF-8, with a link out of it and a pattern that can't be used."""
    folder = photos / _ODD
    make_photo(folder / f"{_ODD}.jpg", "red")
    make_photo(folder / "copy" / f"{_ODD}.jpg", "red")
    make_photo(photos / "elsewhere" / "blue.jpg", "blue")
    (folder / f"link to {_ODD}").symlink_to(photos / "elsewhere", target_is_directory=True)
    (folder / f"bad {_ODD}.jpg").write_bytes(b"no photo")
    (folder / ".photoseekignore").write_text("[z-a]\n")
    return folder


def test_an_index_says_what_is_documented_and_nothing_of_what_it_keeps_for_a_watch(
    here: Photoseek, folder: Path
) -> None:
    here("roots", "add", folder)
    first = parsed(here("index", "--model", "fake", "--json"))
    assert (first["embedded"], first["recognised"], first["skipped"]) == (2, 1, 1)
    assert set(first) == _documented("index") == set(parsed(here("skipped", "--retry", "--json")))


def test_every_json_has_the_documented_keys_and_holds_no_name_that_is_no_text(
    here: Photoseek, folder: Path, make_photo
) -> None:
    odd, gone, backup = (folder / f"{what}{_ODD}.jpg" for what in ("", "gone ", "backup "))
    make_photo(gone, "green")
    here("index", "--model", "fake", folder)
    here("models", "add", "fake-2")
    here("roots", "exclude", folder, f"private {_ODD}/")
    here("album", "create", "red")
    here("album", "add", "red", odd)
    here("judge", "red", "--right", "1")
    vocabulary = folder / "mine.yaml"
    vocabulary.write_text("labels: [red, blue]\n")
    gone.unlink()
    asked: dict[str, tuple[object, ...]] = {
        "index": (),
        "index --metadata": (),
        "skipped": (),
        "status": (),
        "status PATH": (odd,),
        "roots": (),
        "models list": (),
        "models remove": ("fake-2",),
        "verify": (),
        "forget": (gone,),
        "find": ("red", "--explain"),
        "duplicates": (),
        "album list": (),
        "album show": ("red",),
        "album suggest": (),
        "stats": (),
        "tag": ("--labels", "red"),
        "tag --runs": (),
        "vocabulary check": (vocabulary,),
        "tag add": ("mine", odd),
        "tag remove": ("mine", odd),
        "tag list": (),
        "tag forget": ("other", odd),
        "tag list PATH": (odd,),
        "tag rename": ("mine", "yours"),
        "tag merge": ("yours", "ours"),
        "tag --undo": ("--labels", "ours"),
        "tag --undo RUN": (1,),
        "set": (odd, "--rating", "4"),
        "sidecars write": ("--apply",),
        "sidecars status": (),
        "sidecars undo": (),
        "set --list": (),
        "set --undo": ("1",),
        "export-data": (folder.parent / "said.json",),
        "import-data": (folder.parent / "said.json", "--apply"),
        "judge": ("red",),
        "judge --list": (),
        "evaluate": (),
        "judge --forget": ("red",),
        "users list": (),
        "users log": (),
        "people on": (),
        "people list": (),
        "people suggest": (),
        "people undo --list": (),
        "people off": (),
        "text on": (),
        "text off": (),
        "imagine": ("red", "--steps", "1", "--size", "32", "--out", folder.parent / "red.png"),
        "label": (odd, "--labels", "red,blue"),
        "backup": (backup,),
        "restore": (backup,),
        "library move": (folder / "moved",),
        "library reopen": (),
    }
    for command, more in asked.items():
        printed = parsed(here(*re.sub(" (?:PATH|RUN)$", "", command).split(), *more, "--json"))
        assert set(printed) - _SOMETIMES == _documented(command), command
        json.dumps(printed, ensure_ascii=False).encode()  # which no lone surrogate would pass
