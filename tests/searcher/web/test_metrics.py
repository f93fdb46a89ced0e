"""What supervises a server learns whether it can answer, and how long answers take."""

from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from photoseek.searcher.web import Metrics, Rules
from photoseek.storage import Library
from tests.searcher.web.browser import Browser, serving


def _numbers(browser: Browser, path: str = "/metrics") -> dict[str, float]:
    """Return the samples by their names with the values of their labels."""
    answer = browser.get(path)
    assert (answer.status, answer.headers.get_content_type()) == (200, "text/plain")
    return {
        " ".join((sample.name, *sample.labels.values())): sample.value
        for family in text_string_to_metric_families(answer.body.decode())
        for sample in family.samples
    }


def test_requests_are_counted_by_route_and_questions_by_stage(unchanged: Library) -> None:
    with serving(unchanged, metrics=Metrics()) as browser:
        for number in (1, 2, 999):
            browser.get(f"/api/v1/photos/{number}")
        browser.find("red")
        browser.find("red, blue")
        browser.get("/api/v1/made-up/address")
        counted = _numbers(browser)
        _numbers(browser, "/api/v1/metrics")
    photo = "GET /photos/{photo_id}"
    assert counted[f"photoseek_request_seconds_count {photo} 200"] == 2
    assert counted[f"photoseek_request_seconds_count {photo} 404"] == 1
    assert counted["photoseek_request_seconds_count GET none 404"] == 1
    assert counted["photoseek_question_seconds_count answer"] == 2
    assert counted["photoseek_question_seconds_count wait"] >= 2
    assert counted["photoseek_questions_waiting"] == 0
    assert counted["photoseek_library photos"] == len(_photos(unchanged))
    assert counted["photoseek_library lag"] == 0


def test_methods_that_clients_make_up_are_counted_as_one(unchanged: Library) -> None:
    with serving(unchanged, metrics=Metrics()) as browser:
        for made_up in ("MADE", "UP"):
            browser.get("/api/v1/health", method=made_up)
        counted = _numbers(browser)
    assert not {name for name in counted if " MADE " in name or " UP " in name}


def test_the_lag_of_the_vectors_is_counted_in_writes(unchanged: Library) -> None:
    with serving(unchanged, metrics=Metrics()) as browser:
        browser.find("red")
        for _ in range(3):
            with unchanged.catalog.write():
                pass
        assert _numbers(browser)["photoseek_library lag"] == 3
        browser.find("red")
        assert _numbers(browser)["photoseek_library lag"] == 0


def test_without_the_package_metrics_say_what_to_install(unchanged: Library) -> None:
    with serving(unchanged) as browser:
        refused = browser.get("/metrics", {"Accept": "application/json"})
        assert (refused.status, "photoseek[metrics]" in refused.body.decode()) == (404, True)


def test_metrics_need_the_token_as_everything_does(unchanged: Library) -> None:
    token = "a-token-of-this-test"  # noqa: S105 (of no library)
    with serving(unchanged, Rules(token=token), metrics=Metrics()) as browser:
        assert browser.get("/metrics").status == 401
        assert browser.get("/metrics", {"Authorization": f"Bearer {token}"}).status == 200


def test_a_server_is_ready_once_there_is_something_to_ask(unchanged: Library, tmp_path: Path) -> None:
    with serving(unchanged) as browser:
        assert browser.get("/api/v1/ready").answer == {"ready": True}
    empty = Library(tmp_path / "empty")
    with serving(empty) as browser:
        refused = browser.get("/api/v1/ready")
        assert (refused.status, refused.error["kind"]) == (503, "not-ready")
        assert browser.get("/api/v1/health").status == 200
    empty.close()


def _photos(library: Library) -> list[int]:
    with library.catalog.read() as transaction:
        return sorted(transaction.photos.present_ids())
