"""Work on questions: one at a time, within a time limit, and no longer than somebody waits for the answer."""

from asyncio import create_task
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, asynccontextmanager
from typing import TypeVar, TypeVarTuple

from anyio.to_thread import run_sync
from fastapi import Request

from photoseek.searcher.query.query import Query
from photoseek.searcher.web.api.searching.pictures import pictures_of_library
from photoseek.searcher.web.services import PATIENCE_S, Services
from photoseek.storage import TimeLimit

_Arguments = TypeVarTuple("_Arguments")
_Result = TypeVar("_Result")


class Answering:
    """What all routes that ask the searcher share. The work on one question is limited to `services.answer_s`."""

    def __init__(self, services: Services) -> None:
        self._services = services

    @asynccontextmanager
    async def question(self, request: Request, limit_s: float | None = None) -> AsyncIterator["Question"]:
        """Work on one question while the block runs; the work stops once the connection is closed.

        `limit_s` is another limit than the usual one, for work that lets other questions in.
        """
        limit = TimeLimit(limit_s or self._services.answer_s)
        leaving = create_task(_end_when_they_leave(request, limit))
        try:
            yield Question(self._services, limit)
        finally:
            leaving.cancel()


class Question:
    """One question in work."""

    def __init__(self, services: Services, limit: TimeLimit) -> None:
        self._services = services
        self._limit = limit

    async def read(self, parse: Callable[[], Query]) -> Query:
        """Return the query, with the library's photos in place of pictures by their paths. Raises BadQuery."""
        return await run_sync(_within, self._limit, self._read, parse)

    async def answered(
        self, query: Query, work: Callable[[*_Arguments], _Result], *arguments: *_Arguments
    ) -> _Result:
        """Return what work on the query gives, when it is its turn."""
        # Each in a turn of its own, so that other questions needn't wait for hundreds of texts.
        if len(query.texts) > 1:
            for text in query.texts:
                await self._run("embed", self._embed_ahead, text)
        return await self._run("answer", work, *arguments)

    async def _run(
        self, stage: str, work: Callable[[*_Arguments], _Result], *arguments: *_Arguments
    ) -> _Result:
        """Return what a stage of the answer gives, when it is its turn."""
        services = self._services
        until_begun = ExitStack()
        until_begun.enter_context(services.waiting())
        until_begun.enter_context(services.stage("wait"))

        def in_turn() -> _Result:
            until_begun.close()
            with services.stage(stage):
                return self._in_turn(work, *arguments)

        with until_begun:
            return await services.turns.run(in_turn)

    def _read(self, parse: Callable[[], Query]) -> Query:
        query = parse()
        self._services.warm.refuse_replaced()
        with self._services.library.catalog.read() as transaction:
            return pictures_of_library(transaction, query)

    def _embed_ahead(self, text: str) -> None:
        self._services.warm.searcher().embed_ahead(text)

    def _in_turn(self, work: Callable[[*_Arguments], _Result], *arguments: *_Arguments) -> _Result:
        with self._services.warm.turn(PATIENCE_S):  # the process may answer `photoseek find` as well
            return _within(self._limit, work, *arguments)


def _within(limit: TimeLimit, work: Callable[[*_Arguments], _Result], *arguments: *_Arguments) -> _Result:
    with limit.working():
        limit.check()
        return work(*arguments)


async def _end_when_they_leave(request: Request, limit: TimeLimit) -> None:
    """Stop the work on a question once its connection is closed."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
    limit.end()
