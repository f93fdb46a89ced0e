"""What goes on being sent ends when who asked has lost a right; what a browser keeps is for one session."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from starlette.types import Message

from photoseek.searcher.web import Access, Accounts, Guard, Passwords, Rules, hashed
from photoseek.searcher.web.access.headers import with_headers
from photoseek.storage import Library
from tests.asynchronous import run_async
from tests.searcher.web.sending import ENDED, WHOLE, Part, sent_through

_QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
_PASSWORD = "a password of some length"  # noqa: S105 (of this test's library)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    library = Library(tmp_path / "library")
    with library.catalog.write() as transaction:
        ben = transaction.users.add("Ben")
        transaction.users.set_password(ben, hashed(_PASSWORD, _QUICK))
        transaction.users.allow_root(ben, transaction.roots.add("/one").root_id)
        transaction.users.allow_album(ben, transaction.albums.create("two", None).album_id)
        transaction.roots.add("/three")
    yield library
    library.close()


def _of_album(library: Library) -> None:
    with library.catalog.write() as transaction:
        transaction.users.refuse_album(transaction.users.named("Ben"), 1)


def _of_folder(library: Library) -> None:
    with library.catalog.write() as transaction:
        transaction.users.refuse_root(transaction.users.named("Ben"), 1)


def _all(library: Library) -> None:
    with library.catalog.write() as transaction:
        transaction.users.remove(transaction.users.named("Ben"))


def _album(library: Library) -> None:
    with library.catalog.write() as transaction:
        transaction.albums.remove("two")


def _none(library: Library) -> None:
    with library.catalog.write() as transaction:
        transaction.users.allow_root(transaction.users.named("Ben"), 2)


@pytest.mark.parametrize("take", [_of_album, _of_folder, _all, _album])
@pytest.mark.parametrize("kind", ["text/event-stream", "application/zip"])
def test_what_goes_on_being_sent_ends_with_a_right(
    library: Library, tmp_path: Path, take: Callable[[Library], None], kind: str
) -> None:
    assert _sent_when(library, tmp_path, take, kind) == ENDED


def test_a_right_that_is_given_meanwhile_ends_nothing(library: Library, tmp_path: Path) -> None:
    assert _sent_when(library, tmp_path, _none, "application/zip") == WHOLE


def _sent_when(library: Library, folder: Path, take: Callable[[Library], None], kind: str) -> list[Part]:
    """Return what Ben is sent of four parts, when his rights change after two."""
    access = Access(Rules("0.0.0.0"), Passwords(folder), accounts=Accounts(library.catalog, _QUICK))  # noqa: S104 (nobody listens)

    async def meanwhile() -> None:
        take(library)

    async def main() -> list[Part]:
        entry = await access.sign_in(_PASSWORD, "192.0.2.1", "", "", "Ben")
        return await sent_through(
            lambda app: Guard(app, access, look_again_s=0), entry.session_id, meanwhile, kind
        )

    return run_async(main)


@pytest.mark.parametrize(
    ("kept", "vary"), [("private, max-age=600", "cookie"), ("public, max-age=600", None), (None, None)]
)
def test_what_a_browser_may_keep_of_somebodys_is_for_the_session_that_asked(
    kept: str | None, vary: str | None
) -> None:
    sent: list[Message] = []

    async def keep(message: Message) -> None:
        sent.append(message)

    async def main() -> None:
        headers = [] if kept is None else [(b"cache-control", kept.encode())]
        await with_headers(keep)({"type": "http.response.start", "status": 200, "headers": headers})

    run_async(main)
    said = dict(sent[0]["headers"])
    assert said.get(b"vary") == (None if vary is None else vary.encode())
