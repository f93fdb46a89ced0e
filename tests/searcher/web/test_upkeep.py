"""GET /api/v1/roots, /skipped, /models, /library and /changes: what the settings show."""

from urllib.parse import quote

from photoseek.indexer import Run
from photoseek.storage import Edit, Stamp, now
from tests.searcher.web.browser import Browser


def _skip(run: Run, count: int, reason: str) -> None:
    with run.library.catalog.write() as transaction:
        (root,) = transaction.roots.all()
        for number in range(count):
            transaction.skips.add(root.root_id, f"{reason}/{number}.jpg", Stamp(1, 2, 3), reason)


def test_folders_are_shown_with_their_files_and_whether_they_are_there(
    browser: Browser, coloured: Run
) -> None:
    with coloured.library.catalog.read() as transaction:
        (root,) = transaction.roots.all()
    _skip(coloured, 3, "torn")
    (shown,) = browser.get("/api/v1/roots").answer["roots"]
    assert (shown["path"], shown["online"], shown["skipped"], shown["held_back"]) == (root.path, True, 3, 0)
    assert shown["files"] == 20
    assert shown["followed"] is None


def test_a_folder_that_is_away_is_shown_so(browser: Browser, coloured: Run, tmp_path) -> None:
    with coloured.library.catalog.write() as transaction:
        transaction.roots.add(str(tmp_path / "away"))
    shown = {one["path"]: one["online"] for one in browser.get("/api/v1/roots").answer["roots"]}
    assert shown[str(tmp_path / "away")] is False
    assert sorted(shown.values()) == [False, True]


def test_skipped_files_come_in_pages_and_by_their_reason(browser: Browser, coloured: Run) -> None:
    _skip(coloured, 5, "it is torn")
    _skip(coloured, 2, "it is empty")
    answer = browser.get("/api/v1/skipped?limit=4").answer
    assert (answer["total"], len(answer["files"])) == (7, 4)
    assert answer["reasons"] == [{"reason": "it is torn", "files": 5}, {"reason": "it is empty", "files": 2}]
    rest = browser.get("/api/v1/skipped?limit=4&offset=4").answer["files"]
    assert len({file["path"] for file in answer["files"] + rest}) == 7
    empty = browser.get(f"/api/v1/skipped?reason={quote('it is empty')}").answer
    assert (empty["total"], {file["reason"] for file in empty["files"]}) == (2, {"it is empty"})
    assert browser.get("/api/v1/skipped?limit=0").status == 422


def test_the_model_in_use_is_shown_with_its_vectors(browser: Browser) -> None:
    models = browser.get("/api/v1/models").answer["models"]
    (used,) = (model for model in models if model["state"] == "in use")
    assert (used["name"], used["vectors"], used["left"]) == ("fake", 20, None)


def test_the_library_says_where_it_is_and_what_it_tags_by(browser: Browser, coloured: Run) -> None:
    assert browser.change("POST", "/api/v1/proposals/apply", {"label": "red"}).status == 200
    shown = browser.get("/api/v1/library").answer
    assert shown["folder"] == str(coloured.library.folder)
    assert shown["catalog_bytes"] > 0
    assert shown["vocabularies"] == [{"name": None, "labels": 1}]


def test_changes_of_people_and_models_are_listed_and_taken_back_once(browser: Browser, coloured: Run) -> None:
    assert browser.get("/api/v1/changes").answer == {"edits": [], "tag_runs": []}
    with coloured.library.catalog.write() as transaction:
        first = min(transaction.photos.present_ids())
        transaction.edits.make("rating 4", [Edit(first, "rating", {"rating": 4}, now())])
    tagged = browser.change("POST", "/api/v1/proposals/apply", {"label": "red"}).answer
    answer = browser.get("/api/v1/changes").answer
    (edit,), (run,) = answer["edits"], answer["tag_runs"]
    assert (edit["what"], edit["photos"], edit["undone_at"]) == ("rating 4", 1, None)
    assert (run["labels"], run["tags"], run["number"]) == (["red"], tagged["gained"], tagged["run"])

    for path, changed in (("changes/1", 1), (f"tag-runs/{run['number']}", tagged["gained"])):
        assert browser.change("POST", f"/api/v1/{path}/undo").answer == {"changed": changed}
        assert browser.change("POST", f"/api/v1/{path}/undo").status == 404
    with coloured.library.catalog.read() as transaction:
        assert transaction.photos.by_id([first])[first].facts.rating is None
        assert not transaction.tags.counts()
    assert browser.change("POST", f"/api/v1/changes/{2**63}/undo").status == 422


def test_what_a_page_applied_is_undone_by_its_token(browser: Browser, coloured: Run) -> None:
    undo = browser.change("POST", "/api/v1/proposals/apply", {"label": "red"}).answer["undo"]
    assert browser.change("POST", f"/api/v1/undo/{undo}").status == 200
    with coloured.library.catalog.read() as transaction:
        assert not transaction.tags.counts()
