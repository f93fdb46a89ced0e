"""The application: all routes, the handlers of errors, and the description at /openapi.json."""

from collections.abc import Callable

from fastapi import FastAPI

from photoseek import __version__
from photoseek.searcher.warm import WarmSearcher
from photoseek.searcher.web.endpoints.find import ANSWER_S, find_routes
from photoseek.searcher.web.endpoints.photos import photo_routes
from photoseek.searcher.web.endpoints.status import status_routes
from photoseek.searcher.web.endpoints.thumbnails import MakeThumbnail, thumbnail_routes
from photoseek.searcher.web.errors import refusals, register_error_handlers

_ABOUT = (
    "Search your own photos on your own machine. docs/query.md has the query language, docs/http.md the rest."
)


def app_for(
    warm: WarmSearcher,
    make_thumbnail: MakeThumbnail,
    has_resident: Callable[[], bool] = lambda: False,
    answer_s: float = ANSWER_S,
) -> FastAPI:
    """Return the application for one library. It must be served behind a `Guard`.

    `make_thumbnail` makes deleted thumbnails again; `has_resident` returns whether `photoseek find` has a
    process to ask that keeps the library loaded. The work on one question is limited to `answer_s`.
    """
    app = FastAPI(
        title="photoseek",
        version=__version__,
        description=_ABOUT,
        docs_url=None,  # both pages fetch scripts from other hosts
        redoc_url=None,
        responses=refusals(401, 403),
        redirect_slashes=False,
        # Questions are private: no telemetry, whatever the environment configures.
        telemetry={
            "tracing": False,
            "metrics": False,
            "logs": False,
            "operation_spans": False,
            "auto_configure": False,
        },
    )
    register_error_handlers(app)
    for routes in (
        find_routes(warm, answer_s),
        photo_routes(warm),
        thumbnail_routes(warm, make_thumbnail),
        status_routes(warm, has_resident),
    ):
        app.include_router(routes, prefix="/api")
    return app
