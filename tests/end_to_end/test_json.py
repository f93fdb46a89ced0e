"""What `--json` prints has the keys that docs/json.md names, and holds nothing that is no text."""

import json
import os
import re
from pathlib import Path

import pytest

from tests.end_to_end.person import Photoseek, told

_DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "json.md"
_ODD = os.fsdecode(b"caf\xe9")


def _documented(section: str) -> set[str]:
    """Give the keys that the first column of a section's table names."""
    text = _DOCUMENT.read_text("utf-8").partition(f"\n## {section}")[2].partition("\n## ")[0]
    return {
        key for row in re.findall(r"^\| (`.*?) \|", text, re.MULTILINE) for key in re.findall(r"`(\w+)`", row)
    }


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
    first = told(here("index", "--model", "fake", "--json"))
    assert (first["embedded"], first["recognised"], first["skipped"]) == (2, 1, 1)
    assert set(first) == _documented("index") == set(told(here("skipped", "--retry", "--json")))


def test_no_json_holds_a_name_that_is_no_text(here: Photoseek, folder: Path, make_photo) -> None:
    gone = make_photo(folder / f"gone {_ODD}.jpg", "green")
    here("index", "--model", "fake", folder)
    here("roots", "exclude", folder, f"private {_ODD}/")
    here("album", "create", "red")
    here("album", "add", "red", folder / f"{_ODD}.jpg")
    here("judge", "red", "--right", "1")
    gone.unlink()
    commands: list[list[object]] = [
        ["index"],
        ["skipped"],
        ["status"],
        ["status", folder / f"{_ODD}.jpg"],
        ["status", folder / f"bad {_ODD}.jpg"],
        ["roots"],
        ["models", "list"],
        ["verify"],
        ["forget", gone],
        ["find", "red", "--explain"],
        ["duplicates"],
        ["album", "show", "red"],
        ["tag", "--labels", "red"],
        ["judge", "red"],
        ["evaluate"],
        ["label", folder / f"{_ODD}.jpg", "--labels", "red,blue"],
        ["backup", folder / f"{_ODD}.backup"],
        ["restore", folder / f"{_ODD}.backup"],
    ]
    for command in commands:
        ran = here(*command, "--json")
        json.dumps(json.loads(ran.stdout), ensure_ascii=False).encode()  # which no lone surrogate would pass
