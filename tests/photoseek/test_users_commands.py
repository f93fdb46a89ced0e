"""`photoseek users`: who signs in by name is added with a password, and given what may be seen."""

import getpass
import io
import json
import sys
from pathlib import Path

import pytest

from photoseek.cli.dispatch import run
from photoseek.storage import Library


@pytest.fixture
def folder(library: Library, monkeypatch: pytest.MonkeyPatch) -> Path:
    with library.catalog.write() as transaction:
        for path in ("/photos/one", "/photos/two"):
            transaction.roots.add(path)
        transaction.albums.create("Trips", None)
        transaction.albums.create("beaches", "tag:beach")
    monkeypatch.setenv("PHOTOSEEK_LIBRARY", str(library.folder))
    return library.folder


def _type(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode()), "utf-8"))


@pytest.mark.usefixtures("folder")
def test_a_user_is_added_allowed_refused_and_removed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _type(monkeypatch, "a password of some length\n")
    assert run(["users", "add", "Ben"]) == 0
    assert run(["users", "allow", "ben", "/photos/one", "/photos/two", "--album", "Trips"]) == 0
    assert run(["users", "refuse", "ben", "/photos/two"]) == 0
    assert run(["users", "allow", "ben", "--album", "Trips", "--edit"]) == 0
    capsys.readouterr()
    assert run(["users"]) == 0
    assert capsys.readouterr().out == "Ben\n    /photos/one\n    album Trips  (may change)\n"
    assert run(["users", "list", "--json"]) == 0
    (user,) = json.loads(capsys.readouterr().out)["users"]
    added_at = user.pop("added_at")
    assert added_at
    seen = {"oidc": None, "roots": ["/photos/one"], "albums": ["Trips"]}
    assert user == {"name": "Ben", "owner": False, **seen, "edited_roots": [], "edited_albums": ["Trips"]}
    assert run(["users", "remove", "BEN"]) == 0
    capsys.readouterr()
    assert run(["users"]) == 0
    assert "nobody signs in by name" in capsys.readouterr().err


@pytest.mark.usefixtures("folder")
def test_what_cannot_be_said_of_users_is_refused_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for typed, words, code, said in (
        ("short\n", ["add", "ben"], 2, "12 to 1000"),
        ("a password of some length\n", ["add", "ben"], 0, "may sign in"),
        ("a password of some length\n", ["add", "Ben"], 9, "choose another name"),
        ("a password of some length\n", ["add", "olga", "--owner"], 0, "everything"),
        ("a password of some length\n", ["add", "…"], 2, "a letter or a digit"),
        ("", ["allow", "ben"], 2, "name a watched folder"),
        ("", ["allow", "ben", "/elsewhere"], 2, "`photoseek roots`"),
        ("", ["allow", "ben", "--album", "beaches"], 2, "a query fills this album"),
        ("", ["allow", "ben", "--album", "none"], 8, "none"),
        ("", ["allow", "anna", "/photos/one"], 8, "`photoseek users list`"),
        ("", ["allow", "olga", "/photos/one"], 2, "is an owner"),
        ("", ["refuse", "ben", "/photos/one"], 0, "had no right"),
        ("", ["password", "anna"], 8, "there is no user"),
        ("another password of length\n", ["password", "ben"], 0, "is set"),
    ):
        _type(monkeypatch, typed)
        assert run(["users", *words]) == code, words
        printed = capsys.readouterr()
        assert said in printed.err, words
        assert not printed.out


@pytest.mark.usefixtures("folder")
def test_a_user_who_signs_in_by_oidc_needs_no_password(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _type(monkeypatch, "")  # nothing is asked for
    assert run(["users", "add", "Dora", "--email", "Dora@example.org"]) == 0
    assert run(["users", "add", "Carla", "--oidc-subject", "c-1", "--owner"]) == 0
    capsys.readouterr()
    assert run(["users"]) == 0
    assert capsys.readouterr().out == (
        "Carla  everything\n    by OIDC as c-1\nDora  nothing yet\n    by OIDC as dora@example.org\n"
    )
    assert run(["users", "bind", "Dora", "--oidc-subject", "d-1"]) == 0
    assert run(["users", "unbind", "Carla"]) == 0
    assert run(["users", "unbind", "Carla"]) == 0
    assert capsys.readouterr().err == (
        "Dora may sign in by OIDC\nCarla can't sign in by OIDC any more\nCarla did not sign in by OIDC\n"
    )
    assert run(["users", "list", "--json"]) == 0
    users = json.loads(capsys.readouterr().out)["users"]
    assert [user["oidc"] for user in users] == [None, {"issuer": None, "subject": "d-1", "email": None}]
    for words, code, said in (
        (["add", "Eve", "--email", "e@example.org", "--oidc-subject", "e"], 2, "name one of them"),
        (["add", "Eve", "--email", "example.org"], 2, "carla@example.org"),
        (["add", "Eve", "--oidc-subject", "d-1"], 9, "another user already"),
        (["bind", "Carla"], 2, "--oidc-subject or by --email"),
        (["bind", "Eve", "--email", "e@example.org"], 8, "there is no user"),
        (["unbind", "Eve"], 8, "there is no user"),
    ):
        assert run(["users", *words]) == code, words
        assert said in capsys.readouterr().err, words


def test_the_log_has_each_write_of_a_command_without_its_arguments(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], library: Library
) -> None:
    monkeypatch.setenv("PHOTOSEEK_LIBRARY", str(library.folder))
    assert run(["album", "create", "a private name"]) == 0
    assert run(["album", "list"]) == 0
    capsys.readouterr()
    assert run(["users", "log", "--json"]) == 0
    (noted,) = json.loads(capsys.readouterr().out)["log"]
    assert noted["what"] == "photoseek album create"
    assert noted["who"] == getpass.getuser()
    with library.catalog.read() as transaction:
        assert noted["revision"] == transaction.revision
