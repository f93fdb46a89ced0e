"""The address of a library in a database: what is read, and that no password is ever shown."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photoseek.database_address import DatabaseAddress, is_address
from photoseek.errors import BadUsage
from photoseek.which_library import place_of

_PARTS = st.text("abcxyz019-._~%&=+!$'():;#[]", min_size=1, max_size=8)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://me:secret@host/photos", "postgresql://me@host/photos"),
        ("postgres://me:secret@host:5433,other/photos", "postgresql://me@host:5433,other/photos"),
        ("postgresql:///photos?host=/run&password=secret", "postgresql:///photos?host=/run"),
        ("postgresql:///photos?PassWord=secret", "postgresql:///photos"),
        ("postgresql:///photos?%70assword=secret", "postgresql:///photos"),
        ("postgresql://me:sec:ret@[::1]/photos", "postgresql://me@[::1]/photos"),
        ("PostgreSQL://me@host/photos", "postgresql://me@host/photos"),
        (" postgresql://me:secret@host/photos", "postgresql://me@host/photos"),
    ],
)
def test_an_address_is_shown_without_its_password(url: str, shown: str) -> None:
    address = DatabaseAddress(url)
    assert (str(address), repr(address), f"{address}") == (shown, shown, shown)
    assert address.has_password == ("sec" in url)
    assert place_of(url) == address


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:sec@ret@host/photos",
        "postgresql://me:sec/ret@host/photos",
        "postgresql://me:sec?ret@host/photos",
        "postgresql+psycopg://me:secret@host/photos",
        "mysql://me:secret@host/photos",
        "postgresql:/me:secret@host/photos",
        " PostgreSQL:me:secret@host/photos",
    ],
)
def test_an_address_in_which_a_password_could_be_taken_for_a_host_is_refused(url: str) -> None:
    assert is_address(url)
    with pytest.raises(BadUsage) as raised:
        place_of(url)
    assert "sec" not in str(raised.value)


@given(_PARTS, _PARTS, _PARTS)
def test_whatever_signs_a_password_has_none_of_them_is_shown(user: str, password: str, host: str) -> None:
    user = user.replace(":", "")
    assert str(DatabaseAddress(f"postgresql://{user}:{password}@{host}/p")) == f"postgresql://{user}@{host}/p"


@pytest.mark.parametrize("folder", ["/photos", "~/library", "postgresql", "a:/b", "./postgresql:/a"])
def test_whatever_is_no_address_is_a_folder(folder: str) -> None:
    assert place_of(folder) == Path(folder)


def test_a_database_is_known_by_its_address_and_by_what_libpq_adds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("PGHOST", "one")
    address = DatabaseAddress("postgresql://me:secret@/photos")
    assert address.known_folder() is None
    folder = address.folder_of("1f")
    assert address.known_folder() == str(folder)
    assert folder.stat().st_mode & 0o777 == 0o700
    monkeypatch.setenv("PGPASSWORD", "another")
    assert DatabaseAddress("postgresql://me@/photos").known_folder() == str(folder)
    monkeypatch.setenv("PGHOST", "two")
    assert address.known_folder() is None
    address.folder_of("2e")
    assert address.known_folder() == str(folder.with_name("2e"))
    assert "secret" not in "".join(
        str(path) + path.read_text() for path in tmp_path.rglob("*") if path.is_file()
    )
