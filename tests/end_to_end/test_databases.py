"""A library in a PostgreSQL database, as a person meets it: where its parts are, and what is said of faults."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg
import pytest

from photoseek.database_address import DatabaseAddress
from photoseek.resident_client import is_answered
from tests.end_to_end.person import (
    PHOTOGRAPHS,
    Photoseek,
    command,
    environment_for,
    names,
    parsed,
    person_here,
    until,
)
from tests.postgresql_server import empty_database, new_database
from tests.searcher.web.browser import Browser

_SECRET = "sesame"  # noqa: S105 (of nobody)


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep what this machine has of databases apart from the person's own."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def address() -> DatabaseAddress:
    """Return the address of an empty database, with a password, which this server doesn't ask for."""
    return _with_password(empty_database())


def _with_password(address: DatabaseAddress) -> DatabaseAddress:
    return DatabaseAddress(address.url.replace("postgres:@", f"postgres:{_SECRET}@"))


@pytest.fixture
def there(address: DatabaseAddress) -> Photoseek:
    return person_here(address)


def test_index_makes_a_library_in_an_empty_database_and_other_commands_do_not(
    there: Photoseek, address: DatabaseAddress, photographs: Path, own_folders: Path
) -> None:
    assert "there is no library in postgresql://postgres@/empty_" in there("find", "a cat", code=3).stderr
    there("index", "--model", "fake", photographs)
    assert len(names(there("find", "--json", "--limit", 20, "red"))) == len(PHOTOGRAPHS)
    status = parsed(there("status", "--json"))
    assert status["library"] == str(address)
    assert Path(status["caches"]).parent == own_folders / "photoseek-databases"
    shown = there("status").stdout.splitlines()
    assert shown[:2] == [f"library   {address}", f"caches    {status['caches']}"]
    assert parsed(there("verify", "--json"))["ok"]


def test_another_database_at_the_same_address_has_other_caches(
    there: Photoseek, address: DatabaseAddress, photographs: Path
) -> None:
    there("index", "--model", "fake", photographs)
    before = parsed(there("status", "--json"))
    with psycopg.connect(address.url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    there("index", "--model", "fake", photographs)
    after = parsed(there("status", "--json"))
    assert after["library"] == before["library"]
    assert after["caches"] != before["caches"]
    assert len(names(there("find", "--json", "--limit", 20, "red"))) == len(PHOTOGRAPHS)


def test_a_watch_has_a_process_that_answers_and_no_command_line_shows_the_password(
    address: DatabaseAddress, there: Photoseek, photographs: Path
) -> None:
    there("index", "--model", "fake", photographs)
    caches = parsed(there("status", "--json"))["caches"]
    watching = subprocess.Popen(
        command("watch"), env=environment_for(address), stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        until(lambda: is_answered(caches))
        assert parsed(there("status", "--json"))["resident"]
        (following,) = parsed(there("status", "--json"))["following"]
        assert following["path"] == str(photographs)
        assert len(names(there("find", "--json", "--limit", 20, "red"))) == len(PHOTOGRAPHS)
        lines = [" ".join(one.info["cmdline"] or []) for one in psutil.process_iter(["cmdline"])]
        assert any("resident_server" in line for line in lines)
        assert not any(_SECRET in line for line in lines)
    finally:
        watching.terminate()
        watching.wait(30)


@pytest.mark.parametrize(
    ("named", "code", "says"),
    [
        ("postgresql://me:sesame@127.0.0.1:1/photos", 31, "can't be reached"),
        ("postgresql://me:sesame@127.0.0.1:1/photos?nonsense=1", 2, "can't be read"),
        ("postgresql://me:ses@ame@127.0.0.1:1/photos", 2, "can't be read"),
        ("mysql://me:sesame@127.0.0.1/photos", 2, "a folder or a PostgreSQL database"),
    ],
)
def test_an_address_that_leads_nowhere_is_one_sentence(
    here: Photoseek, named: str, code: int, says: str
) -> None:
    for asked in (["find", "a cat"], ["status", "--json"], ["index"]):
        said = here("--library", named, *asked, code=code).stderr
        assert said.startswith("photoseek: ")
        assert says in said
        assert "ses" not in said


def test_a_database_that_holds_something_else_is_left_alone(
    there: Photoseek, address: DatabaseAddress, photographs: Path
) -> None:
    with psycopg.connect(address.url, autocommit=True) as connection:
        connection.execute("CREATE TABLE library (id integer)")
        said = there("index", photographs, code=32).stderr
        assert "holds something else" in said
        assert connection.execute(
            "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
        ).fetchone() == (1,)


def test_a_database_of_a_newer_photoseek_says_so(photographs: Path) -> None:
    address = new_database()
    with psycopg.connect(address.url) as connection:
        connection.execute("UPDATE library SET schema_version = 999")
    for asked in (["status"], ["index", photographs]):
        assert "newer photoseek" in person_here(address)(*asked, code=7).stderr


def test_who_may_make_no_tables_in_the_database_gets_the_reason(photographs: Path) -> None:
    address = empty_database()
    with psycopg.connect(address.url, autocommit=True) as connection:
        connection.execute("CREATE ROLE visitor LOGIN")
        connection.execute("CREATE EXTENSION pg_trgm")
        connection.execute("CREATE EXTENSION vector")
        visitor = person_here(DatabaseAddress(address.url.replace("postgres:@", "visitor:@")))
        assert visitor("status", code=3).stderr
        said = visitor("index", photographs, code=5).stderr
        assert "refuses this user (permission denied" in said
        connection.execute("DROP ROLE visitor")


def test_without_the_extra_it_is_named(tmp_path: Path) -> None:
    hidden = "import sys; sys.modules['psycopg'] = None\nfrom photoseek.__main__ import main; main()"
    ran = subprocess.run(
        [sys.executable, "-c", hidden, "status"],
        env=environment_for(DatabaseAddress("postgresql://me@127.0.0.1:1/photos")),
        capture_output=True,
        encoding="utf-8",
        cwd=tmp_path,
        check=False,
    )
    assert ran.returncode == 32
    assert "photoseek[postgres]" in ran.stderr


def test_a_unit_of_systemd_is_no_place_for_a_password(
    there: Photoseek, address: DatabaseAddress, photographs: Path
) -> None:
    there("index", "--model", "fake", photographs)
    assert "no place for a password" in there("service", "install", "--show", code=2).stderr
    shown = person_here(DatabaseAddress(str(address)))("service", "install", "--show").stdout
    assert f'"PHOTOSEEK_LIBRARY={address}"' in shown.replace("%%", "%")
    assert json.dumps(parsed(there("status", "--json"))["caches"]) in shown


def test_a_library_moves_into_a_database_and_back_into_a_folder(
    here: Photoseek, there: Photoseek, address: DatabaseAddress, photographs: Path, tmp_path: Path
) -> None:
    here("index", "--model", "fake", photographs)
    here("tag", "add", "mine", photographs / PHOTOGRAPHS["moon.png"])
    found = names(here("find", "--json", "--limit", 20, "red"))
    said = here("library", "move", address.url)
    assert f"to {address}, and compared each one" in said.stdout
    assert f"{len(PHOTOGRAPHS)} thumbnails came along" in said.stdout
    assert _SECRET not in said.stdout + said.stderr
    for asked in (
        ["find", "red"],
        ["index"],
        ["tag", "add", "late", photographs / "p01.png"],
        ["backup", "x"],
    ):
        assert f"was moved to {address}" in here(*asked, code=33).stderr
    assert names(there("find", "--json", "--limit", 20, "red")) == found
    assert "nothing new to embed" in there("index").stdout
    assert "choose" not in there("library", "move", tmp_path / "library", code=9).stdout
    moved = parsed(there("library", "move", "--json", tmp_path / "back"))
    assert (moved["from"], moved["to"]) == (str(address), str(tmp_path / "back"))
    back = person_here(tmp_path / "back")
    assert names(back("find", "--json", "--limit", 20, "red")) == found
    assert names(back("find", "--json", "tag:mine")) == ["p08.png"]
    assert "is used again" in here("library", "reopen").stdout
    assert names(here("find", "--json", "tag:mine")) == ["p08.png"]
    assert there("status", code=33).stderr


def test_a_backup_is_restored_into_a_database(
    here: Photoseek, there: Photoseek, photographs: Path, tmp_path: Path
) -> None:
    here("index", "--model", "fake", photographs)
    here("backup", tmp_path / "backup")
    assert parsed(there("restore", "--json", tmp_path / "backup"))["previous_catalog"] is None
    there("tag", "add", "later", photographs / "p01.png")
    kept = parsed(there("restore", "--json", tmp_path / "backup"))["previous_catalog"]
    assert parsed(there("status", "--json"))["tag_counts"] == {}
    there("restore", kept)
    assert parsed(there("status", "--json"))["tag_counts"] == {"later": 1}
    assert parsed(there("verify", "--repair", "--json"))["ok"]  # thumbnails are in no backup
    assert parsed(there("verify", "--json"))["ok"]


def test_a_wrong_password_is_named_and_not_shown() -> None:
    address = empty_database()
    with psycopg.connect(address.url, autocommit=True) as connection:
        connection.execute("CREATE ROLE locked LOGIN PASSWORD 'right'")
        (rules,) = connection.execute("SHOW hba_file").fetchone() or ("",)
        before = Path(rules).read_text()
        Path(rules).write_text(f"local all locked scram-sha-256\n{before}")
        connection.execute("SELECT pg_reload_conf()")
        try:
            for named in ("postgres:@", "locked:@"), ("postgres:@", f"locked:{_SECRET}@"):
                said = person_here(DatabaseAddress(address.url.replace(*named)))("status", code=31).stderr
                assert "lets nobody in so" in said
                assert "~/.pgpass" in said
                assert _SECRET not in said
        finally:
            Path(rules).write_text(before)
            connection.execute("SELECT pg_reload_conf()")
            connection.execute("DROP ROLE locked")


def test_servers_of_one_database_see_what_each_other_writes(
    there: Photoseek, address: DatabaseAddress, photographs: Path, make_photo
) -> None:
    there("index", "--model", "fake", photographs)
    with _serving(address) as one, _serving(address) as other:
        found = one.find("moon", limit=20).answer["hits"]
        assert [hit["photo_id"] for hit in other.find("moon", limit=20).answer["hits"]] == [
            hit["photo_id"] for hit in found
        ]
        moon = next(hit["photo_id"] for hit in found if hit["path"].endswith(PHOTOGRAPHS["moon.png"]))
        assert one.change("POST", "/api/v1/tags/mine/photos", {"ids": [moon]}).status == 200
        assert other.found("tag:mine") == ["p08"]
        assert other.change("DELETE", "/api/v1/tags/mine/photos", {"ids": [moon]}).status == 200
        assert one.found("tag:mine") == []
        make_photo(photographs / "blue.jpg", "blue")
        there("index")  # by a third process
        for server in (one, other):
            assert server.found("blue", limit=1) == ["blue"]
        assert one.get("/api/v1/library").answer["folder"] == str(address)


@contextmanager
def _serving(address: DatabaseAddress) -> Iterator[Browser]:
    with subprocess.Popen(
        command("serve", "--port", "0", "--json"),
        env=environment_for(address),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
    ) as running:
        try:
            assert running.stdout is not None
            ready = json.loads(running.stdout.readline())
            assert ready["library"] == str(address)
            yield Browser(int(ready["url"].rpartition(":")[2]))
        finally:
            running.kill()
