"""The application: all routes, the handlers of errors, and the description at /openapi.json."""

from fastapi import FastAPI

from photoseek import __version__
from photoseek.searcher.web.access.bodies import BoundedBodies
from photoseek.searcher.web.api.changing.routes import changing_routes
from photoseek.searcher.web.api.descriptions import description_routes
from photoseek.searcher.web.api.folders import folder_routes
from photoseek.searcher.web.api.health import health_routes, metric_routes
from photoseek.searcher.web.api.listing.routes import listing_routes
from photoseek.searcher.web.api.living.events import event_routes
from photoseek.searcher.web.api.on_this_day import on_this_day_routes
from photoseek.searcher.web.api.people.routes import people_routes
from photoseek.searcher.web.api.photos import photo_routes
from photoseek.searcher.web.api.searching.answering import Answering
from photoseek.searcher.web.api.searching.routes import searching_routes
from photoseek.searcher.web.api.session import session_routes
from photoseek.searcher.web.api.sharing.downloads import download_routes
from photoseek.searcher.web.api.sharing.pictures import MOST_BYTES as MOST_PICTURE_BYTES
from photoseek.searcher.web.api.sharing.pictures import picture_routes
from photoseek.searcher.web.api.status import status_routes
from photoseek.searcher.web.api.thumbnails import thumbnail_routes
from photoseek.searcher.web.api.timeline import timeline_routes
from photoseek.searcher.web.api.upkeep.routes import upkeep_routes
from photoseek.searcher.web.errors import refusals, register_error_handlers
from photoseek.searcher.web.page.routes import add_page
from photoseek.searcher.web.services import Services

_ABOUT = (
    "Search your own photos on your own machine. docs/query.md has the query language, docs/http.md the rest."
)

# The paths of version 1, and those from before there were versions, which stay for one version of photoseek.
_API, _OLD_API = "/api/v1", "/api"


def app_for(services: Services) -> FastAPI:
    """Return the application for one library. It must be served behind a `Guard`.

    For a user who sees a part of it, what only owners may know is left out: how the library is kept, which folders
    are watched and how, what is tagged, and by whom.
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
    app.add_middleware(BoundedBodies, own={f"{_API}/pictures": MOST_PICTURE_BYTES})
    answering = Answering(services)
    # Routes are tried in this order, so what is asked for most comes first.
    from_before_versions = [
        thumbnail_routes(services),
        searching_routes(services, answering),
        photo_routes(services),
    ]
    changing = changing_routes(services)
    of_owners = []
    if services.shows_all:
        from_before_versions.append(status_routes(services))
        of_owners = [upkeep_routes(services), metric_routes(services)]
        # Where Prometheus looks for it unless it is given another path.
        app.include_router(metric_routes(services), include_in_schema=False)
    for routes in (
        *from_before_versions,
        session_routes(services),
        health_routes(services),
        timeline_routes(services),
        on_this_day_routes(services),
        folder_routes(services),
        description_routes(services),
        listing_routes(services, answering),
        people_routes(services),
        download_routes(services),
        picture_routes(services),
        event_routes(services),
        changing,
        *of_owners,
    ):
        app.include_router(routes, prefix=_API)
    for routes in from_before_versions:
        app.include_router(routes, prefix=_OLD_API, include_in_schema=False)
    add_page(app, services)
    return app
