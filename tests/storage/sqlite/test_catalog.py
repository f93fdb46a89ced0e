"""Transactions come all or not at all, and a catalog that can't be trusted says so."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photoseek.storage import Library, LibraryDamaged, LibraryTooNew, for_terminal, from_text, to_text


def test_an_exception_leaves_the_catalog_and_its_revision_as_they_were(library: Library) -> None:
    with library.catalog.read() as transaction:
        before = transaction.revision
    with pytest.raises(ZeroDivisionError), library.catalog.write() as transaction:
        transaction.roots.add("/photos")
        raise ZeroDivisionError
    with library.catalog.read() as transaction:
        assert transaction.roots.all() == []
        assert transaction.revision == before


def test_a_library_of_a_newer_version_is_refused_with_advice(tmp_path: Path) -> None:
    Library(tmp_path).close()
    with sqlite3.connect(tmp_path / "catalog.sqlite") as connection:
        connection.execute("UPDATE library SET schema_version = 999")
    connection.close()
    with pytest.raises(LibraryTooNew, match="upgrade photoseek"):
        Library(tmp_path)


def test_a_damaged_catalog_is_never_taken_for_an_empty_library(tmp_path: Path) -> None:
    (tmp_path / "catalog.sqlite").write_bytes(os.urandom(50_000))
    with pytest.raises(LibraryDamaged, match="restore"):
        Library(tmp_path)


@given(name=st.binary(min_size=1).filter(lambda name: b"\0" not in name))
def test_any_file_name_survives_being_written_as_text(name: bytes) -> None:
    path = os.fsdecode(name)
    text = to_text(path)
    text.encode("utf-8")
    assert from_text(text) == path


def test_no_file_name_steers_a_terminal() -> None:
    assert for_terminal("a\x1b[31mb\u202egpj.exe\n") == r"a\x1b[31mb\u202egpj.exe\n"


def test_a_pattern_with_bytes_that_are_no_text_is_kept_as_it_is(library: Library) -> None:
    patterns = (os.fsdecode(b"caf\xe9/"), "日本 “x”/", "a\\b")
    with library.catalog.write() as transaction:
        root = transaction.roots.add("/photos")
        transaction.roots.exclude(root.root_id, patterns)
    with library.catalog.read() as transaction:
        assert transaction.roots.excluded(root.root_id) == patterns


def test_who_has_a_file_loads_nothing_of_other_databases(tmp_path: Path) -> None:
    asked = (
        "import sys; from pathlib import Path; from photoseek.storage import Library\n"
        "with Library(Path(sys.argv[1])).catalog.read() as transaction: transaction.tags.counts()\n"
        "print([name for name in sys.modules if 'psycopg' in name or name.endswith('dialects.postgresql')])"
    )
    assert subprocess.check_output([sys.executable, "-c", asked, str(tmp_path)], text=True) == "[]\n"
