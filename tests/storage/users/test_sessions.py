"""Who is signed in at the servers of a library, as a database keeps it."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Thread

import pytest

from photoseek.database_address import DatabaseAddress
from photoseek.storage import Catalog, Library, NotYours, SeenLibrary, Session, restore_database
from tests.postgresql_server import new_database

_KEY = b"k" * 32
_SESSION = Session("mark", 1000.0, 1000.0, 1, "of-the-session")


@pytest.fixture
def address() -> DatabaseAddress:
    return new_database()


@pytest.fixture
def library(address: DatabaseAddress, tmp_path: Path) -> Iterator[Library]:
    made = Library(address, caches=tmp_path / "caches")
    with made.catalog.write() as transaction:
        transaction.users.add("Ben")
    with made.catalog.beside() as sessions:
        sessions.add(_KEY, _SESSION)
        sessions.secret()
    yield made
    made.close()


def _found(catalog: Catalog, key: bytes = _KEY) -> Session | None:
    with catalog.beside() as sessions:
        return sessions.find(key)


def test_only_a_catalog_of_several_servers_keeps_sessions(library: Library, tmp_path: Path) -> None:
    assert library.catalog.keeps_sessions
    with closing(Library(tmp_path / "alone")) as alone:
        assert not alone.catalog.keeps_sessions


def test_sessions_neither_wait_for_who_writes_nor_raise_the_revision(library: Library) -> None:
    def come_and_go() -> None:
        with library.catalog.beside() as sessions:
            sessions.note_use(_KEY, 2000.0, 1500.0)
            sessions.add(b"another", _SESSION)
        with library.catalog.beside() as sessions:
            sessions.end(b"another")

    with library.catalog.write() as transaction:
        transaction.users.remove(transaction.users.named("Ben"))
        asking = Thread(target=come_and_go)
        asking.start()
        asking.join(10)
        assert not asking.is_alive()
    found = _found(library.catalog)
    assert found is not None
    assert found.used == 2000.0
    with library.catalog.read() as after:
        assert after.revision == transaction.revision
        assert len(after.users.log(10)) == 0


def test_a_use_is_written_once_in_a_while_and_while_nobody_holds_the_row(library: Library) -> None:
    with library.catalog.beside() as sessions:
        sessions.note_use(_KEY, 1010.0, 950.0)
        assert sessions.find(_KEY) == _SESSION
        sessions.note_use(_KEY, 1061.0, 1001.0)
        with library.catalog.beside() as others:  # the first has the row
            others.note_use(_KEY, 1999.0, 1999.0)
            others.end_old(1999.0, 1999.0)
            others.end_least_used(1, b"")
    found = _found(library.catalog)
    assert found is not None
    assert found.used == 1061.0


def test_the_secret_is_the_same_for_all_servers(library: Library, address: DatabaseAddress) -> None:
    other = Catalog(address)
    with library.catalog.beside() as here, other.beside() as there:
        assert here.secret() == there.secret()
        assert len(here.secret()) == 32
    other.close()


def test_users_see_no_session(library: Library) -> None:
    seen = SeenLibrary(library, 1)
    with seen.catalog.read() as transaction:
        for table in ("session", "server_secret"):
            assert transaction.connection.exec_driver_sql(f"SELECT * FROM {table}").all() == []  # noqa: S608 (our names)
    with pytest.raises(NotYours), seen.catalog.beside():
        pass
    with pytest.raises(NotYours), seen.catalog.write() as transaction:
        transaction.connection.exec_driver_sql("UPDATE session SET user_id = 1")
    seen.close()


def test_a_backup_and_what_is_restored_have_no_session(
    library: Library, address: DatabaseAddress, tmp_path: Path
) -> None:
    with library.catalog.beside() as sessions:
        secret = sessions.secret()
    library.catalog.back_up(tmp_path / "backup")
    kept = Catalog(tmp_path / "backup")
    with kept.read() as transaction:
        for table in ("session", "server_secret"):
            assert transaction.connection.exec_driver_sql(f"SELECT * FROM {table}").all() == []  # noqa: S608 (our names)
    kept.close()
    restore_database(address, tmp_path / "backup")
    assert _found(library.catalog) is None
    with library.catalog.beside() as sessions:
        assert sessions.secret() != secret
