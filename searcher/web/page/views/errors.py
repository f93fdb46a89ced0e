"""What a person sees who opened an address that answers with an error."""

from fastapi import Request, Response

from photoseek.searcher.web.errors import ErrorPage
from photoseek.searcher.web.page.rendering import Page

_NOT_FOUND = 404


def error_page(page: Page) -> ErrorPage:
    """Return what makes the page of an error."""

    def rendered(request: Request, status: int, message: str) -> Response:
        text = page.language(request).text
        is_missing = status == _NOT_FOUND
        return page.render(
            request,
            "error",
            status=status,
            title=text("error.404" if is_missing else "error.other"),
            message=text("error.404_text") if is_missing else message,
        )

    return rendered
