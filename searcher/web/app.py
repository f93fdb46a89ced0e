"""What is asked where: the routes, the words for errors, and the description of both at /openapi.json."""

from collections.abc import Callable

from fastapi import FastAPI

from photoseek import __version__
from photoseek.searcher.staying import StayingSearcher
from photoseek.searcher.web.endpoints.find import ANSWER_S, find_routes
from photoseek.searcher.web.endpoints.photos import photo_routes
from photoseek.searcher.web.endpoints.status import status_routes
from photoseek.searcher.web.endpoints.thumbnails import MakeThumbnail, thumbnail_routes
from photoseek.searcher.web.errors import in_words, refusals

_ABOUT = (
    "Search your own photos on your own machine. docs/query.md has the query language, docs/http.md the rest."
)


def app_for(
    staying: StayingSearcher,
    make_thumbnail: MakeThumbnail,
    has_resident: Callable[[], bool] = lambda: False,
    answer_s: float = ANSWER_S,
) -> FastAPI:
    """Compose what answers about one library; whoever serves it puts a `Guard` before it.

    `make_thumbnail` makes again those that were deleted; `has_resident` says whether a watch's resident answers
    about the library too. A question is worked at for `answer_s`, and no longer.
    """
    app = FastAPI(
        title="photoseek",
        version=__version__,
        description=_ABOUT,
        docs_url=None,  # both pages fetch their scripts from elsewhere
        redoc_url=None,
        responses=refusals(401, 403),
        redirect_slashes=False,
        # What a person looks for is nobody's business, whatever the environment says of collectors.
        telemetry={
            "tracing": False,
            "metrics": False,
            "logs": False,
            "operation_spans": False,
            "auto_configure": False,
        },
    )
    in_words(app)
    for routes in (
        find_routes(staying, answer_s),
        photo_routes(staying),
        thumbnail_routes(staying, make_thumbnail),
        status_routes(staying, has_resident),
    ):
        app.include_router(routes, prefix="/api")
    return app
