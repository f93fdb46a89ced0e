"""Many clients of a server at once, each on a connection of its own, as browsers with the page open."""

from __future__ import annotations

import asyncio
import random
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass

_PATIENCE_S = 30.0  # for one answer; a longer wait counts as an error


@dataclass(frozen=True, slots=True)
class Answered:
    """One request and what came of it."""

    kind: str  # "thumbnail", "timeline", "question"
    seconds: float
    wrong: str | None  # what went wrong, if anything did


@dataclass(frozen=True, slots=True)
class Load:
    """What the clients do."""

    clients: int
    pause_s: tuple[float, float] | None  # of each client after an answer; None: it never pauses
    seconds: float | None = None  # how long new requests are sent
    requests: int | None = None  # how many are sent at most


def answers_under(port: int, load: Load, requests: Iterator[tuple[str, str]]) -> list[Answered]:
    """Send (kind, path) requests to a server of this machine, and return what came of each."""
    return asyncio.run(_Crowd(port, load, requests).ask())


def quantile(answers: list[Answered], kind: str | None, part: int) -> float:
    """Return the seconds below which `part` of 100 answers of a kind lie; kind None: of all."""
    took = [one.seconds for one in answers if kind in {None, one.kind}]
    return statistics.quantiles(took, n=100)[part - 1] if len(took) > 1 else sum(took)


class _Crowd:
    """Clients that share the requests to send and the list of answers."""

    def __init__(self, port: int, load: Load, requests: Iterator[tuple[str, str]]) -> None:
        self._port, self._load, self._requests = port, load, requests
        self._until = time.monotonic() + load.seconds if load.seconds is not None else float("inf")
        self.answers: list[Answered] = []

    async def ask(self) -> list[Answered]:
        await asyncio.gather(*map(self._client, range(self._load.clients)))
        return self.answers

    def _goes_on(self) -> bool:
        most = self._load.requests
        return time.monotonic() < self._until and (most is None or len(self.answers) < most)

    async def _client(self, number: int) -> None:
        rng = random.Random(number)  # noqa: S311 (pauses, no secrets)
        connection = _Connection(self._port)
        pause_s = self._load.pause_s
        if pause_s is not None:
            await asyncio.sleep(rng.uniform(0, pause_s[1]))  # they don't begin together
        while self._goes_on():
            kind, path = next(self._requests)
            began = time.perf_counter()
            wrong = None
            try:
                status = await asyncio.wait_for(connection.get(path), _PATIENCE_S)
                if status >= 400:  # noqa: PLR2004 (of errors)
                    wrong = f"HTTP {status} for {path}"
            except (OSError, TimeoutError, asyncio.IncompleteReadError) as failed:
                wrong = f"{type(failed).__name__} for {path}"
                connection.close()
            self.answers.append(Answered(kind, time.perf_counter() - began, wrong))
            if pause_s is not None:
                await asyncio.sleep(rng.uniform(*pause_s))
        connection.close()


class _Connection:
    """A connection that is kept open from request to request, as a browser does."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._open: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def get(self, path: str) -> int:
        """Ask for a path, read the whole answer, and return its status."""
        if self._open is None:
            self._open = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._open
        writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\n\r\n".encode())
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError as ended:
            # The server closes a connection that was idle for long: a browser asks again on another.
            self.close()
            if ended.partial:
                raise
            return await self.get(path)
        lines = head.decode("latin-1").lower().split("\r\n")
        length = next(
            (int(line.partition(":")[2]) for line in lines if line.startswith("content-length:")), 0
        )
        await reader.readexactly(length)
        if "connection: close" in lines:
            self.close()
        return int(lines[0].split()[1])

    def close(self) -> None:
        """Close the connection; the next request opens another."""
        if self._open is not None:
            self._open[1].close()
            self._open = None
