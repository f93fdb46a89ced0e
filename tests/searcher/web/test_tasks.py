"""Commands that a page starts: each a process of its own, one at a time."""

import sys
from collections.abc import Callable
from time import monotonic, sleep

import pytest

from photoseek.indexer import Run
from photoseek.searcher.web import Tasks
from photoseek.searcher.web.errors import Refused
from photoseek.storage import Library
from tests.searcher.web.browser import Browser, serving

_WAITS = [sys.executable, "-c", "import time\nprint('begun', flush=True)\ntime.sleep(60)"]
_FAILS = [sys.executable, "-c", "import sys\nprint('\\nno disk is left')\nsys.exit(3)"]
_DRAWS = """
import sys, time
_, command, out, file, end, words = sys.argv
open(file, "w").write(f"a picture of {words}")
print("step 1", flush=True)
time.sleep(60)
"""
_NO_WORDS = ({"kind": "imagine"}, {"kind": "imagine", "words": " "}, {"kind": "index", "words": "a dog"})
_PATIENCE_S = 60


def _until(holds: Callable[[], bool]) -> None:
    end = monotonic() + _PATIENCE_S
    while not holds():
        assert monotonic() < end
        sleep(0.05)


def test_an_index_that_a_page_starts_finds_new_photos(coloured: Run) -> None:
    tasks = Tasks([sys.executable, "-m", "photoseek"], {"PHOTOSEEK_LIBRARY": str(coloured.library.folder)})
    with serving(coloured.library, tasks=tasks) as browser:
        started = browser.change("POST", "/api/v1/tasks", {"kind": "index"})
        assert (started.status, started.answer["state"]) == (200, "running")
        _until(lambda: browser.get("/api/v1/tasks").answer["tasks"][0]["state"] != "running")
        (task,) = browser.get("/api/v1/tasks").answer["tasks"]
    assert task["state"] == "done", task
    assert task["ended_at"] is not None


def test_one_task_runs_at_a_time_and_stops_when_asked() -> None:
    tasks = Tasks(_WAITS)
    task = tasks.start("index")
    with pytest.raises(Refused, match="another task is running"):
        tasks.start("tag")
    _until(lambda: tasks.all()[0].lines == ("begun",))
    tasks.stop(task.number)
    _until(lambda: tasks.all()[0].state == "stopped")
    assert tasks.start("tag").number == task.number + 1
    tasks.close()


def test_a_task_that_fails_says_why() -> None:
    tasks = Tasks(_FAILS)
    tasks.start("index")
    _until(lambda: tasks.all()[0].state == "failed")
    assert tasks.all()[0].lines == ("no disk is left",)


def test_a_picture_that_is_imagined_can_be_looked_at_while_it_becomes_and_words_are_no_options(
    unchanged: Library,
) -> None:
    tasks = Tasks([sys.executable, "-c", _DRAWS])
    with serving(unchanged, tasks=tasks) as browser:
        started = browser.change("POST", "/api/v1/tasks", {"kind": "imagine", "words": "--out of the sea"})
        number = started.answer["number"]
        path = f"/api/v1/tasks/{number}/picture"
        _until(lambda: tasks.all()[0].lines != ())
        reply = browser.get(path)
        assert (reply.body, reply.headers["content-type"]) == (b"a picture of --out of the sea", "image/png")
        tasks.stop(number)
        _until(lambda: tasks.all()[0].state == "stopped")
        assert browser.get(path).status == 200
        assert browser.get("/api/v1/tasks/99/picture").error["kind"] == "no-picture"
        tasks.close()
        assert browser.get(path).status == 404


def test_only_listed_commands_and_models_are_started(browser: Browser) -> None:
    for asked in ({"kind": "forget"}, {"kind": "index", "model": "fake"}, {"kind": "model"}, {}, *_NO_WORDS):
        assert browser.change("POST", "/api/v1/tasks", asked).status == 422
    for words in ("a\0b", "\ud800"):
        assert browser.change("POST", "/api/v1/tasks", {"kind": "imagine", "words": words}).status in {
            400,
            422,
        }
    assert browser.change("POST", "/api/v1/tasks", {"kind": "model", "model": "--help"}).status == 404
    assert browser.change("POST", "/api/v1/tasks", {"kind": "index"}).error["kind"] == "no-tasks"
    for _ in range(2):
        refused = browser.change("POST", "/api/v1/tasks", {"kind": "imagine", "words": "a dog"})
        assert refused.error["kind"] == "no-tasks"
    assert browser.get("/api/v1/tasks/1/picture").status == 404
    assert browser.change("POST", "/api/v1/tasks/1/stop").status == 404
