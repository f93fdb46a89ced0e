"""Questions take turns, and none holds the others up for long: neither by its own length nor by waiting."""

import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event

import anyio
import pytest

from photoseek.embedder import FakeEmbedder, Vectors
from photoseek.indexer import Run
from photoseek.searcher import Searcher, parse_line
from photoseek.searcher.errors import Busy
from photoseek.searcher.warm import WarmSearcher
from photoseek.searcher.web.turns import Turns
from photoseek.storage import Library
from tests.asynchronous import run_async
from tests.searcher.web.browser import Browser, Reply, serving


class _Slow(FakeEmbedder):
    """Takes its time over what says so, and counts what it is asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []
        self.has_begun, self.may_go_on = Event(), Event()

    def embed_texts(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        if any("slow" in text for text in texts):
            self.has_begun.set()
            self.may_go_on.wait()
            time.sleep(0.05)
        return super().embed_texts(texts)


class _Warm(WarmSearcher):
    def __init__(self, library: Library, embedder: FakeEmbedder) -> None:
        super().__init__(library)
        self._one = Searcher(library, embedder)
        self._one.get_ready()

    def searcher(self) -> Searcher:
        return self._one


_PATIENCE_S = 60
_LONG = " ".join(f'"slow red {number}"' for number in range(30))


def test_a_question_of_many_phrases_lets_others_pass(coloured: Run) -> None:
    slow = _Slow()
    warm = _Warm(coloured.library, slow)
    answered: list[str] = []

    def ask(browser: Browser, line: str) -> Reply:
        reply = browser.find(line)
        answered.append(line)
        return reply

    with serving(coloured.library, warm=warm) as browser, ThreadPoolExecutor(2) as people:
        long = people.submit(ask, browser, _LONG)
        try:
            assert slow.has_begun.wait(_PATIENCE_S)
            short = people.submit(ask, browser, "blue -red")
        finally:
            slow.may_go_on.set()
        assert short.result().status == long.result().status == 200
    assert answered == ["blue -red", _LONG]


def test_those_who_wait_hold_nobody_up_who_asks_for_something_else(coloured: Run) -> None:
    slow = _Slow()
    with (
        serving(coloured.library, warm=_Warm(coloured.library, slow)) as browser,
        ThreadPoolExecutor(60) as people,
    ):
        asked: list[Future[Reply]] = [people.submit(browser.find, "slow red") for _ in range(60)]
        try:
            assert slow.has_begun.wait(_PATIENCE_S)
            assert browser.get("/api/status").status == 200
        finally:
            slow.may_go_on.set()
        assert {one.result().status for one in asked} == {200}


def test_each_phrase_of_a_question_is_embedded_once(coloured: Run) -> None:
    counting = _Slow()
    counting.may_go_on.set()
    with serving(coloured.library, warm=_Warm(coloured.library, counting)) as browser:
        counting.asked.clear()
        line = " ".join(f'"red {number}"' for number in range(150))
        assert browser.find(line, explain=True).status == 200
    assert sorted(counting.asked) == sorted(f"red {number}" for number in range(150))


def test_what_a_question_of_several_phrases_is_refused_for_is_what_python_says(
    coloured: Run, browser: Browser
) -> None:
    line = '"red" "собака" in:nowhere'
    with pytest.raises(Exception) as refused:  # noqa: PT011 (whatever it is)
        Searcher(coloured.library).find(parse_line(line), 1)
    assert browser.find(line).error["message"] == str(refused.value)


def test_turns_come_in_the_order_in_which_they_were_asked_for_or_not_at_all() -> None:
    had: list[int] = []

    async def ask_all() -> None:
        turns, first = Turns(60, "busy"), Event()
        async with anyio.create_task_group() as context:
            context.start_soon(turns.run, first.wait)
            await anyio.wait_all_tasks_blocked()
            for number in range(20):
                context.start_soon(turns.run, had.append, number)
                await anyio.wait_all_tasks_blocked()
            first.set()
        impatient, over = Turns(0.5, "ask again"), Event()
        async with anyio.create_task_group() as context:
            context.start_soon(impatient.run, over.wait)
            await anyio.wait_all_tasks_blocked()
            with pytest.raises(Busy, match="ask again"):
                await impatient.run(had.append, 20)
            over.set()
        await impatient.run(had.append, 21)

    run_async(ask_all)
    assert had == [*range(20), 21]


def test_a_long_line_of_one_lets_another_in_after_its_first() -> None:
    common = Turns(_PATIENCE_S, "busy")
    done: list[str] = []

    async def ask_all() -> None:
        one, other = (Turns(_PATIENCE_S, "busy", within=common) for _ in range(2))
        may_go_on = Event()

        def wait() -> None:
            may_go_on.wait(_PATIENCE_S)

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(common.run, wait)
            await anyio.wait_all_tasks_blocked()
            for _ in range(5):
                tasks.start_soon(one.run, done.append, "one")
            await anyio.wait_all_tasks_blocked()
            tasks.start_soon(other.run, done.append, "other")
            await anyio.wait_all_tasks_blocked()
            may_go_on.set()

    run_async(ask_all)
    assert done.index("other") == 1
    assert len(done) == 6
