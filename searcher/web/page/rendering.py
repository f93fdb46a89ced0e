"""Makes HTML from a template, the strings of a language, and what a view shows."""

from collections.abc import Callable
from dataclasses import dataclass

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from photoseek.searcher.web.access.headers import PAGE_CSP
from photoseek.searcher.web.access.visitor import visitor_of
from photoseek.searcher.web.page.languages import COOKIE, Language, chosen, languages
from photoseek.searcher.web.page.static_files import StaticFiles
from photoseek.searcher.web.services import Services


@dataclass(frozen=True, slots=True)
class NavigationLink:
    """A view that every page has a link to."""

    view: str  # its string is `navigation.VIEW`, its icon the symbol of the same name
    address: str
    is_first: bool = False  # whether it is in the bar of a phone, which has room for four and “more”


# In the order in which they are shown.
NAVIGATION = (
    NavigationLink("browse", "/", is_first=True),
    NavigationLink("albums", "/albums", is_first=True),
    NavigationLink("tags", "/tags"),
    NavigationLink("people", "/people"),
    NavigationLink("places", "/places", is_first=True),
    NavigationLink("folders", "/folders"),
    NavigationLink("on_this_day", "/on-this-day", is_first=True),
    NavigationLink("review", "/review"),
    NavigationLink("duplicates", "/duplicates"),
    NavigationLink("bursts", "/bursts"),
    NavigationLink("settings", "/settings"),
)


class Page:
    """Renders the views of one server."""

    def __init__(self, services: Services, static: StaticFiles) -> None:
        self.services = services
        self.static = static
        self.built: set[str] = set()  # views that this server has; only these are linked
        self._templates = Environment(
            loader=PackageLoader("photoseek.searcher.web.page"),
            autoescape=True,  # of every template, whatever it is called
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals["static"] = static.address

    def render(
        self, request: Request, view: str, *, data: object = None, status: int = 200, **values: object
    ) -> HTMLResponse:
        """Return the page of a view: `templates/VIEW.html`, filled with values.

        `data` is for the view's script, which finds it by `viewData()`; it must be what JSON can hold.
        """
        language = self.language(request)
        html = self._templates.get_template(f"{view}.html").render(
            view=view,
            data=data,
            language=language,
            languages=list(languages()),
            t=_escaping(language),
            visitor=visitor_of(request),
            navigation=[link for link in NAVIGATION if link.view in self.built],
            script=self.static.script(view),
            secondary=[link.view for link in NAVIGATION if not link.is_first],
            has_style=f"css/{view}.css" in self.static.names(),
            **values,
        )
        # Kept for Back, but asked for anew otherwise.
        headers = {"content-security-policy": PAGE_CSP, "cache-control": "private, no-cache"}
        return HTMLResponse(html, status, headers)

    def language(self, request: Request) -> Language:
        """Return the language of a request."""
        return chosen(request.cookies.get(COOKIE), request.headers.get("accept-language", ""))


def _escaping(language: Language) -> Callable[..., str]:
    """Return the function of templates that looks a string up; Jinja escapes what it returns."""

    def text(key: str, **values: object) -> str:
        return language.text(key, **values)

    return text
