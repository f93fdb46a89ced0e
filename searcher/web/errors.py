"""Errors over HTTP: a status, a kind for programs, a sentence for people, and the column of a mistake."""

from typing import Any, Protocol

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from photoseek.errors import PhotoseekError
from photoseek.searcher.errors import BadQuery
from photoseek.searcher.web.shapes import ErrorShape

_REASONS = {
    400: "The query is empty or can't be read.",
    401: "The token is missing or another.",
    403: "It is asked by another name than the server's, by a page of another site, or may not change anything.",
    404: "There is no such photo, album or path.",
    408: "It did not arrive in time.",
    409: "The file is no longer as it was indexed.",
    413: "What is sent is too large.",
    422: "A parameter can't be read, or the model can't read the words.",
    503: "It would take too long, others are being answered, or the library is not there any more.",
}


class Refused(Exception):
    """A refused request, for a reason that exists only over HTTP."""

    def __init__(self, status: int, kind: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.kind = kind


def refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Describe for OpenAPI how a route may refuse."""
    return {status: {"model": ErrorShape, "description": _REASONS[status]} for status in statuses}


def register_error_handlers(app: FastAPI) -> None:
    """Register handlers that return every error in one shape."""
    app.add_exception_handler(PhotoseekError, _known)
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(RequestValidationError, _unread)
    app.add_exception_handler(HTTPException, _no_route)
    app.add_exception_handler(Exception, _fault)


class ErrorPage(Protocol):
    """Makes the page that says to a person what went wrong."""

    def __call__(self, request: Request, status: int, message: str) -> Response:
        """Return the page."""
        ...


def answered(request: Request, status: int, kind: str, message: str, column: int | None = None) -> Response:
    """Return one error: a page where a person opened an address that isn't the API's, else JSON."""
    page: ErrorPage | None = getattr(request.app.state, "error_page", None)
    is_api = request.url.path.startswith(("/api/", "/openapi.json"))
    if page is not None and not is_api and "text/html" in request.headers.get("accept", ""):
        return page(request, status, message)
    return error(status, kind, message, column)


def error(status: int, kind: str, message: str, column: int | None = None) -> JSONResponse:
    """Return one error as a response."""
    shape = {"kind": kind, "message": message, "column": column}
    return JSONResponse({"error": shape}, status)


async def _known(request: Request, raised: Exception) -> Response:
    assert isinstance(raised, PhotoseekError)  # noqa: S101 (it is registered for these alone)
    column = raised.column if isinstance(raised, BadQuery) else None
    return answered(request, raised.http_status, raised.http_kind, str(raised), column)


async def _refused(request: Request, raised: Exception) -> Response:
    assert isinstance(raised, Refused)  # noqa: S101 (it is registered for these alone)
    return answered(request, raised.status, raised.kind, str(raised))


async def _unread(request: Request, raised: Exception) -> Response:
    assert isinstance(raised, RequestValidationError)  # noqa: S101 (as above)
    said = [f"{wrong['loc'][-1]}: {_reason(wrong)}" for wrong in raised.errors()]
    return answered(request, 422, "bad-parameter", "; ".join(said))


def _reason(wrong: dict[str, Any]) -> str:
    if wrong["type"] == "extra_forbidden":
        return "there is no such parameter, /openapi.json lists them"
    reason = str(wrong["msg"])
    return reason[:1].lower() + reason[1:]


async def _no_route(request: Request, raised: Exception) -> Response:
    assert isinstance(raised, HTTPException)  # noqa: S101 (as above)
    if isinstance(raised.__cause__, Refused):  # raised while FastAPI read the body
        return await _refused(request, raised.__cause__)
    kind = {404: "no-route", 405: "bad-method"}.get(raised.status_code, "bad-request")
    message = f"{raised.detail}: /openapi.json lists what can be asked".lower()
    response = answered(request, raised.status_code, kind, message)
    response.headers.update(raised.headers or {})
    return response


async def _fault(request: Request, raised: Exception) -> Response:
    message = f"this is a fault of photoseek's ({type(raised).__name__}): its terminal says more"
    return answered(request, 500, "fault", message)
