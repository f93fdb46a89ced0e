"""A server whose users sign in by an OIDC provider on loopback, and what browsers send on the way."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from urllib.parse import urlencode

from photoseek.searcher.web import CALLBACK, Access, Accounts, Client, Rules, SignIn, sessions_of
from photoseek.searcher.web.access.attempts import Attempts
from photoseek.searcher.web.access.oidc.provider import Provider as Asked
from photoseek.storage import Library
from tests.oidc_provider import Provider
from tests.searcher.web.browser import Browser, Reply, serving

PUBLIC = "https://photos.example"
CROSS = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
FLOW, SESSION = "__Host-photoseek-oidc", "__Host-photoseek-session"


@dataclass
class ByOidc:
    """The server, the provider, and the library with two users: Carla, and Dora who is an owner."""

    browser: Browser
    provider: Provider
    library: Library
    passed: list[float] = field(default_factory=lambda: [0.0])  # seconds that the server takes to have passed
    reported: list[str] = field(default_factory=list)  # to the owner

    def begin_anew(self) -> None:
        """Have all be as it was at first."""
        vars(self.provider).update(vars(Provider(issuer=self.provider.issuer, key=self.provider.key)))
        self.forget()
        self.reported.clear()
        with self.library.catalog.write() as transaction:
            for user in transaction.users.all():
                transaction.users.remove(user)
            transaction.bindings.bind_subject(transaction.users.add("Carla"), "carla-1")
            owner = transaction.users.add("Dora", is_owner=True)
            transaction.bindings.bind_email(owner, "Dora@example.org")

    def forget(self) -> None:
        """Have the server forget what the provider said of itself."""
        self.passed[0] += 7200

    def begin(self, wanted: str = "/albums") -> tuple[str, dict[str, str]]:
        """Return where a person is led, and the cookie of the browser."""
        reply = self.browser.get(f"/sign-in/oidc?{urlencode({'next': wanted})}")
        assert reply.status == 303, reply.body
        return reply.headers["location"], {"Cookie": f"{FLOW}={cookies(reply.headers)[FLOW]}"}

    def come_back(self, shown: dict[str, str], cookie: dict[str, str]) -> Reply:
        """Open the link by which the provider leads back."""
        return self.browser.get(f"{CALLBACK}?{urlencode(shown)}", cookie | CROSS)

    def sign_in(self, wanted: str = "/albums") -> Reply:
        """Go the whole way."""
        address, cookie = self.begin(wanted)
        return self.come_back(self.provider.authorize(address), cookie)

    def session(self) -> dict[str, str]:
        """Return the cookie of a new session."""
        return session_of(self.sign_in())

    def refuses(self, said: str, status: int = 403) -> None:
        """Assert that signing in ends with a sentence."""
        is_refused(self.sign_in(), said, status)


@contextmanager
def served(
    library: Library, provider: Provider, answer_s: float = 10.0, attempts: Attempts | None = None
) -> Iterator[ByOidc]:
    """Yield a server that is in front of the library."""
    passed, reported = [0.0], list[str]()
    client = Client(provider.issuer, provider.client_id, provider.secret, f"{PUBLIC}{CALLBACK}")
    asked = Asked(client, answer_s, lambda: time.monotonic() + passed[0], reported.append)
    accounts = Accounts(library.catalog)
    # Nobody waits if nothing else is said.
    attempts = attempts or Attempts(lambda: time.monotonic() * 1e6)
    sessions = sessions_of(library.catalog)
    by_oidc = SignIn(asked, accounts, attempts, sessions.secret)
    access = Access(Rules(public_url=PUBLIC), accounts=accounts, oidc=by_oidc, sessions=sessions)
    with serving(library, access=access) as browser:
        yield ByOidc(browser, provider, library, passed, reported)


def cookies(headers: Message) -> dict[str, str]:
    """Return the cookies that a browser is given to keep."""
    lines = headers.get_all("set-cookie", [])
    pairs = [line.partition(";")[0].partition("=") for line in lines if "Max-Age=0" not in line]
    return {name: value for name, _, value in pairs}


def session_of(reply: Reply) -> dict[str, str]:
    """Return the cookie of the session that somebody was given."""
    assert reply.status == 200, reply.body
    return {"Cookie": f"{SESSION}={cookies(reply.headers)[SESSION]}"}


def is_refused(reply: Reply, said: str, status: int = 403) -> None:
    """Assert that nobody was let in, and what the page says."""
    assert (reply.status, said in reply.body.decode()) == (status, True), reply.body
    assert not cookies(reply.headers)
