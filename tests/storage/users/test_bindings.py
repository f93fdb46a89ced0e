"""Somebody of an OIDC provider is one user at most, the same from the first sign-in on. Users see no bindings."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from photoseek.storage import (
    Identity,
    Library,
    NameTaken,
    NotYours,
    SeenLibrary,
    Transaction,
    move,
    restore,
    restore_database,
)
from photoseek.storage.rows.users.records import Binding, User
from photoseek.storage.schema import tables
from tests.postgresql_server import empty_database

_ISSUER = "https://id.example"


def _added(library: Library, name: str, *, subject: str | None = None, email: str | None = None) -> User:
    with library.catalog.write() as transaction:
        user = transaction.users.add(name)
        if subject is not None:
            transaction.bindings.bind_subject(user, subject)
        if email is not None:
            transaction.bindings.bind_email(user, email)
    return user


def _of(library: Library, subject: str, email: str | None = None, issuer: str = _ISSUER) -> str | None:
    """Return the name of the user that somebody signs in as, and bind the user to them for good."""
    identity = Identity(issuer, subject, email)
    with library.catalog.write() as transaction:
        user = transaction.bindings.of(identity)
        if user is not None:
            transaction.bindings.settle(user, identity)
    return None if user is None else user.name


def _binding(library: Library, name: str) -> Binding | None:
    with library.catalog.read() as transaction:
        return transaction.users.named(name).binding


def test_a_subject_is_that_of_the_provider_that_signs_it_in_first(library: Library) -> None:
    _added(library, "Carla", subject="c-1")
    assert _of(library, "C-1") is None
    assert _of(library, "c-1") == "Carla"
    assert _of(library, "c-1", issuer="https://other.example") is None
    assert _of(library, "c-1") == "Carla"


def test_an_address_counts_until_it_is_bound_to_a_subject(library: Library) -> None:
    _added(library, "Dora", email="Dora@Example.org")
    assert _of(library, "d-1") is None
    assert _of(library, "d-1", "other@example.org") is None
    assert _of(library, "d-1", "dora@example.ORG") == "Dora"
    assert _of(library, "heir", "dora@example.org") is None
    assert _of(library, "d-1") == "Dora"


def test_who_was_bound_by_a_subject_is_not_taken_for_who_has_the_address(library: Library) -> None:
    _added(library, "Carla", subject="c-1")
    _added(library, "Dora", email="dora@example.org")
    assert _of(library, "c-1", "dora@example.org") == "Carla"
    assert _of(library, "d-1", "dora@example.org") == "Dora"


def test_nobody_is_two_users(library: Library) -> None:
    _added(library, "Carla", subject="c-1")
    dora = _added(library, "Dora", email="dora@example.org")
    other = _added(library, "Eve")
    with pytest.raises(NameTaken, match="c-1 is another user already"), library.catalog.write() as writing:
        writing.bindings.bind_subject(other, "c-1")
    with pytest.raises(NameTaken), library.catalog.write() as writing:
        writing.bindings.bind_email(other, "DORA@example.org")
    with library.catalog.write() as writing:
        writing.bindings.bind_email(dora, "dora@example.org")  # the user that it is
        assert writing.bindings.unbind(dora)
        assert not writing.bindings.unbind(dora)
        writing.bindings.bind_email(other, "dora@example.org")
    assert _of(library, "e-1", "dora@example.org") == "Eve"


def test_what_no_provider_writes_is_refused(library: Library) -> None:
    user = _added(library, "Carla")
    for wrong in ("", "c\n1", "é", "x" * 256):
        with pytest.raises(ValueError, match="a subject is"), library.catalog.write() as writing:
            writing.bindings.bind_subject(user, wrong)
    for wrong in ("", "carla", "@example.org", "carla@", "a@b@c", "cárla@example.org", "a b@c"):
        with pytest.raises(ValueError, match=r"carla@example\.org"), library.catalog.write() as writing:
            writing.bindings.bind_email(user, wrong)


def test_each_binding_has_a_mark_of_its_own_and_ends_with_its_user(library: Library) -> None:
    user = _added(library, "Carla", subject="c-1")
    first = _binding(library, "Carla")
    with library.catalog.write() as writing:
        writing.bindings.bind_subject(user, "c-1")
    second = _binding(library, "Carla")
    assert first is not None
    assert second is not None
    assert first.mark != second.mark
    with library.catalog.write() as writing:
        writing.users.remove(user)
    _added(library, "Eve")
    assert _binding(library, "Eve") is None
    assert _of(library, "c-1") is None


def test_a_user_sees_no_bindings(library: Library) -> None:
    user = _added(library, "Carla", subject="c-1")
    with SeenLibrary(library, user.user_id).catalog.read() as transaction:
        assert transaction.connection.exec_driver_sql("SELECT * FROM oidc_binding").all() == []
    assert _of(library, "c-1") == "Carla"


def test_who_may_edit_photos_binds_nobody(library: Library) -> None:
    carla = _added(library, "Carla", subject="c-1")
    eve = _added(library, "Eve", subject="e-1")
    with library.catalog.write() as transaction:
        transaction.users.allow_root(eve, transaction.roots.add("/photos").root_id, may_edit=True)
    seen = SeenLibrary(library, eve.user_id)
    changes: tuple[Callable[[Transaction], object], ...] = (
        lambda writing: writing.bindings.bind_subject(carla, "e-2"),
        lambda writing: writing.connection.execute(update(tables.oidc_binding).values(subject="e-2")),
        lambda writing: writing.connection.execute(delete(tables.oidc_binding)),
    )
    for change in changes:
        with suppress(NotYours), seen.catalog.write() as transaction:
            change(transaction)
    assert (_of(library, "c-1"), _of(library, "e-1"), _of(library, "e-2")) == ("Carla", "Eve", None)


def test_bindings_move_and_are_backed_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    library = Library(tmp_path / "library")
    _added(library, "Carla", subject="c-1")
    _added(library, "Dora", email="dora@example.org")
    assert _of(library, "c-1") == "Carla"
    library.catalog.back_up(tmp_path / "backup")
    expected = [_binding(library, name) for name in ("Carla", "Dora")]
    address = empty_database()
    restore_database(address, tmp_path / "backup")
    restore(tmp_path / "restored", tmp_path / "backup")
    moved = move(library, empty_database(), [])
    library.close()
    for place in (address, tmp_path / "restored", moved.to):
        there = Library(place)
        assert [_binding(there, name) for name in ("Carla", "Dora")] == expected
        assert _of(there, "d-1", "dora@example.org") == "Dora"
        there.close()
