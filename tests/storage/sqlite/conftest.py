"""Tests of SQLite's own files, which no other database has."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from photoseek.storage import Library


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    library = Library(tmp_path / "library")
    yield library
    library.close()
