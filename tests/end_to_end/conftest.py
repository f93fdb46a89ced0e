"""A person, their photographs, and a library."""

from pathlib import Path

import pytest

from tests.end_to_end.person import Photoseek, copy_photographs, person_here, person_with


@pytest.fixture
def photoseek(tmp_path: Path) -> Photoseek:
    return person_with(tmp_path / "library")


@pytest.fixture
def here(tmp_path: Path) -> Photoseek:
    """Give what runs photoseek over the same library in the test's own process."""
    return person_here(tmp_path / "library")


@pytest.fixture
def photographs(tmp_path: Path) -> Path:
    return copy_photographs(tmp_path / "photographs")


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Photoseek, Path]:
    """Give a person whose photographs the real model has embedded, for tests that only ask."""
    folder = copy_photographs(tmp_path_factory.mktemp("indexed") / "photographs")
    photoseek = person_with(folder.parent / "library")
    photoseek("index", folder)
    return photoseek, folder
