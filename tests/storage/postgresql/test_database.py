"""What PostgreSQL does otherwise than SQLite stays behind the catalog: types, order, waiting, errors."""

import threading
import time
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Connection

from photoseek.database_address import DatabaseAddress
from photoseek.errors import PhotoseekError
from photoseek.storage import (
    Library,
    LibraryInUse,
    LibraryNotWritable,
    LibraryTooNew,
    PhotoFacts,
    TimeIsUp,
)
from photoseek.storage.catalog.catalog import Catalog
from photoseek.storage.catalog.migrations import UPGRADES
from photoseek.storage.errors import DatabaseNotReached, DatabaseUnfit
from photoseek.storage.schema.dialect import ending_statements
from photoseek.storage.schema.postgresql.database import PostgresqlDatabase
from photoseek.storage.time_limit import TimeLimit
from tests.postgresql_server import empty_database, new_database

_FACTS = PhotoFacts(b"1", b"p", 4, 3, "JPEG", None, None, None, None, None, None)


@pytest.fixture
def address() -> DatabaseAddress:
    return new_database()


def test_an_empty_database_becomes_a_library_and_stays_one(tmp_path: Path) -> None:
    address = empty_database()
    for revision in (1, 2):
        library = Library(address, caches=tmp_path / "cache")
        with library.catalog.write() as transaction:
            assert transaction.revision == revision
        library.close()


def test_a_number_beyond_32_bits_is_only_one_that_no_photo_has(address: DatabaseAddress) -> None:
    catalog = Catalog(address)
    with catalog.read() as transaction:
        assert transaction.photos.known([2**40]) == []
        assert transaction.tags.counts_among([2**40]) == {}
    catalog.close()


def test_a_text_with_a_nul_is_kept_with_a_sign_for_it(address: DatabaseAddress) -> None:
    catalog = Catalog(address)
    with catalog.write() as transaction:
        photo_id = transaction.photos.add(_FACTS)
        transaction.tags.put([photo_id], "a\0b")
    with catalog.read() as transaction:
        assert list(transaction.tags.counts()) == ["a␀b"]
        assert transaction.tags.photos_with("a\0b") == {photo_id}
    catalog.close()


def test_names_are_in_the_order_of_their_letters_whatever_the_servers_language(
    address: DatabaseAddress,
) -> None:
    catalog = Catalog(address)
    names = ["Zoo", "a b", "a-b", "ab", "b", "Ä", "ä"]
    with catalog.write() as transaction:
        photo_id = transaction.photos.add(_FACTS)
        for name in reversed(names):
            transaction.tags.put([photo_id], name)
        assert list(transaction.tags.counts()) == names
    catalog.close()


def test_one_writes_at_a_time_and_a_reader_sees_one_state(address: DatabaseAddress) -> None:
    catalog, other = Catalog(address), Catalog(address)
    waited: list[int] = []

    def write() -> None:
        with other.write() as transaction:
            waited.append(len(transaction.roots.all()))

    with catalog.read() as reading:
        with catalog.write() as writing:
            second = threading.Thread(target=write)
            second.start()
            time.sleep(0.2)
            assert waited == []
            writing.roots.add("/photos")
        second.join(30)
        assert waited == [1]
        assert reading.roots.all() == []
    catalog.close()
    other.close()


def test_a_writer_that_waits_too_long_says_for_whom(address: DatabaseAddress) -> None:
    database = PostgresqlDatabase(address)
    catalog = Catalog(address)
    with (
        catalog.write(),
        pytest.raises(LibraryInUse, match="another photoseek is writing"),
        database.errors_named(),
        database.engine.connect() as connection,
    ):
        connection.exec_driver_sql("SET lock_timeout = 50")
        connection.commit()
        with connection.execution_options(writes=True).begin():
            pass
    database.engine.dispose()
    catalog.close()


@pytest.mark.parametrize("is_ended", [False, True])
def test_a_statement_ends_with_its_question(address: DatabaseAddress, *, is_ended: bool) -> None:
    database = PostgresqlDatabase(address)
    limit = TimeLimit(60 if is_ended else 0.2)
    if is_ended:
        threading.Timer(0.5, limit.end).start()
    with (
        limit.working(),
        pytest.raises(TimeIsUp),
        database.engine.begin() as connection,
        ending_statements(connection),
    ):
        connection.exec_driver_sql("SELECT pg_sleep(30)")
    with database.engine.begin() as connection:
        assert connection.exec_driver_sql("SELECT 1").scalar_one() == 1
    database.engine.dispose()


def test_one_indexes_at_a_time_on_whichever_machine(address: DatabaseAddress, tmp_path: Path) -> None:
    here, there = (Library(address, caches=tmp_path / name) for name in ("here", "there"))
    with here.indexing():
        with pytest.raises(LibraryInUse, match="on another machine"), there.indexing():
            pass
        with there.catalog.write() as transaction:  # as a tag is put on meanwhile
            transaction.roots.add("/photos")
    with there.indexing():
        pass
    here.close()
    there.close()


def test_who_indexes_on_this_machine_is_named_with_the_database_and_not_with_its_caches(
    address: DatabaseAddress, tmp_path: Path
) -> None:
    one, other = (Library(address, caches=tmp_path / "caches") for _ in range(2))
    with one.indexing(), pytest.raises(LibraryInUse, match="indexing into postgresql://"), other.indexing():
        pass
    one.close()
    other.close()


def test_a_reader_can_change_nothing(address: DatabaseAddress) -> None:
    catalog = Catalog(address)
    with pytest.raises(LibraryNotWritable, match="read-only"), catalog.read() as transaction:
        transaction.roots.add("/photos")
    catalog.close()


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("postgresql://me:secret@127.0.0.1:1/photos", "me@127.0.0.1:1/photos can't be reached"),
        ("postgresql://me:secret@127.0.0.1:1/photos?nonsense=1", "can't be read"),
    ],
)
def test_a_server_that_cannot_be_asked_is_named_without_the_password(named: str, said: str) -> None:
    with pytest.raises(PhotoseekError, match=said) as raised:
        Catalog(DatabaseAddress(named))
    assert "secret" not in str(raised.value)


def test_the_message_to_a_user_without_rights_says_what_to_do(address: DatabaseAddress) -> None:
    with psycopg.connect(address.url) as connection:
        connection.execute("DO $$ BEGIN CREATE ROLE guest LOGIN; EXCEPTION WHEN duplicate_object THEN END $$")
        connection.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO guest")
    guest = Catalog(DatabaseAddress(address.url.replace("postgres:@", "guest:@")))
    with pytest.raises(LibraryNotWritable, match="grant the right"), guest.write():
        pass
    with guest.read() as transaction:
        assert transaction.roots.all() == []
    guest.close()
    with psycopg.connect(address.url) as connection:
        connection.execute("DROP OWNED BY guest")


def test_an_extension_that_its_owner_may_not_make_is_named_as_what_the_database_lacks() -> None:
    address = empty_database()
    database = address.url.partition("?")[0].rpartition("/")[2]
    with psycopg.connect(address.url, autocommit=True) as connection:
        connection.execute("CREATE ROLE archivist LOGIN")
        connection.execute(f"ALTER DATABASE {database} OWNER TO archivist")
        try:
            with pytest.raises(DatabaseUnfit, match="administrator run `CREATE EXTENSION vector` in it"):
                Catalog(DatabaseAddress(address.url.replace("postgres:@", "archivist:@")))
        finally:
            connection.execute(f"ALTER DATABASE {database} OWNER TO postgres")
            connection.execute("DROP ROLE archivist")


def test_a_server_without_room_for_a_connection_says_that_and_not_that_it_is_away(
    address: DatabaseAddress,
) -> None:
    with psycopg.connect(address.url, autocommit=True) as connection:
        connection.execute("CREATE ROLE crowded LOGIN CONNECTION LIMIT 0")
        try:
            crowded = DatabaseAddress(address.url.replace("postgres:@", "crowded:@"))
            with pytest.raises(DatabaseNotReached, match=r"no room .* \(too many"):
                Catalog(crowded)
        finally:
            connection.execute("DROP ROLE crowded")


def test_a_connection_that_was_lost_is_made_anew(address: DatabaseAddress) -> None:
    catalog = Catalog(address)
    with catalog.read():
        pass
    with psycopg.connect(address.url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    with catalog.read() as transaction:
        assert transaction.roots.all() == []
    catalog.close()


def test_one_upgrades_at_a_time_while_an_older_reader_goes_on(address: DatabaseAddress) -> None:
    older = Catalog(address)
    with older.write() as transaction:
        transaction.roots.add("/photos")
    ran: list[int] = []

    def upgrade(connection: Connection) -> None:
        ran.append(1)
        connection.exec_driver_sql("ALTER TABLE root ADD COLUMN remark TEXT")

    def open_newer() -> None:
        Catalog(address, [*UPGRADES, upgrade]).close()

    openers = [threading.Thread(target=open_newer) for _ in range(3)]
    with older.read() as transaction:
        before = transaction.roots.all()
        for opener in openers:
            opener.start()
        time.sleep(0.3)
        assert transaction.roots.all() == before
    for opener in openers:
        opener.join(30)
    assert ran == [1]
    with older.write() as transaction:  # it was opened before, and knows all columns that it needs
        assert transaction.roots.all() == before
    with pytest.raises(LibraryTooNew):
        Catalog(address)
    older.close()


def test_an_upgrade_that_fails_changes_nothing(address: DatabaseAddress) -> None:
    def fail(connection: Connection) -> None:
        connection.exec_driver_sql("ALTER TABLE root ADD COLUMN remark TEXT")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        Catalog(address, [*UPGRADES, fail])
    catalog = Catalog(address)
    with psycopg.connect(address.url) as connection:
        found = connection.execute(
            "SELECT count(*) FROM information_schema.columns WHERE column_name = 'remark'"
        )
        assert found.fetchone() == (0,)
    catalog.close()


def test_a_connection_that_the_server_ended_is_not_asked_again(address: DatabaseAddress) -> None:
    catalog = Catalog(address)
    with catalog.read() as transaction:
        revision = transaction.revision
    with psycopg.connect(address.url, autocommit=True) as other:
        ended = other.execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        ).fetchall()
    assert (True,) in ended
    with catalog.read() as transaction:
        assert transaction.revision == revision
    catalog.close()
