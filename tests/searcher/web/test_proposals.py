"""GET /api/v1/proposals…: what a person is asked of a label, and what the answers teach."""

from urllib.parse import quote

from photoseek.indexer import Run
from tests.searcher.web.browser import Browser


def _of(browser: Browser, label: str, **asked: str) -> dict:
    more = "".join(f"&{name}={value}" for name, value in asked.items())
    reply = browser.get(f"/api/v1/proposals/photos?label={quote(label)}{more}")
    assert reply.status == 200, reply.body
    answer: dict = reply.answer
    return answer


def test_the_likeliest_photos_of_a_label_come_first_or_the_least_certain(browser: Browser) -> None:
    sure = [one["probability"] for one in _of(browser, "red", order="sure")["photos"]]
    assert sure
    assert sure == sorted(sure, reverse=True)
    answer = _of(browser, "red", order="uncertain")
    away = [abs(one["probability"] - answer["threshold"]) for one in answer["photos"]]
    assert away == sorted(away)


def test_what_was_answered_is_asked_no_more_and_counted(browser: Browser, coloured: Run) -> None:
    first, second, *rest = [one["id"] for one in _of(browser, "red", order="sure")["photos"]]
    with coloured.library.catalog.write() as transaction:
        transaction.tags.put([first], "red")
        transaction.tags.refuse([second], "red")
    answer = _of(browser, "red", order="sure")
    assert [one["id"] for one in answer["photos"]] == rest
    assert (answer["yes"], answer["no"], answer["learnt_from"]) == (1, 1, None)


def test_a_label_is_put_on_as_many_photos_as_was_said_before(browser: Browser, coloured: Run) -> None:
    said = _of(browser, "red")
    done = browser.change("POST", "/api/v1/proposals/apply", {"label": "red"}).answer
    assert (done["gained"], done["lost"]) == (said["gains"], said["losses"])
    assert done["gained"] > 0
    assert (_of(browser, "red")["gains"], _of(browser, "red")["losses"]) == (0, 0)
    (listed,) = browser.get("/api/v1/proposals").answer["labels"]
    assert (listed["name"], listed["by_models"]) == ("red", done["gained"])
    with coloured.library.catalog.write() as transaction:
        assert transaction.tag_runs.undo(done["run"]).tags_removed == done["gained"]


def test_a_label_of_a_vocabulary_is_not_applied_without_the_others(browser: Browser, coloured: Run) -> None:
    with coloured.library.catalog.read() as transaction:
        assert not transaction.tag_runs.all()
    refused = browser.change(
        "POST", "/api/v1/proposals/apply", {"label": "dog"}
    )  # one that ships, with a parent
    assert (refused.status, refused.error["kind"]) == (422, "label-of-vocabulary")


def test_labels_that_cant_be_read_are_refused(browser: Browser) -> None:
    assert browser.get("/api/v1/proposals/photos?label=").status == 422
    assert browser.get("/api/v1/proposals/photos?label=%00").status == 400
    assert browser.get(f"/api/v1/proposals/photos?label={'x' * 201}").status == 422
    assert browser.get("/api/v1/proposals/photos?label=red&odrer=sure").status == 422


def test_what_was_learnt_is_said_from_ten_yes_and_ten_no_on(browser: Browser, coloured: Run) -> None:
    with coloured.library.catalog.read() as transaction:
        colour_of = {
            photo_id: transaction.photos.paths(photo_id)[0].rpartition("/")[2].partition("-")[0]
            for photo_id in sorted(transaction.photos.present_ids())
        }
    # Green and blue are our garden, black and white are not, and half of red is.
    order = {"green": 0, "blue": 0, "red": 1, "black": 2, "white": 2}
    photos = sorted(colour_of, key=lambda photo_id: order[colour_of[photo_id]])
    path = "/api/v1/tags/our%20garden/photos"
    assert browser.change("DELETE", path, {"ids": photos[10:]}).status == 200
    assert browser.change("POST", path, {"ids": photos[:9]}).status == 200
    assert _of(browser, "our garden")["learnt_from"] is None
    assert browser.change("POST", path, {"ids": photos[:10]}).status == 200
    answer = _of(browser, "our garden")
    assert answer["learnt_from"] == {"yes": 10, "no": 10}
    assert (answer["yes"], answer["no"], answer["has_head"]) == (10, 10, False)


def test_no_hidden_photo_is_the_cover_of_a_label(browser: Browser) -> None:
    assert browser.change("POST", "/api/v1/proposals/apply", {"label": "red"}).status == 200
    (listed,) = browser.get("/api/v1/proposals").answer["labels"]
    hidden = {"ids": [listed["cover"]["id"]], "set": {"hidden": True}}
    assert browser.change("PATCH", "/api/v1/photos", hidden).status == 200
    assert browser.get("/api/v1/proposals").answer["labels"][0]["cover"] is None
