"""Sessions, in memory and in a database: when they end by a clock of the test, and what several servers share."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

import pytest
from argon2 import PasswordHasher

from photoseek.database_address import DatabaseAddress
from photoseek.searcher.web import Access, Accounts, Guard, Passwords, Rules, hashed, sessions_of
from photoseek.searcher.web.access.sessions.in_catalog import NOTED_AGAIN_S, InCatalog
from photoseek.searcher.web.access.sessions.in_memory import InMemory
from photoseek.searcher.web.access.sessions.protocol import (
    LASTS_S,
    MOST,
    MOST_OF_ONE,
    UNUSED_S,
    Sessions,
    key_of,
)
from photoseek.storage import Catalog, Library, Session
from tests.asynchronous import run_async
from tests.oidc_provider import provider
from tests.postgresql_server import new_database
from tests.searcher.web.browser import Browser, Reply, serving
from tests.searcher.web.by_oidc import served, session_of
from tests.searcher.web.sending import ENDED, Part, sent_through

_QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
_PASSWORD = "a password of some length"  # noqa: S105 (of this test's library)
_TOKEN = "a-token-of-this-test"  # noqa: S105 (of this test's library)
_ASKED = "/api/v1/timeline"


@dataclass
class _Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> _Clock:
    return _Clock()


@pytest.fixture(params=["in memory", "in a catalog"])
def sessions(request: pytest.FixtureRequest, clock: _Clock) -> Iterator[Sessions]:
    if request.param == "in memory":
        yield InMemory(clock)
        return
    catalog = Catalog(new_database())
    yield InCatalog(catalog, clock)
    catalog.close()


def _use(sessions: Sessions, session_id: str, mark: str = "mark") -> Session | None:
    """Ask as a server does for each request."""
    sessions.read(session_id)
    found = sessions.find(session_id, lambda _: [mark])
    if found is not None:
        sessions.note_use(session_id)
    return found


def test_a_session_ends_when_it_is_old_unused_or_of_another_password(
    sessions: Sessions, clock: _Clock
) -> None:
    used = sessions.begin("mark")
    unused = sessions.begin("mark")
    for _ in range(int(LASTS_S / UNUSED_S)):
        clock.now += UNUSED_S - 1
        assert _use(sessions, used)
    assert _use(sessions, unused) is None
    clock.now = 1000.0 + LASTS_S + 1
    assert _use(sessions, used) is None
    another = sessions.begin("mark")
    assert _use(sessions, another, "other") is None
    sessions.end(another)
    assert _use(sessions, another) is None


def test_there_are_few_sessions_and_the_least_used_makes_room(sessions: Sessions, clock: _Clock) -> None:
    begun = []
    for _ in range(MOST + 1):
        clock.now += 1
        begun.append(sessions.begin("mark"))
    assert len(set(begun)) == MOST + 1
    assert _use(sessions, begun[0]) is None
    assert all(_use(sessions, one) for one in begun[1:])


def test_a_user_who_signs_in_again_and_again_signs_out_nobody_else(sessions: Sessions) -> None:
    others = [sessions.begin("mark", 1), sessions.begin("mark")]
    of_one = [sessions.begin("mark", 2) for _ in range(MOST)]
    assert all(_use(sessions, one) for one in others)
    assert _use(sessions, of_one[-1])  # although all began at one time
    assert sum(_use(sessions, one) is not None for one in of_one) == MOST_OF_ONE


def test_a_use_is_written_at_most_once_a_minute(clock: _Clock) -> None:
    catalog = Catalog(new_database())
    sessions = InCatalog(catalog, clock)
    begun = sessions.begin("mark")
    for passed, written in ((NOTED_AGAIN_S - 1, 0.0), (NOTED_AGAIN_S + 1, NOTED_AGAIN_S + 1)):
        clock.now = 1000.0 + passed
        assert _use(sessions, begun)
        with catalog.beside() as rows:
            kept = rows.find(key_of(begun))
        assert kept is not None
        assert kept.used == 1000.0 + written
    catalog.close()


def test_old_sessions_leave_the_table_and_only_hashes_are_in_it(clock: _Clock) -> None:
    catalog = Catalog(new_database())
    sessions = InCatalog(catalog, clock)
    sessions.begin("mark", 1)
    clock.now += UNUSED_S + 1
    begun = sessions.begin("mark", 2)
    with catalog.read() as transaction:
        ((key, user_id),) = transaction.connection.exec_driver_sql("SELECT key, user_id FROM session")
        assert (bytes(key), user_id) == (key_of(begun), 2)
        assert begun not in str(transaction.connection.exec_driver_sql("SELECT * FROM session").all())
    catalog.close()


class _Servers:
    """Two servers of one database, each with caches of its own, as on two machines."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.address: DatabaseAddress = new_database()
        self._running = ExitStack()
        self.libraries = [self._library(name) for name in ("one", "two")]
        Passwords(self.libraries[0].folder, _QUICK).set(_PASSWORD)
        shutil.copy(self.libraries[0].folder / "password", self.libraries[1].folder / "password")
        with self.libraries[0].catalog.write() as transaction:
            for name in ("Ben", "Olga"):
                user = transaction.users.add(name, is_owner=name == "Olga")
                transaction.users.set_password(user, hashed(_PASSWORD, _QUICK))
        self.one, self.two = (self.start(library) for library in self.libraries)

    def _library(self, name: str) -> Library:
        library = Library(self.address, caches=self.folder / name)
        self._running.callback(library.close)
        return library

    def start(self, library: Library, token: str = _TOKEN) -> Browser:
        catalog = library.catalog
        access = Access(
            Rules("0.0.0.0", token=token),  # noqa: S104 (at the loopback)
            Passwords(library.folder, _QUICK),
            accounts=Accounts(catalog, _QUICK),
            sessions=sessions_of(catalog),
        )
        return self._running.enter_context(serving(library, access=access))

    def stop(self) -> None:
        self._running.close()


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[_Servers]:
    running = _Servers(tmp_path)
    yield running
    running.stop()


def _sign_in(browser: Browser, name: str, password: str = _PASSWORD) -> dict[str, str]:
    form = urlencode({"password": password, "next": "/", "name": name}).encode()
    reply = browser.get("/sign-in", {"Origin": f"http://127.0.0.1:{browser.port}"}, "POST", form)
    assert reply.status == 303, reply.body
    lines = reply.headers.get_all("set-cookie", [])
    return {"Cookie": next(line.partition(";")[0] for line in lines if line.startswith("photoseek-session"))}


def _sign_out(browser: Browser, session: dict[str, str], token: str) -> Reply:
    return browser.get("/api/v1/session", session | {"X-Photoseek-Token": token}, "DELETE")


@pytest.mark.parametrize("name", ["Ben", "Olga", ""])
def test_who_signs_in_at_one_server_is_known_at_another_until_signing_out(
    servers: _Servers, name: str
) -> None:
    session = _sign_in(servers.one, name)
    tokens = {
        server.get("/api/v1/session", session).answer["write_token"] for server in (servers.one, servers.two)
    }
    (token,) = tokens
    again = servers.start(servers.libraries[0])  # as after a restart
    assert again.get("/api/v1/session", session).answer["write_token"] == token
    assert servers.one.get(_ASKED, session).status == 200
    assert _sign_out(servers.two, session, token).status == 204
    for server in (servers.one, servers.two, again):
        assert server.get(_ASKED, session).status == 401


def _another_password(servers: _Servers) -> None:
    with servers.libraries[0].catalog.write() as transaction:
        ben = transaction.users.named("Ben")
        transaction.users.set_password(ben, hashed("another " + _PASSWORD, _QUICK))


def _removal(servers: _Servers) -> None:
    with servers.libraries[0].catalog.write() as transaction:
        transaction.users.remove(transaction.users.named("Ben"))


@pytest.mark.parametrize("end", [_another_password, _removal])
def test_what_ends_a_users_sessions_does_so_at_all_servers(
    servers: _Servers, end: Callable[[_Servers], None]
) -> None:
    ben, olga = _sign_in(servers.one, "Ben"), _sign_in(servers.two, "Olga")
    end(servers)
    for server in (servers.one, servers.two):
        assert server.get(_ASKED, ben).status == 401
        assert server.get(_ASKED, olga).status == 200


def test_another_password_or_token_of_the_library_ends_sessions_that_began_by_it(servers: _Servers) -> None:
    by_password, by_token = _sign_in(servers.one, ""), _sign_in(servers.one, "", _TOKEN)
    other_token = servers.start(servers.libraries[1], "another-token-of-this-test")
    assert [server.get(_ASKED, by_token).status for server in (servers.two, other_token)] == [200, 401]
    assert other_token.get(_ASKED, by_password).status == 200
    Passwords(servers.libraries[1].folder, _QUICK).set("another " + _PASSWORD)
    for session in (by_password, by_token):
        assert servers.two.get(_ASKED, session).status == 401
        assert servers.one.get(_ASKED, session).status == 200  # whose file is as it was


def test_a_sign_in_by_oidc_ends_at_another_server_than_it_began(tmp_path: Path) -> None:
    address = new_database()
    first, second = (Library(address, caches=tmp_path / name) for name in ("one", "two"))
    with (
        provider() as made,
        served(first, made) as one,
        served(second, made) as two,
    ):
        one.begin_anew()
        asked, cookie = one.begin()
        shown = made.authorize(asked)
        session = session_of(two.come_back(shown, cookie))
        assert one.browser.get(_ASKED, session).status == 200
        assert one.come_back(shown, cookie).status == 403  # the provider takes a code once
        with first.catalog.write() as transaction:
            transaction.bindings.unbind(transaction.users.named("Carla"))
        for server in (one, two):
            assert server.browser.get(_ASKED, session).status == 401
    first.close()
    second.close()


def test_what_is_being_sent_ends_when_somebody_signs_out_at_another_server(tmp_path: Path) -> None:
    library = Library(new_database(), caches=tmp_path)
    passwords = Passwords(tmp_path, _QUICK)
    passwords.set(_PASSWORD)
    here, there = (
        Access(Rules("0.0.0.0"), passwords, sessions=sessions_of(library.catalog))  # noqa: S104 (nobody listens)
        for _ in range(2)
    )

    async def main() -> list[Part]:
        entry = await here.sign_in(_PASSWORD, "192.0.2.1", "", "")
        sign_out = partial(there.sign_out, entry.session_id)
        return await sent_through(lambda app: Guard(app, here, look_again_s=0), entry.session_id, sign_out)

    assert run_async(main) == ENDED
    library.close()
