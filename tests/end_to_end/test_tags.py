"""A person tags by hand, has a model propose tags, and takes back what was done."""

from pathlib import Path

import pytest

from tests.end_to_end.person import Photoseek, parsed

_VOCABULARY = """
name: colours
labels:
  - warm
  - name: fire
    prompts: [red]
    parent: warm
    group: colour
  - {name: sky, prompts: [blue], group: colour}
"""


@pytest.fixture
def indexed(here: Photoseek, photos: Path, make_photo) -> Photoseek:
    for colour in ("red", "green", "blue"):
        make_photo(photos / f"{colour}.jpg", colour)
    here("index", "--model", "fake", photos)
    return here


def _counts(photoseek: Photoseek) -> dict[str, tuple[int, int, int]]:
    """Return the tags with how many photos have them by people and by models, and are refused for."""
    tags = parsed(photoseek("tag", "list", "--json"))["tags"]
    return {tag["name"]: (tag["by_people"], tag["by_models"], tag["refused"]) for tag in tags}


def test_photos_are_tagged_at_once_and_hits_only_when_that_is_confirmed(
    indexed: Photoseek, photos: Path
) -> None:
    red, blue = photos / "red.jpg", photos / "blue.jpg"
    assert indexed("tag", "add", "mine", red).stdout == "mine: 1 photo tagged\n"
    assert "1 photo had it from you already" in indexed("tag", "add", "mine", red, blue).stdout
    dry = indexed("tag", "remove", "mine", "--where", "tag:mine name:blue")
    assert (dry.stdout, dry.stderr) == (
        "mine: to be removed from 1 photo\n",
        "a dry run: --apply removes it\n",
    )
    assert _counts(indexed) == {"mine": (2, 0, 0)}
    indexed("tag", "remove", "mine", "--where", "tag:mine name:blue", "--apply")
    assert _counts(indexed) == {"mine": (1, 0, 1)}
    assert parsed(indexed("tag", "add", "all", "--where", "type:jpeg", "--json")) == {
        "tag": "all",
        "applied": False,
        "photos": 3,
        "tagged": 3,
    }
    (photo,) = parsed(indexed("tag", "list", blue, "--json"))["photos"]
    assert (photo["path"], photo["tags"], photo["refused"]) == (str(blue), [], ["mine"])
    assert "no mine  (refused by you)" in indexed("tag", "list", blue).stdout


def test_a_tag_is_the_same_however_its_letters_are_composed(indexed: Photoseek, photos: Path) -> None:
    composed, apart = "caf\u00e9", "cafe\u0301"
    indexed("tag", "add", apart, photos / "red.jpg")
    indexed("tag", "--labels", apart, "--threshold", "0.01", "--apply", "--album")
    assert _counts(indexed)[composed][0] == 1
    assert _counts(indexed).keys() == {composed}
    before = _counts(indexed)
    assert "is called “café” already" in indexed("tag", "rename", apart, composed, code=9).stderr
    indexed("tag", "merge", apart, composed, code=2)
    assert _counts(indexed) == before
    for typed in (composed, apart):
        assert str(photos / "red.jpg") in indexed("find", f"tag:{typed}", "--paths").stdout
    indexed("tag", "remove", composed, photos / "red.jpg")
    assert _counts(indexed)[composed][2] == 1


def test_what_a_person_said_by_mistake_is_forgotten_and_a_model_decides_again(
    indexed: Photoseek, photos: Path
) -> None:
    indexed("tag", "remove", "red", photos / "red.jpg")
    indexed("tag", "add", "red", photos / "blue.jpg")
    dry = indexed("tag", "forget", "red", "--where", "type:jpeg")
    assert dry.stdout == "red: your yes to 1 photo and your no to 1 photo to be forgotten\n"
    assert _counts(indexed) == {"red": (1, 0, 1)}
    forgotten = parsed(indexed("tag", "forget", "red", "--where", "type:jpeg", "--apply", "--json"))
    assert (forgotten["forgotten_yes"], forgotten["forgotten_no"]) == (1, 1)
    assert _counts(indexed) == {}
    indexed("tag", "--labels", "red", "--threshold", "0.3", "--apply")
    assert _counts(indexed) == {"red": (0, 1, 0)}
    indexed("tag", "forget", "red", photos / "red.jpg")
    assert _counts(indexed) == {"red": (0, 1, 0)}  # a model's tag is not a person's word


@pytest.mark.parametrize(
    ("typed", "code", "says"),
    [
        (("add", "mine"), 2, "name photos by their paths, or by --where"),
        (("add", "mine", "PHOTO", "--where", "x"), 2, "one of the two"),
        (("add", 'a"b', "PHOTO"), 13, "quotation marks"),
        (("add", "a\nb", "PHOTO"), 13, "line breaks"),
        (("add", "mine", "/nowhere.jpg"), 8, "is in no watched folder"),
        (("rename", "nothing", "x"), 8, "no tag “nothing”"),
        (("merge", "x"), 2, "name the tags to merge"),
        (("--undo", "7"), 8, "there is no run 7"),
        (("--undo",), 2, "name RUN or --labels"),
        (("--undo", "7", "--labels", "a"), 2, "one of the two"),
        (("--labels", "a", "--vocabulary", "b"), 2, "leave one of them out"),
        (("--labels", "a", "--album"), 2, "add --apply"),
        (("--runs", "--labels", "a"), 2, "--runs"),
        (("--vocabulary", "/nowhere.yaml"), 25, "can't be read"),
        (("propose", "7", "--labels", "a"), 2, "add --undo"),
    ],
)
def test_what_cannot_be_done_is_said(
    indexed: Photoseek, photos: Path, typed: tuple[str, ...], code: int, says: str
) -> None:
    words = [str(photos / "red.jpg") if word == "PHOTO" else word for word in typed]
    assert says in indexed("tag", *words, code=code).stderr
    assert _counts(indexed) == {}


def test_a_renamed_tag_takes_rules_refusals_and_queries_along(
    indexed: Photoseek, photos: Path, make_photo
) -> None:
    indexed("tag", "--labels", "red", "--threshold", "0.3", "--apply", "--album")
    indexed("tag", "remove", "red", photos / "blue.jpg")
    indexed("judge", "red tag:red", "--right", "1")
    renamed = indexed("tag", "rename", "red", "rubin")
    assert renamed.stdout.splitlines() == [
        "red is rubin now: 1 photo",
        "new photos are tagged in the same way by the new name (1 rule)",
        "the query of the album red follows",
        "the judged question follows: red tag:rubin",
    ]
    make_photo(photos / "later.jpg", "red", 4)
    indexed("index")
    assert _counts(indexed) == {"rubin": (0, 2, 1)}
    assert len(parsed(indexed("album", "show", "red", "--json"))["paths"]) == 2
    indexed("tag", "add", "other", photos / "red.jpg")
    assert "`photoseek tag merge`" in indexed("tag", "rename", "other", "rubin", code=9).stderr
    indexed("tag", "merge", "other", "rubin", "one")
    assert _counts(indexed) == {"one": (1, 1, 1)}


def test_a_run_is_listed_and_taken_back_with_its_album_and_its_tags_of_new_photos(
    indexed: Photoseek, photos: Path, make_photo
) -> None:
    indexed("tag", "add", "red", photos / "green.jpg")
    indexed("tag", "--labels", "red,blue", "--threshold", "0.3", "--apply", "--album", "--where", "type:jpeg")
    tagging = ("tag", "--labels", "red", "--threshold", "0.3", "--apply")
    assert "run 2: `photoseek tag --undo 2` takes it back" in indexed(*tagging).stderr
    make_photo(photos / "later.jpg", "red", 4)
    indexed("index")
    first, second = parsed(indexed("tag", "--runs", "--json"))["runs"]
    assert (first["where"], first["labels"], first["threshold"]) == ("type:jpeg", ["red", "blue"], 0.3)
    assert (second["run"], second["changed_tags"]) == (2, 2)
    assert "taken back: 1 tag removed, 1 tag as before" in indexed("tag", "--undo", "2").stdout
    assert _counts(indexed) == {"red": (1, 1, 0), "blue": (0, 1, 0)}
    assert "the album red, which the run made, is deleted" in indexed("tag", "--undo", 1).stdout
    assert _counts(indexed) == {"red": (1, 0, 0)}
    assert parsed(indexed("album", "list", "--json"))["albums"] == []
    assert "undone" in indexed("tag", "--runs").stdout


def test_labels_taken_away_are_brought_back_by_undoing_that(indexed: Photoseek) -> None:
    indexed("tag", "--labels", "red", "--threshold", "0.3", "--apply")
    before = _counts(indexed)
    assert "there is no tag “rde”" in indexed("tag", "--labels", "red,rde", "--undo", code=8).stderr
    assert _counts(indexed) == before
    taken = indexed("tag", "--labels", "red", "--undo")
    assert taken.stdout == "red: 1 tag taken away\n"
    assert "`photoseek tag --undo 2` brings them back" in taken.stderr
    assert _counts(indexed) == {}
    indexed("tag", "--undo", "2")
    assert _counts(indexed) == before


def test_a_vocabulary_is_checked_and_what_the_model_cannot_tell_apart_is_named(
    indexed: Photoseek, tmp_path: Path
) -> None:
    vocabulary = tmp_path / "colours.yaml"
    vocabulary.write_text(f"{_VOCABULARY}  - {{name: blood, prompts: [red, red], group: colour}}\n", "utf-8")
    asked = ("vocabulary", "check", vocabulary, "--threshold", "0.3")
    checked = parsed(indexed(*asked, "--json"))
    assert {label["name"]: label["photos"] for label in checked["labels"]} == {
        "warm": 0,
        "fire": 1,
        "sky": 1,
        "blood": 1,
    }
    (pair,) = checked["alike"]
    assert (pair["labels"], pair["in_one_group"], pair["photos_of_both"]) == (["fire", "blood"], True, 1)
    said = indexed(*asked).stdout
    assert "colours: 4 labels, no problem in the file" in said
    assert "the model can't tell apart fire and blood, of one group (colour)" in said
    vocabulary.write_text("labels: [red, Red, '']\n", "utf-8")
    wrong = indexed(*asked, code=25)
    assert [line.partition("column ")[2][:2] for line in wrong.stdout.splitlines()] == ["15", "20"]
    assert wrong.stderr.endswith("has 2 problems: do what is said of each\n")
    assert len(parsed(indexed(*asked, "--json", code=25))["problems"]) == 2


def test_a_vocabulary_is_proposed_shown_on_a_sheet_and_applied(
    indexed: Photoseek, photos: Path, tmp_path: Path
) -> None:
    vocabulary, sheet = tmp_path / "colours.yaml", tmp_path / "sheet.html"
    vocabulary.write_text(_VOCABULARY, "utf-8")
    asked = ("tag", "--vocabulary", vocabulary, "--threshold", "0.3")
    dry = parsed(indexed(*asked, "--sheet", sheet, "--json"))
    assert (dry["applied"], dry["run"]) == (False, None)
    assert [Path(photo["path"]).name for photo in dry["labels"]["fire"]] == ["red.jpg"]
    assert [Path(photo["path"]).name for photo in dry["labels"]["warm"]] == ["red.jpg"]
    assert dry["expected_precision"]["fire"] == dry["labels"]["fire"][0]["probability"]
    page = sheet.read_text("utf-8")
    assert "fire: 1 photo<" in page
    assert page.count("data:image/jpeg") == 3  # fire, its parent, and sky
    assert _counts(indexed) == {}
    indexed(*asked, "--apply")
    assert _counts(indexed) == {"fire": (0, 1, 0), "sky": (0, 1, 0), "warm": (0, 1, 0)}
    (photo,) = parsed(indexed("tag", "list", photos / "red.jpg", "--json"))["photos"]
    assert {(tag["vocabulary"], tag["run"]) for tag in photo["tags"]} == {("colours", 1)}
    vocabulary.write_text(_VOCABULARY.replace("name: sky", "name: sea"), "utf-8")
    dropped = "1 label that the vocabulary colours had is dropped, with its tags: sky\n"
    assert dropped in indexed(*asked).stderr
    assert parsed(indexed(*asked, "--json"))["dropped"] == ["sky"]
    assert dropped in indexed(*asked, "--apply").stderr
    assert dropped not in indexed(*asked).stderr
    sheet.write_text("mine", "utf-8")
    assert "is no contact sheet" in indexed(*asked, "--sheet", sheet, code=9).stderr
    assert sheet.read_text("utf-8") == "mine"
