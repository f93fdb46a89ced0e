"""What a library remembers is the same in each kind of database: these tests run in all of them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from photoseek.storage import Library
from tests.storage.dialects import DIALECTS, opened


@pytest.fixture(scope="session", params=DIALECTS)
def dialect(request: pytest.FixtureRequest) -> str:
    """Return the kind of database."""
    return str(request.param)


@pytest.fixture
def library(dialect: str, tmp_path: Path) -> Iterator[Library]:
    library = opened(dialect, tmp_path / "library")
    yield library
    library.close()
