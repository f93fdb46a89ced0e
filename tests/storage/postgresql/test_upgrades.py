"""Upgrades since the first schema that PostgreSQL had give a database the tables of a new one."""

from sqlalchemy import Connection

from photoseek.storage.catalog.catalog import Catalog
from photoseek.storage.catalog.user_upgrade import oidc_bindings, sessions
from tests.postgresql_server import new_database

_COLUMNS = """
SELECT column_name, data_type, collation_name, is_nullable FROM information_schema.columns
WHERE table_schema = 'public' AND table_name = %s ORDER BY ordinal_position
"""
_CONSTRAINTS = "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass ORDER BY 1"


def test_the_upgrade_that_adds_bindings_makes_the_table_of_a_new_catalog() -> None:
    catalog = Catalog(new_database())
    with catalog.write() as transaction:
        run = transaction.connection.exec_driver_sql
        new = _shape(transaction.connection, "oidc_binding")
        run("DROP TABLE oidc_binding CASCADE")
        oidc_bindings(transaction.connection)
        assert _shape(transaction.connection, "oidc_binding") == new
    catalog.close()


def test_the_upgrade_that_adds_sessions_makes_the_tables_of_a_new_catalog() -> None:
    catalog = Catalog(new_database())
    added = ("session", "server_secret")
    with catalog.write() as transaction:
        new = [_shape(transaction.connection, table) for table in added]
        transaction.connection.exec_driver_sql("DROP TABLE session, server_secret CASCADE")
        sessions(transaction.connection)
        assert [_shape(transaction.connection, table) for table in added] == new
    catalog.close()


def _shape(connection: Connection, table: str) -> list[object]:
    return [list(connection.exec_driver_sql(asked, (table,))) for asked in (_COLUMNS, _CONSTRAINTS)]
