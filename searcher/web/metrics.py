"""What Prometheus reads at /metrics: how long requests and the stages of questions take, and who waits."""

from __future__ import annotations

import time
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20)  # upper ends of the counted ranges
_METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})


def can_be_read() -> bool:
    """Return whether the package that writes Prometheus' format is installed: the extra `metrics`."""
    return find_spec("prometheus_client") is not None


class Metrics:
    """The counts of one server. Threads may share it."""

    def __init__(self) -> None:
        # Here rather than above: it is an extra, and a server without it counts nothing.
        from prometheus_client import CollectorRegistry, Gauge, Histogram

        self._registry = CollectorRegistry()  # of its own, since a process may have several servers
        self._requests = Histogram(
            "photoseek_request_seconds",
            "From a request's arrival to the end of its answer.",
            ("method", "route", "status"),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._stages = Histogram(
            "photoseek_question_seconds",
            "How long a stage of a question takes: wait, embed, answer.",
            ("stage",),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._waiting = Gauge(
            "photoseek_questions_waiting", "Questions that wait for their turn.", registry=self._registry
        )
        self._library = Gauge(
            "photoseek_library", "The library: photos, revision, and revisions that the vectors lag behind.",
            ("what",), registry=self._registry,
        )  # fmt: skip

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request that was answered; `route` has names in the place of numbers."""
        self._requests.labels(method, route, str(status)).observe(seconds)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time a stage of a question."""
        with self._stages.labels(name).time():
            yield

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Count a question as waiting for its turn."""
        with self._waiting.track_inprogress():
            yield

    def library(self, **values: int) -> None:
        """Set the numbers of the library."""
        for what, value in values.items():
            self._library.labels(what).set(value)

    def as_text(self) -> bytes:
        """Return all of it in Prometheus' text format."""
        from prometheus_client import generate_latest

        return generate_latest(self._registry)


class Counting:
    """ASGI middleware that times each request by its route."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        """Count what an application answers."""
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, and count it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, sending)
        finally:
            self._metrics.request(_method_of(scope), _route_of(scope), status, time.perf_counter() - began)


def _method_of(scope: Scope) -> str:
    method: str = scope["method"]
    return method if method in _METHODS else "other"  # clients may write any word, and each would be counted


def _route_of(scope: Scope) -> str:
    """Return the path of the route that answered, as it was declared: paths that people type would be too many."""
    route: Any = scope.get("route")
    return getattr(route, "path", "none")
