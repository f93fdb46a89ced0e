"""What the guard knows of the client that sent a request: routes and pages read it from here."""

from dataclasses import dataclass

from starlette.requests import HTTPConnection
from starlette.types import Scope

from photoseek.searcher.web.access.needs import Need

_KEY = "photoseek.visitor"


@dataclass(frozen=True)
class Visitor:
    """The client of one request."""

    write_token: str  # for the header `X-Photoseek-Token` of requests that change something
    signed_in: bool  # by a session or a token; False where nobody has to sign in
    read_only: bool  # may not change whatever there is
    edits: bool = False  # although `read_only`, may change some photos
    name: str | None = None  # of a user; None: who has the password of the library, or a token
    user_id: int | None = None  # of a user who may see some photos; None: all of them

    def may(self, need: Need) -> bool:
        """Return whether a request with this need is let in."""
        return need is Need.LOOK or not self.read_only or (self.edits and need is Need.EDIT)


def introduce(scope: Scope, visitor: Visitor) -> None:
    """Note the visitor of a request, for its route."""
    scope[_KEY] = visitor


def visitor_in(scope: Scope) -> Visitor:
    """Return the visitor of a request, by its scope; one that came without a guard can change nothing."""
    visitor: Visitor = scope.get(_KEY, Visitor("", signed_in=False, read_only=False))
    return visitor


def visitor_of(request: HTTPConnection) -> Visitor:
    """Return the visitor of a request."""
    return visitor_in(request.scope)
