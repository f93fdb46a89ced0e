"""`photoseek set` changes what is known of photos, never their files, and each change can be undone."""

import json
from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest

from photoseek.cli.dispatch import run as run_command
from photoseek.indexer import Run, index
from photoseek.indexer.disk.locations import known_places
from photoseek.indexer.pipeline.rereading import read_again
from photoseek.storage import Library, Photo
from photoseek.storage.errors import UnreadableData
from tests.indexer.photos import exif, saved, scene

Typed = Callable[..., str]


@pytest.fixture
def typed(run: Run, photos: Path, make_photo, monkeypatch, capsys) -> Typed:
    """Return what runs a command over a library of three photos, of which the last has a date, and its output."""
    for colour in ("red", "green"):
        make_photo(photos / f"{colour}.jpg", colour)
    (photos / "dated.jpg").write_bytes(saved(scene(), exif=exif(details={36867: "2004:07:14 23:30:05"})))
    with run.library.catalog.write() as transaction:
        root = transaction.roots.add(str(photos))
    index(run, {root: [""]})
    monkeypatch.setenv("PHOTOSEEK_LIBRARY", str(run.library.folder))

    def type_it(*arguments: object, code: int = 0) -> str:
        capsys.readouterr()
        assert run_command([*map(str, arguments)]) == code
        shown = capsys.readouterr()
        return shown.out if code == 0 else shown.err

    return type_it


def _photo(library: Library, path: Path) -> Photo:
    root_id, below = library.locate(path)
    with library.catalog.read() as transaction:
        file = transaction.files.at(root_id, below)
        assert file is not None
        return transaction.photos.by_id([file.photo_id])[file.photo_id]


def test_what_is_set_counts_is_listed_and_undone_and_files_stay(typed: Typed, run: Run, photos: Path) -> None:
    before = {path: path.read_bytes() for path in photos.iterdir()}
    red = photos / "red.jpg"
    known = _photo(run.library, red)
    said = json.loads(
        typed(
            "set", red, "--rating", 4, "--favourite", "--title", "Der Hafen", "--date", "2004-07", "--json",
            "--place", "-33.87,151.21",
        )
    )  # fmt: skip
    what = "rating 4, favourite, title “Der Hafen”, date 2004-07, place -33.87000, 151.21000"
    assert said == {
        "applied": True,
        "change": 1,
        "what": what,
        "photos": 1,
        "unchanged": 0,
        "without_time": [],
    }
    photo = _photo(run.library, red)
    facts = photo.facts
    assert (facts.rating, photo.favourite, facts.title) == (4, True, "Der Hafen")
    assert (facts.taken_at, facts.date_source, facts.position_source) == (
        "2004-07",
        "set by you",
        "set by you",
    )
    assert (facts.latitude, facts.longitude) == (-33.87, 151.21)
    assert photo.edited == ("date", "favourite", "place", "rating", "title")
    shown = typed("status", red)
    for line in ("taken: 2004-07 (set by you)", "rating: 4 of 5 stars (set by you)", "favourite"):
        assert f"{line}\n" in shown
    assert "change 2: 3 photos, rejected" in typed("set", "--rating", -1, *sorted(photos.iterdir()))
    assert "nothing to change: 1 photo, rejected" in typed("set", red, "--rating", -1)
    assert typed("set", "--list").splitlines()[1].split("  ")[-1] == "rejected"
    assert "change 2 is undone: 3 photos" in typed("set", "--undo", 2)
    assert _photo(run.library, red).facts.rating == 4
    typed("set", "--undo", 1)
    assert _photo(run.library, red) == known
    (first, _) = json.loads(typed("set", "--list", "--json"))["changes"]
    assert (first["change"], first["what"], first["photos"]) == (1, what, 1)
    assert first["undone_at"] is not None
    assert {path: path.read_bytes() for path in photos.iterdir()} == before


def test_a_query_shows_first_what_would_change(typed: Typed, run: Run, photos: Path) -> None:
    shown = typed("set", "--where", "name:green", "--hide")
    assert shown.splitlines()[:2] == ["1 photo would change: hidden", f"  {photos / 'green.jpg'}"]
    assert not _photo(run.library, photos / "green.jpg").hidden
    dry = json.loads(typed("set", "--where", "name:green", "--hide", "--json"))
    assert (dry["applied"], dry["change"], dry["photos"]) == (False, None, 1)
    assert typed("set", "--where", "name:green", "--hide", "--apply") == "change 1: 1 photo, hidden\n"
    assert _photo(run.library, photos / "green.jpg").hidden
    assert "nothing to change: 0 photos" in typed("set", "--where", "name:nothing", "--hide", "--apply")


def test_a_shift_moves_clocks_and_names_photos_that_have_none(typed: Typed, run: Run, photos: Path) -> None:
    said = json.loads(typed("set", "--shift", "+1h", *sorted(photos.iterdir()), "--json"))
    assert (said["photos"], said["unchanged"]) == (1, 2)
    assert [Path(path).name for path in said["without_time"]] == ["green.jpg", "red.jpg"]
    assert _photo(run.library, photos / "dated.jpg").facts.taken_at == "2004-07-15T00:30:05"
    typed("set", "--shift", "-2d", photos / "dated.jpg")
    assert _photo(run.library, photos / "dated.jpg").facts.taken_at == "2004-07-13T00:30:05"
    typed("set", "--undo", 2)
    assert _photo(run.library, photos / "dated.jpg").facts.taken_at == "2004-07-15T00:30:05"


def test_undoing_a_shift_under_a_later_one_says_that_the_later_date_stays(
    typed: Typed, run: Run, photos: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        typed("set", "--shift", "+1h", photos / "dated.jpg")
    with run.library.catalog.read() as transaction:
        assert [transaction.edits.overruled(number) for number in (1, 2, 3)] == [1, 0, 0]
    assert run_command(["set", "--undo", "1"]) == 0
    assert "1 photo keeps what a later change set" in capsys.readouterr().err
    assert _photo(run.library, photos / "dated.jpg").facts.taken_at == "2004-07-15T01:30:05"


def test_a_rating_given_again_to_more_photos_stays_when_the_first_change_is_undone(
    typed: Typed, run: Run, photos: Path
) -> None:
    typed("set", "--rating", 4, photos / "red.jpg")
    said = json.loads(typed("set", "--rating", 4, photos / "red.jpg", photos / "green.jpg", "--json"))
    assert (said["photos"], said["unchanged"]) == (1, 1)
    typed("set", "--undo", 1)
    assert [_photo(run.library, photos / f"{name}.jpg").facts.rating for name in ("red", "green")] == [4, 4]


def test_reading_files_again_and_editing_them_keeps_what_was_set_and_clear_takes_it_back(
    typed: Typed, run: Run, photos: Path
) -> None:
    dated = photos / "dated.jpg"
    typed("set", dated, "--date", "1998", "--rating", 3)
    assert read_again(run.library, known_places(run.library, []), Event(), workers=2).changed == 0
    assert _photo(run.library, dated).facts.taken_at == "1998"
    dated.write_bytes(saved(scene(), exif=exif({305: "an editor"}, {36867: "2005:01:01 10:00:00"})))
    with run.library.catalog.read() as transaction:
        roots = transaction.roots.all()
    index(run, {root: [""] for root in roots})
    facts = _photo(run.library, dated).facts
    assert (facts.taken_at, facts.date_source, facts.rating) == ("1998", "set by you", 3)
    typed("set", dated, "--clear", "rating,date")
    facts = _photo(run.library, dated).facts
    assert (facts.taken_at, facts.date_source) == ("2005-01-01T10:00:00", "EXIF DateTimeOriginal")
    assert facts.rating is None


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        ([], 2, "say one thing"),
        (["PHOTO"], 2, "say one thing"),
        (["--rating", "4"], 2, "name photos"),
        (["--rating", "4", "PHOTO", "--where", "red"], 2, "name photos"),
        (["--rating", "6", "PHOTO"], 2, "from -1 to 5"),
        (["--rating", "4", "--undo", "1"], 2, "say one thing"),
        (["--undo", "1", "PHOTO"], 2, "whole changes"),
        (["--undo", "1"], 8, "there is no change 1"),
        (["--favourite", "--no-favourite", "PHOTO"], 2, "exclude each other"),
        (["--date", "2004", "--shift", "1h", "PHOTO"], 2, "exclude each other"),
        (["--shift", "1h", "--clear", "date", "PHOTO"], 2, "set and cleared at once"),
        (["--clear", "stars", "PHOTO"], 2, "is no field: there are rating"),
        (["--date", "14.7.2004", "PHOTO"], 2, "is no date"),
        (["--place", "Nosuchtown", "PHOTO"], 8, "no town is named"),
        (["--rating", "4", "nowhere.jpg"], 8, "is in no watched folder"),
        (["--rating", "4", "--where", "colour:red"], 13, "colour"),
    ],
)
def test_what_cannot_be_set_is_refused_with_a_sentence_and_changes_nothing(
    typed: Typed, photos: Path, arguments: list[str], code: int, says: str
) -> None:
    named = [str(photos / "red.jpg") if one == "PHOTO" else one for one in arguments]
    assert says in typed("set", *named, code=code)
    assert json.loads(typed("set", "--list", "--json"))["changes"] == []


def test_an_import_says_in_numbers_of_things_what_it_knows_and_leaves_alone(
    typed: Typed, photos: Path, tmp_path: Path
) -> None:
    typed("set", "--rating", 4, photos / "red.jpg")
    exported = tmp_path / "said.json"
    typed("export-data", exported)
    shape = json.loads(exported.read_text())
    shape["photos"][0]["set"]["rating"] |= {"rating": 5, "set_at": "2020-01-01T00:00:00Z"}
    exported.write_text(json.dumps(shape))
    said = typed("import-data", exported)
    assert "known by their content: 1 photo; by their paths: 0" in said
    assert "left alone: 1 thing about which this library says something else" in said


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("albums", [{"name": "/", "query": None, "created_at": "2026-01-01T00:00:00Z", "photos": []}]),
        ("excluded", {"/photos": ["# a comment"]}),
        ("version", None),
    ],
)
def test_an_import_refuses_what_could_not_be_typed(
    typed: Typed, tmp_path: Path, part: str, value: object
) -> None:
    exported = tmp_path / "said.json"
    typed("export-data", exported)
    exported.write_text(json.dumps(json.loads(exported.read_text()) | {part: value}))
    assert "can't be taken in" in typed("import-data", exported, "--apply", code=UnreadableData.exit_code)
