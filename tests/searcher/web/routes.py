"""Every route that a server has, found by walking them: one that is added tomorrow is among them."""

import re
from dataclasses import dataclass

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from photoseek.searcher.warm import WarmSearcher
from photoseek.searcher.web import Services
from photoseek.searcher.web.app import app_for
from photoseek.storage import Library

_READING = {"GET", "HEAD"}


@dataclass(frozen=True, order=True)
class Route:
    """A method of a path, as in `GET /api/v1/photos/{photo_id}`."""

    method: str
    path: str

    @property
    def changes(self) -> bool:
        return self.method not in _READING

    @property
    def example(self) -> str:
        """An address of it, with a value for each part that differs."""
        return re.sub(r"\{[^}]*\}", "1", self.path)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def application(library: Library) -> FastAPI:
    """Return the application as it is, without a guard."""
    return app_for(Services(WarmSearcher(library), lambda *_: "nobody makes any"))


def routes_of(app: FastAPI) -> list[Route]:
    """Return every route."""
    return sorted(
        Route(method, context.path)
        for context in iter_route_contexts(app.routes)
        for method in context.methods or ()
        if context.path
    )
