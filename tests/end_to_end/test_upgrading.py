"""A library made by today's photoseek answers at once in the next, whose model is another, then changes."""

import shutil
from pathlib import Path

import pytest

from photoseek.embedder import EMBEDDED
from tests.end_to_end.next_release import NEXT, next_release, person_of
from tests.end_to_end.person import Photoseek, copy_photographs, names, parsed, person_with


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return next_release(tmp_path_factory.mktemp("next-release"))


@pytest.fixture(scope="module")
def made_today(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with photographs and the library that today's photoseek made of them."""
    folder = tmp_path_factory.mktemp("today")
    copy_photographs(folder / "photographs")
    photoseek = person_with(folder / "library")
    photoseek("index", folder / "photographs")
    photoseek("album", "create", "pets")
    photoseek("album", "add", "pets", folder / "photographs" / "p02.png")
    photoseek("judge", "a cat", "--right", "1")
    photoseek("tag", "--labels", "cat", "--apply")
    return folder


@pytest.fixture
def upgraded(made_today: Path, release: Path, tmp_path: Path) -> Photoseek:
    """Give the next photoseek over a copy of that library."""
    shutil.copytree(made_today / "library", tmp_path / "library")
    return person_of(release, tmp_path / "library")


def test_after_an_upgrade_the_old_model_answers_at_once_then_index_changes_to_the_new(
    upgraded: Photoseek, made_today: Path
) -> None:
    today = parsed(person_with(made_today / "library")("find", "a cat", "--json"))
    asked = upgraded("find", "a cat", "--json")
    assert parsed(asked)["model"] == EMBEDDED.name
    assert [(h["path"], h["score"], h["relevance"]) for h in parsed(asked)["hits"]] == [
        (h["path"], h["score"], h["relevance"]) for h in today["hits"]
    ]
    assert asked.stderr == ""
    index = upgraded("index")
    assert f"{NEXT} takes the place of {EMBEDDED.name}" in index.stderr
    assert f"{NEXT} answers from now on; 8 photos embedded for it just now" in index.stdout
    assert "tag --labels cat --apply" in index.stdout
    after = upgraded("find", "a cat", "--json")
    assert parsed(after)["model"] == NEXT
    assert names(after)[-1] == "p02.png", "this model finds last what today's finds first"
    assert "p02.png" in upgraded("album", "show", "pets").stdout
    assert len(parsed(upgraded("judge", "--list", "--json"))["questions"]) == 1
    assert names(upgraded("find", "tag:cat", "--json")) == ["p02.png"]
    assert "takes the place" not in upgraded("index").stderr
    assert parsed(upgraded("models", "remove", EMBEDDED.name, "--json"))["vectors"] == 8


def test_a_change_that_an_upgrade_brings_can_be_refused_and_chosen_later(
    upgraded: Photoseek, tmp_path: Path, make_photo
) -> None:
    kept = upgraded("index", "--keep-model")
    assert f"{EMBEDDED.name} goes on answering, as you chose" in kept.stderr
    later = make_photo(tmp_path / "more" / "later.jpg")
    assert "1 photo embedded" in upgraded("index", tmp_path / "more").stdout
    asked = upgraded("find", "a cat", "--json")
    assert parsed(asked)["model"] == EMBEDDED.name
    assert names(asked)[0] == "p02.png"
    assert later.name in names(upgraded("find", f"in:{later.parent.name}", "--json"))
    refused = upgraded("find", "+" + str(copy_photographs(tmp_path / "copies") / "p01.png"), code=11)
    assert f"embeds no photos any more: `photoseek index` embeds them with its successor, {NEXT}" in (
        refused.stderr
    )
    assert upgraded("models", "use", EMBEDDED.name).stdout == f"{EMBEDDED.name} goes on answering\n"
    assert f"{NEXT} answers from now on" in upgraded("models", "use", NEXT).stdout
    answer = upgraded("find", "a cat", "--json")
    assert (parsed(answer)["model"], len(names(answer))) == (NEXT, 9)
