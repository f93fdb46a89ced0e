"""Whatever goes wrong, a person reads one sentence, and a program an exit code of its own."""

import os
import re
import sqlite3
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

import pytest

from photoseek.errors import PhotoseekError
from photoseek.storage import Library
from photoseek.streams import NOT_WRITTEN
from tests.end_to_end.person import Photoseek, parsed

_DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["find", "a", "cat"], 3, "photoseek index"),
        (["status"], 3, "photoseek index"),
        (["index"], 15, "no folder is watched yet"),
        (["index", "/nowhere/at/all"], 15, "check the path"),
        (["roots", "add", "/nowhere/at/all"], 15, "check the path"),
    ],
)
def test_before_the_first_index(here: Photoseek, arguments: list[str], code: int, says: str) -> None:
    _one_sentence(here(*arguments, code=code).stderr, says)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        *(
            (typed.split(), 3)
            for typed in (
                "status",
                "status photos",
                "roots",
                "roots list",
                "roots remove photos",
                "skipped",
                "skipped --retry",
                "verify --repair",
                "forget photos",
                "judge red",
                "judge --list",
                "evaluate",
                "duplicates",
                "serve",
                "tag --labels red --apply",
                "album list",
                "album show trip",
                "album create trip",
                "find red",
                "find --heat-map heat red",
                "models remove fake",
                "backup copy",
            )
        ),
        (["models", "list"], 0),
        (["models", "use", "nosuch"], 10),
        (["models", "use", "photoseek-1"], 11),
        (["models", "add", "nosuch"], 10),
        (["models", "use", "ViT-B-32", "--weights", "nosuch"], 11),
        (["index"], 15),
        (["watch"], 15),
        (["index", "nosuch"], 15),
        (["watch", "photos", "nosuch"], 15),
        (["roots", "add", "nosuch"], 15),
        (["index", "--model", "nosuch", "photos"], 10),
        (["watch", "--model", "nosuch", "photos"], 10),
        (["restore", "nosuch"], 8),
        (["restore", "photos/red.jpg"], 6),
        (["restore", "damaged"], 6),
    ],
)
def test_nothing_is_left_where_no_library_was_begun(
    here: Photoseek, photos: Path, make_photo, tmp_path: Path, monkeypatch, arguments: list[str], code: int
) -> None:
    make_photo(photos / "red.jpg")
    (tmp_path / "damaged").write_bytes(b"SQLite format 3\0" + bytes(5000))
    before = sorted(tmp_path.rglob("*"))
    monkeypatch.chdir(tmp_path)
    here(*arguments, "--library", tmp_path / "new" / "library", code=code)
    assert sorted(tmp_path.rglob("*")) == before
    (tmp_path / "library").mkdir()  # one that is there already stays as empty as it was
    here(*arguments, code=code)
    assert sorted(tmp_path.rglob("*")) == sorted([*before, tmp_path / "library"])


def test_the_models_are_listed_before_there_is_a_library(here: Photoseek) -> None:
    listed = parsed(here("models", "list", "--json"))["models"]
    assert "photoseek-5" in {row["name"] for row in listed}
    assert {row["state"] for row in listed} == {None}


def test_a_model_that_shipped_once_can_be_removed(
    here: Photoseek, photos: Path, make_photo, tmp_path: Path
) -> None:
    make_photo(photos / "red.jpg")
    here("index", "--model", "fake", photos)
    library = Library.existing(tmp_path / "library")
    with library.catalog.write() as transaction:
        transaction.models.add("photoseek-1", 512, None)
    library.close()
    assert "photoseek-5" in here("models", "use", "photoseek-1", code=11).stderr
    here("models", "remove", "photoseek-1")


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["find"], 13, "say what the photo shows"),
        (["find", "  "], 13, "say what the photo shows"),
        (["find", "собака"], 12, "can't read"),
        (["find", "album:nowhere"], 8, "nowhere"),
        (["album", "show", "nowhere"], 8, "nowhere"),
        (["album", "add", "nowhere", "x.jpg"], 8, "x.jpg"),
        (["index", "--model", "nonsense"], 10, "photoseek-5"),
        (["models", "use", "nonsense"], 10, "photoseek models list"),
        (["status", "--library", "x" * 300], 5, "--library"),
        (["find", "a cat", "--library", "~nobody-of-this-name/library"], 3, "no library"),
        (["label", "/nowhere.jpg", "--labels", "cat"], 14, "no such file"),
        (["tag", "--labels", " , "], 13, "--labels"),
        (["tag", "--labels", "кот"], 12, "can't read"),
        (["album", "create", 'a"b'], 13, "quotation marks"),
        (["album", "create", ""], 13, "empty"),
        (["album", "create", "two\nlines"], 13, "line breaks"),
        (["album", "create", "\x1b[31mred"], 13, "control characters"),
        (["album", "create", "x", "--where", "album:nowhere"], 8, "nowhere"),
        (["find", "a cat", "--json", "--paths"], 2, "--json"),
        (["duplicates", "--json", "--paths"], 2, "--json"),
        (["skipped", "--json", "--paths"], 2, "--json"),
        (["find", "a cat", "--explain", "--paths"], 2, "--explain"),
        (["album", "show", "x", "--json", "-0"], 2, "--json"),
        (["find", "a cat", "--limit", "0"], 2, "limit"),
        (["index", ""], 2, "the path is empty"),
        (["forget", ""], 2, "the path is empty"),
        (["album", "export", "x", ""], 2, "the path is empty"),
        (["label", "", "--labels", "cat"], 2, "the path is empty"),
        (["status", "--library", ""], 2, "the path is empty"),
        (["find", "a cat", "--library", ""], 2, "the path is empty"),
        (["index", "--library", ""], 2, "the path is empty"),
        (["tag", "--labels", "cat", "--apply", "--undo"], 2, "--undo"),
        (["judge", "a cat", "--forget", "--right", "1"], 2, "--forget"),
        (["judge", "a cat", "--right", ""], 13, "1,4"),
        (["nonsense"], 2, "nonsense"),
    ],
)
def test_bad_input_of_every_kind(
    here: Photoseek, photos: Path, make_photo, arguments: list[str], code: int, says: str
) -> None:
    make_photo(photos / "red.jpg")
    here("index", "--model", "fake", photos)
    ran = here(*arguments, code=code)
    assert ran.stdout == ""
    if code == 2:
        assert says in ran.stderr
    else:
        _one_sentence(ran.stderr, says)


def test_a_word_after_two_dashes_is_never_an_option(here: Photoseek, photos: Path, make_photo) -> None:
    make_photo(photos / "red.jpg")
    here("index", "--model", "fake", photos)
    assert "\0" in here("find", "--paths", "-0", "red").stdout
    assert "\0" not in here("find", "--paths", "--", "red", "-0").stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["find", "red"],
        ["find", "--varied", "red"],
        ["status", "red.jpg"],
        ["roots", "add", "folder"],
        ["find", "--library", "library", "red"],
    ],
)
def test_a_current_folder_that_is_gone_is_said_where_it_is_needed(
    here: Photoseek, photos: Path, make_photo, tmp_path: Path, monkeypatch, arguments: list[str]
) -> None:
    make_photo(photos / "red.jpg")
    here("index", "--model", "fake", photos)
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    _one_sentence(here(*arguments, code=8).stderr, "folder that you are in is gone")
    assert here("status").stdout


def test_the_version_is_said_without_a_library(photoseek: Photoseek) -> None:
    assert photoseek("--version").stdout == f"photoseek {version('photoseek')}\n"


def test_a_name_taken_is_said(here: Photoseek, photos: Path, make_photo) -> None:
    make_photo(photos / "red.jpg")
    here("index", "--model", "fake", photos)
    here("album", "create", "trip")
    _one_sentence(here("album", "create", "trip", code=9).stderr, "trip")


def test_a_library_of_a_newer_photoseek_is_refused(
    here: Photoseek, photos: Path, make_photo, tmp_path: Path
) -> None:
    make_photo(photos / "red.jpg")
    here("index", "--model", "fake", photos)
    connection = sqlite3.connect(tmp_path / "library" / "catalog.sqlite")
    with connection:
        connection.execute("UPDATE library SET schema_version = 999")
    connection.close()
    _one_sentence(here("find", "red", code=7).stderr, "upgrade photoseek")


def test_a_bad_file_is_skipped_with_a_reason_and_stops_nothing(
    here: Photoseek, photos: Path, make_photo
) -> None:
    whole = make_photo(photos / "red.jpg").read_bytes()
    bad = {"empty.jpg": b"", "cut.jpg": whole[: len(whole) // 2], "text.jpg": b"not a photo at all"}
    for name, content in bad.items():
        (photos / name).write_bytes(content)
    summary = parsed(here("index", "--model", "fake", "--json", photos))
    assert (summary["embedded"], summary["skipped"]) == (1, len(bad))
    for name in bad:
        why = parsed(here("status", "--json", photos / name))
        assert why["state"] == "skipped"
        assert len(why["sentence"]) > len(str(photos / name)) + 20


def test_what_packages_warn_programmers_of_reaches_a_person_only_when_asked_for(
    photoseek: Photoseek, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import atexit, warnings\natexit.register(warnings.warn, 'a package grumbles', RuntimeWarning)\n",
        "utf-8",
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.delenv("PYTHONWARNINGS", raising=False)
    assert "grumbles" not in photoseek("models", "list", "--json").stderr
    monkeypatch.setenv("PYTHONWARNINGS", "default")
    assert "grumbles" in photoseek("models", "list", "--json").stderr


def test_a_photo_that_cannot_be_read_hides_no_labels_of_others(
    here: Photoseek, photos: Path, make_photo, tmp_path: Path
) -> None:
    good = [make_photo(photos / "red.jpg"), make_photo(photos / "blue.jpg", "blue")]
    here("index", "--model", "fake", photos)
    bad = [tmp_path / "empty.jpg", tmp_path / "pipe.jpg"]
    bad[0].touch()
    os.mkfifo(bad[1])
    asked = (good[0], bad[0], good[1], bad[1], "--labels", "red,blue")

    ran = here("label", *asked, code=14)
    assert [line.split()[:2] for line in ran.stdout.splitlines()] == [
        [str(good[0]), "red"],
        [str(good[1]), "blue"],
    ]
    assert [line.split(": ")[:2] for line in ran.stderr.splitlines()] == [
        ["photoseek", str(path)] for path in bad
    ]

    found = parsed(here("label", *asked, "--json", code=14))
    assert [one["path"] for one in found["photos"]] == [str(path) for path in good]
    assert [one["path"] for one in found["unreadable"]] == [str(path) for path in bad]
    assert found["unreadable"][1]["reason"] == "this is no file but a device or a pipe: name a photo"


def test_each_example_of_a_command_stands_on_a_line_of_its_own(
    here: Photoseek, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    parsed = here("album", "create", "--help").stdout.splitlines()
    begin = parsed.index("  Examples:")
    assert parsed[begin + 1 : begin + 3] == [
        "    photoseek album create graduation",
        '    photoseek album create dogs --where "a dog outdoors after:2019 -in:2023"',
    ]


def test_the_exit_codes_are_those_in_the_docs() -> None:
    for package in ("photoseek", "searcher", "storage", "indexer", "embedder"):
        for path in (_DOCS.parent / package).rglob("*.py"):
            if re.search(
                r"^    exit_code\b.* = ", path.read_text("utf-8"), re.MULTILINE
            ):  # a kind counts where its module is loaded
                parts = path.relative_to(_DOCS.parent).with_suffix("").parts
                import_module(".".join(parts if package == "photoseek" else ("photoseek", *parts)))
    listed = re.findall(
        r"^\| (\d+)(?:–(\d+))? \|", (_DOCS / "exit-codes.md").read_text("utf-8"), re.MULTILINE
    )
    documented = {code for low, high in listed for code in range(int(low), int(high or low) + 1)}
    codes = [kind.__dict__["exit_code"] for kind in _kinds_of(PhotoseekError) if "exit_code" in kind.__dict__]
    assert len(set(codes)) == len(codes)
    assert documented == {0, 2, NOT_WRITTEN, 130, *codes}
    assert NOT_WRITTEN not in codes


def _kinds_of(base: type[PhotoseekError]) -> list[type[PhotoseekError]]:
    return [kind for made in base.__subclasses__() for kind in (made, *_kinds_of(made))]


def _one_sentence(stderr: str, says: str) -> None:
    assert stderr.startswith("photoseek: ")
    assert stderr.count("\n") == 1
    assert says in stderr
