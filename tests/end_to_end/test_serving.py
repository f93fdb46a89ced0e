"""`photoseek serve` as a person runs it: it says where it answers, does so as `find` does, ends with Ctrl-C."""

import json
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from socket import create_connection
from typing import Any
from urllib.parse import urlencode

import psutil
import pytest

from photoseek.storage import Library
from tests.end_to_end.person import Photoseek, command, environment_for, parsed, residents, until
from tests.oidc_provider import provider
from tests.searcher.web.browser import Browser
from tests.searcher.web.by_oidc import PUBLIC, ByOidc


@pytest.fixture
def library(tmp_path: Path, here: Photoseek, photos: Path, make_photo) -> Path:
    for colour in ("red", "green", "blue"):
        make_photo(photos / f"{colour}.jpg", colour)
    here("index", "--model", "fake", photos)
    return tmp_path / "library"


def test_it_answers_as_find_does_until_ctrl_c(library: Path, photoseek: Photoseek) -> None:
    with _serving(library) as (ready, running):
        assert ready["url"].startswith("http://127.0.0.1:")
        assert (ready["public_url"], ready["library"]) == (None, str(library))
        browser = _browser(ready)
        answer = browser.find("red").answer
        assert answer | {"took_ms": 0} == parsed(photoseek("find", "--json", "red")) | {"took_ms": 0}
        taken = photoseek("serve", "--port", browser.port, code=19)
        assert taken.stderr.startswith("photoseek: ")
        assert taken.stderr.count("\n") == 1
        running.send_signal(signal.SIGINT)
        assert running.wait(10) == 0


def test_find_asks_it_until_it_ends_and_a_watch_begins_no_second_process(
    library: Path, photos: Path, photoseek: Photoseek, make_photo
) -> None:
    with _serving(library) as (_, running):
        assert parsed(photoseek("status", "--json"))["resident"]
        with subprocess.Popen(command("watch", photos), env=environment_for(library)) as watch:
            try:
                make_photo(photos / "yellow.jpg", "yellow")
                until(lambda: "yellow.jpg" in photoseek("find", "yellow", "--paths", "--limit", "1").stdout)
                assert residents(watch.pid) == []
                running.send_signal(signal.SIGINT)
                assert running.wait(10) == 0
                until(lambda: residents(watch.pid) != [])
                # One that is still loading may take longer to end than the watch waits for it.
                until(lambda: parsed(photoseek("status", "--json"))["resident"])
            finally:
                watch.send_signal(signal.SIGINT)
                watch.wait(30)
    assert not (library / "asking.json").exists()


def test_it_ends_without_a_word_whatever_is_in_hand(library: Path) -> None:
    long = urlencode({"q": " ".join(f'"red {number}"' for number in range(240))})
    shutil.rmtree(library / "thumbnails")
    with _serving(library) as (ready, running), ExitStack() as stack:
        assert _browser(ready).get("/api/photos/1/thumbnail").status == 200  # a process makes it
        processes = psutil.Process(running.pid).children(recursive=True)
        assert processes
        asked = []
        for path in ("status", "photos/1/file", *[f"find?{long}"] * 20):
            asked.append(stack.enter_context(create_connection(("127.0.0.1", _browser(ready).port))))
            asked[-1].sendall(f"GET /api/{path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        assert asked[0].recv(1)  # this one is answered, and others wait
        running.send_signal(signal.SIGINT)
        assert running.communicate(timeout=30) == ("", "")
        assert running.returncode == 0
        assert psutil.wait_procs(processes, timeout=30)[1] == []


def test_beyond_this_machine_it_wants_encryption_and_a_password(library: Path, photoseek: Photoseek) -> None:
    everywhere = ("serve", "--host", "0.0.0.0", "--port", "0")  # noqa: S104 (for a moment, with a password)
    assert "--tls-cert" in photoseek(*everywhere, code=29).stderr
    without = photoseek(*everywhere, "--insecure-http", code=29).stderr
    assert "not encrypted" in without
    assert "--set-password" in without
    assert "--set-password" in photoseek("serve", "--public-url", "https://photos.example", code=29).stderr
    assert "--tls-key" in photoseek("serve", "--tls-cert", "photos.crt", code=2).stderr
    _set_password(library, "too short", code=2)
    shown = _set_password(library, "a password of some length", code=0)
    assert "argon2" not in shown
    assert "some length" not in shown
    with _serving(library, *everywhere[1:3], "--insecure-http") as (ready, running):
        browser = _browser(ready)
        assert browser.get("/api/status").status == 401
        form = urlencode({"password": "a password of some length"}).encode()
        own = {"Origin": f"http://127.0.0.1:{browser.port}"}
        assert browser.get("/sign-in", own, "POST", form).status == 303
        running.send_signal(signal.SIGTERM)
        _, warned = running.communicate(timeout=10)
        assert "every photo of the library" in warned
        assert running.returncode == 0


def test_a_user_signs_in_by_a_provider(library: Path, photoseek: Photoseek, tmp_path: Path) -> None:
    photoseek("users", "add", "Carla", "--owner", "--oidc-subject", "carla-1")
    with provider() as given:
        (tmp_path / "secret").write_text(f"{given.secret}\n")
        options = ("--oidc", given.issuer, "--oidc-client", given.client_id)
        options += ("--public-url", PUBLIC, "--oidc-secret-file", str(tmp_path / "secret"))
        with _serving(library, *options) as (ready, running):
            by_oidc = ByOidc(_browser(ready), given, Library(library))
            assert by_oidc.browser.get("/api/status", by_oidc.session()).status == 200
            by_oidc.library.close()
            given.secret = "another"  # noqa: S105 (of the test)
            by_oidc.refuses("let nobody in")
            running.send_signal(signal.SIGTERM)
            _, said = running.communicate(timeout=10)
            assert "invalid_client" in said
            assert "a secret of the test" not in said


def _set_password(library: Path, password: str, *, code: int) -> str:
    ran = subprocess.run(
        command("serve", "--set-password"),
        env=environment_for(library),
        input=f"{password}\n",
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == code, ran.stderr
    return ran.stdout + ran.stderr


def test_a_token_that_could_be_guessed_is_refused(photoseek: Photoseek) -> None:
    assert "16 or more" in photoseek("serve", "--token", "short", code=2).stderr


def test_there_is_nothing_to_serve_before_the_first_index(photoseek: Photoseek) -> None:
    assert "photoseek index" in photoseek("serve", "--port", "0", code=3).stderr


def _browser(ready: dict[str, Any]) -> Browser:
    return Browser(int(ready["url"].rpartition(":")[2]))


@contextmanager
def _serving(library: Path, *options: str) -> Iterator[tuple[dict[str, Any], "subprocess.Popen[str]"]]:
    with subprocess.Popen(
        command("serve", "--port", "0", "--json", *options),
        env=environment_for(library),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as running:
        try:
            assert running.stdout is not None
            yield json.loads(running.stdout.readline()), running
        finally:
            running.kill()
