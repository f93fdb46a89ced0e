"""GET /api/v1/duplicates and /bursts, and what is made of a choice among copies."""

from collections.abc import Iterator
from pathlib import Path
from time import sleep
from typing import Any

import pytest

from photoseek.searcher.web import Tasks
from photoseek.searcher.web.errors import Refused
from photoseek.searcher.web.found_groups import FoundGroups
from photoseek.storage import LibraryInUse
from tests.searcher.web.browser import Browser
from tests.searcher.web.copies import make_copies, serving_copies


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_copies(tmp_path_factory.mktemp("copies"))


@pytest.fixture(scope="module")
def browser(folder: Path) -> Iterator[Browser]:
    with serving_copies(folder) as served:
        yield served


def _found(browser: Browser, kind: str) -> dict[str, Any]:
    while (answer := browser.get(f"/api/v1/{kind}").answer)["looking"]:
        sleep(0.05)
    found: dict[str, Any] = answer
    return found


def test_each_copy_has_its_reason_and_the_largest_comes_first(browser: Browser) -> None:
    (group,) = _found(browser, "duplicates")["groups"]
    reasons = {file["path"].rpartition("/")[2]: file["reason"] for file in group["files"]}
    assert reasons.pop("d-resized.png") == "resized"
    assert group["files"][0]["reason"] is None
    assert group["files"][-1]["path"].endswith("d-resized.png")
    assert sorted(str(reason) for reason in reasons.values()) == [
        "None",
        "other-format",
        "same-bytes",
        "same-pixels",
    ]


def test_a_script_sets_aside_what_was_not_kept(browser: Browser, folder: Path) -> None:
    found = _found(browser, "duplicates")
    (group,) = found["groups"]
    kept = group["files"][2]
    asked = {"result": found["result"], "choices": [{"group": 0, "keep": [kept["number"]]}], "form": "list"}
    listed = browser.change("POST", "/api/v1/duplicates/set-aside", asked).body.decode().splitlines()
    assert kept["path"] not in listed
    assert sorted([*listed, kept["path"]]) == sorted(file["path"] for file in group["files"])
    script = browser.change("POST", "/api/v1/duplicates/set-aside", asked | {"form": "script"}).body.decode()
    assert script.count("\nset_aside ") == len(listed)
    assert len(list(folder.iterdir())) == 7


def test_without_a_choice_nothing_is_set_aside_unless_the_rule_is_asked_for(browser: Browser) -> None:
    found = _found(browser, "duplicates")
    asked = {"result": found["result"], "form": "null"}
    assert browser.change("POST", "/api/v1/duplicates/set-aside", asked).body == b""
    by_rule = browser.change("POST", "/api/v1/duplicates/set-aside", asked | {"by_rule": True}).body
    assert by_rule.count(b"\0") == found["files_aside"] == 4


def test_choices_about_another_look_or_of_no_file_are_refused(browser: Browser) -> None:
    result = _found(browser, "duplicates")["result"]
    for asked, status in (
        ({"result": "another"}, 409),
        ({"result": result, "choices": [{"group": 9, "keep": [0]}]}, 422),
        ({"result": result, "choices": [{"group": 0, "keep": [5]}]}, 422),
        ({"result": result, "choices": [{"group": 0, "keep": [-1]}]}, 422),
        ({"result": result, "choices": [{"group": 0, "keep": []}]}, 422),
    ):
        assert browser.change("POST", "/api/v1/duplicates/set-aside", asked).status == status, asked


def test_a_look_that_fails_at_once_is_said_and_can_be_tried_again() -> None:
    def none_to_read() -> int:
        raise LibraryInUse("another program has locked it")

    groups = FoundGroups(Tasks(), none_to_read)
    for _ in range(2):
        assert groups.latest("bursts") is None
        while groups.is_looking("bursts"):
            sleep(0.01)
        with pytest.raises(Refused, match="another program has locked it"):
            groups.latest("bursts")


def test_bursts_are_groups_of_their_own(browser: Browser) -> None:
    (burst,) = _found(browser, "bursts")["groups"]
    names = [file["path"].rpartition("/")[2] for file in burst["files"]]
    assert names == ["burst-1.jpg", "burst-2.jpg"]
    assert not {"burst-1.jpg"} & {
        file["path"].rpartition("/")[2]
        for group in _found(browser, "duplicates")["groups"]
        for file in group["files"]
    }


def test_the_paths_of_photos_come_in_the_order_asked_for(browser: Browser, folder: Path) -> None:
    (burst,) = _found(browser, "bursts")["groups"]
    first, second = (file["id"] for file in burst["files"])
    asked = {"ids": [second, 10**9, first, second]}
    paths = browser.change("POST", "/api/v1/photos/paths", asked).answer["paths"]
    assert paths == [f"{folder}/burst-2.jpg", f"{folder}/burst-1.jpg"]
    assert browser.change("POST", "/api/v1/photos/paths", {"ids": [0]}).status == 422
