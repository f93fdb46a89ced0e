"""Views of what a user sees, in PostgreSQL alone: none is missing, and without a user they show nothing."""

from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Connection

from photoseek.database_address import DatabaseAddress
from photoseek.storage import LibraryNotWritable, SeenLibrary, StorageError
from photoseek.storage.catalog.catalog import Catalog
from photoseek.storage.catalog.migrations import UPGRADES
from photoseek.storage.catalog.seen import SeenCatalog
from photoseek.storage.errors import DatabaseUnfit
from tests.postgresql_server import empty_database, new_database
from tests.storage.dialects import opened

_RELATIONS = """
SELECT relname FROM pg_class WHERE relnamespace = to_regnamespace(%s) AND relkind = ANY (%s) ORDER BY relname
"""


def test_a_view_stands_before_each_table(tmp_path: Path) -> None:
    library = opened("postgresql", tmp_path)
    with library.catalog.read() as transaction:
        run = transaction.connection.exec_driver_sql
        tables = set(run(_RELATIONS, ("public", ["r", "p", "m"])).scalars())
        assert "photo" in tables
        assert tables <= set(run(_RELATIONS, ("public_seen", ["v"])).scalars())
    library.close()


def test_views_show_nothing_to_who_is_nobody(tmp_path: Path) -> None:
    library = opened("postgresql", tmp_path)
    with library.catalog.write() as transaction:
        user_id = transaction.users.add("Ben").user_id
    with SeenLibrary(library, user_id).catalog.read() as transaction:
        assert transaction.photos.by_id([1]) == {}
    with (
        pytest.raises(StorageError, match=r"photoseek\.account|bigint"),
        library.catalog.read() as transaction,
    ):
        transaction.connection.exec_driver_sql("SELECT * FROM public_seen.photo").all()
    library.close()


def test_a_role_that_may_not_use_the_views_is_shown_no_table_in_their_place() -> None:
    address = new_database()
    owners = Catalog(address)
    with owners.write() as transaction:
        user_id = transaction.users.add("Ben").user_id
    owners.close()
    with psycopg.connect(address.url, autocommit=True) as server:
        server.execute("CREATE ROLE reader LOGIN")
        server.execute("GRANT USAGE ON SCHEMA public, public_seen TO reader")
        server.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public, public_seen TO reader")
        whole = Catalog(DatabaseAddress(address.url.replace("postgres:@", "reader:@")))
        try:
            catalog = SeenCatalog(whole, user_id)
            with catalog.read() as transaction:
                assert transaction.photos.by_id([1]) == {}
            server.execute("REVOKE USAGE ON SCHEMA public_seen FROM reader")  # while a server runs
            with pytest.raises(LibraryNotWritable, match="GRANT USAGE ON SCHEMA public_seen"), catalog.read():
                pass
        finally:
            whole.close()
            server.execute("DROP OWNED BY reader")
            server.execute("DROP ROLE reader")


def test_a_library_in_a_schema_of_its_own_finds_what_extensions_made_elsewhere_for_users_too() -> None:
    empty = empty_database()
    address = DatabaseAddress(f"{empty.url}&options=-csearch_path%3Dphotos")
    with psycopg.connect(empty.url, autocommit=True) as server:
        server.execute("CREATE EXTENSION pg_trgm")
        server.execute("CREATE EXTENSION vector")
        with pytest.raises(DatabaseUnfit, match="CREATE SCHEMA"):
            Catalog(address)
        server.execute("CREATE SCHEMA photos")
    catalog = Catalog(address)
    with catalog.write() as transaction:
        user_id = transaction.users.add("Ben").user_id
    with SeenCatalog(catalog, user_id).read() as transaction:
        asked = "SELECT '[1]'::halfvec <#> '[1]'::halfvec, current_schema()"
        assert transaction.connection.exec_driver_sql(asked).one() == (-1, "photos_seen")
    catalog.close()


def test_an_upgrade_may_change_a_table_that_views_show() -> None:
    def changes_a_type(connection: Connection) -> None:
        connection.exec_driver_sql("ALTER TABLE album ALTER COLUMN query TYPE varchar")

    address = empty_database()
    Catalog(address).close()
    Catalog(address, (*UPGRADES, changes_a_type)).close()
    catalog = Catalog(address, (*UPGRADES, changes_a_type))
    with catalog.read() as transaction:
        seen = transaction.connection.exec_driver_sql(_RELATIONS, ("public_seen", ["v"])).scalars().all()
        assert "album" in seen
    catalog.close()
