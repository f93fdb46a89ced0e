"""All routes of the page."""

from fastapi import APIRouter, FastAPI

from photoseek.searcher.web.page.rendering import Page
from photoseek.searcher.web.page.static_files import StaticFiles
from photoseek.searcher.web.page.views.browse import browse_view
from photoseek.searcher.web.page.views.errors import error_page
from photoseek.searcher.web.page.views.folders import folders_view
from photoseek.searcher.web.page.views.groups import bursts_view, duplicates_view
from photoseek.searcher.web.page.views.listing.albums import albums_view
from photoseek.searcher.web.page.views.listing.people import people_view
from photoseek.searcher.web.page.views.listing.tags import tags_view
from photoseek.searcher.web.page.views.oidc import oidc_views
from photoseek.searcher.web.page.views.on_this_day import on_this_day_view
from photoseek.searcher.web.page.views.places import places_view
from photoseek.searcher.web.page.views.review import review_view
from photoseek.searcher.web.page.views.search import search_view
from photoseek.searcher.web.page.views.settings import settings_view
from photoseek.searcher.web.page.views.shell import shell_views
from photoseek.searcher.web.page.views.sign_in import sign_in_view
from photoseek.searcher.web.services import Services

# By the name of the view, as the navigation and the templates have it.
_VIEWS = {
    "albums": albums_view,
    "browse": browse_view,
    "bursts": bursts_view,
    "duplicates": duplicates_view,
    "folders": folders_view,
    "on_this_day": on_this_day_view,
    "people": people_view,
    "places": places_view,
    "review": review_view,
    "search": search_view,
    "settings": settings_view,
    "tags": tags_view,
}

_OF_OWNERS = frozenset(
    {"bursts", "duplicates", "review", "settings"}
)  # what they do or say is about all photos


def add_page(app: FastAPI, services: Services) -> None:
    """Add the routes of every view and of the files that they load, and the page that errors are shown on.

    What one user may see of a library has fewer.
    """
    static = StaticFiles()
    page = Page(services, static)
    routes = APIRouter(include_in_schema=False)
    routes.include_router(static.routes())
    routes.include_router(shell_views(page))
    routes.include_router(sign_in_view(page))
    routes.include_router(oidc_views(page))
    for name, view in _VIEWS.items():
        if not services.shows_all and name in _OF_OWNERS:
            continue
        page.built.add(name)
        routes.include_router(view(page))
    app.include_router(routes)
    app.state.error_page = error_page(page)
