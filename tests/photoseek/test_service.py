"""`photoseek service`: units that systemd accepts, installed and removed through its own command."""

import os
import shlex
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photoseek.cli.dispatch import run
from photoseek.cli.service.units import SERVE, WATCH, Unit
from photoseek.errors import BadUsage
from photoseek.storage import Library

_TOKEN = "a-token-of-this-test"  # noqa: S105 (of no library)
Typed = Callable[..., int]


@pytest.fixture
def typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Typed:
    """Give what runs `photoseek service …` for a person with a home and a library of their own."""
    Library(tmp_path / "my library").close()
    (tmp_path / "bin").mkdir(exist_ok=True)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    return lambda *words: run(["service", *words, "--library", str(tmp_path / "my library")])


@pytest.fixture
def systemd(tmp_path: Path) -> Path:
    """Put a systemctl in the path that writes down how it is called; return what it writes."""
    calls = tmp_path / "calls"
    program = tmp_path / "bin" / "systemctl"
    program.parent.mkdir(exist_ok=True)
    program.write_text(f'#!/bin/sh\necho "$@" >> {shlex.quote(str(calls))}\necho ActiveState=active\n')
    program.chmod(0o755)
    (program.parent / "systemd-run").symlink_to(program)  # which tries whether services may have a sandbox
    return calls


def _units(tmp_path: Path) -> dict[str, str]:
    folder = tmp_path / "config" / "systemd" / "user"
    return {path.name: path.read_text("utf-8") for path in folder.iterdir()} if folder.exists() else {}


def test_units_are_installed_seen_and_removed(
    typed: Typed, systemd: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert typed("install", "--token", _TOKEN, "--read-only") == 0
    installed = _units(tmp_path)
    assert installed.keys() == {WATCH, SERVE}
    assert "--read-only" in installed[SERVE]
    assert f'Environment="PHOTOSEEK_LIBRARY={tmp_path}/my library"' in installed[WATCH]
    for text in installed.values():
        assert "ProtectHome=read-only" in text.splitlines()  # where photos are
        assert f'ReadWritePaths="{tmp_path}/my library"' in text.splitlines()
    # Others can read command lines, and the file is only its owner's.
    assert [line for line in installed[SERVE].splitlines() if _TOKEN in line] == [
        f'Environment="PHOTOSEEK_TOKEN={_TOKEN}"'
    ]
    assert (tmp_path / "config/systemd/user" / SERVE).stat().st_mode & 0o077 == 0
    assert _TOKEN not in "".join(capsys.readouterr())
    assert typed("status") == 0
    assert f"{WATCH}  active" in capsys.readouterr().out
    assert typed("remove") == 0
    assert _units(tmp_path) == {}
    assert f"--user disable --now {WATCH} {SERVE}" in systemd.read_text().splitlines()
    assert typed("remove") == 0


def test_where_services_may_have_no_sandbox_they_are_installed_without_one_and_it_is_said(
    typed: Typed, systemd: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    refusing = tmp_path / "bin" / "systemd-run"
    refusing.unlink()
    refusing.write_text("#!/bin/sh\nexit 1\n")
    refusing.chmod(0o755)
    assert typed("install", "--no-serve") == 0
    assert "photos read-only" in capsys.readouterr().err
    assert _units(tmp_path).keys() == {WATCH}
    assert "ProtectSystem" not in _units(tmp_path)[WATCH]
    assert "NoNewPrivileges=yes" in _units(tmp_path)[WATCH]
    assert f"--user enable {WATCH}" in systemd.read_text().splitlines()


def test_where_there_is_no_systemd_nothing_is_written_and_it_is_said(
    typed: Typed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert typed("install") == 30
    assert "--show" in capsys.readouterr().err
    assert _units(tmp_path) == {}
    assert typed("status") == 0
    assert "not installed" in capsys.readouterr().out


@pytest.mark.usefixtures("systemd")
def test_what_serve_would_refuse_is_not_installed(
    typed: Typed, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert typed("install", "--host", "0.0.0.0") == 29  # noqa: S104 (nothing is started)
    assert typed("install", "--public-url", "https://photos.example") == 29
    assert "--set-password" in capsys.readouterr().err
    by_oidc = ["--oidc", "https://id.example", "--oidc-client", "photoseek"]
    assert typed("install", *by_oidc) == 2
    assert "--public-url" in capsys.readouterr().err
    by_oidc += ["--public-url", "https://photos.example"]
    monkeypatch.setenv("PHOTOSEEK_OIDC_SECRET", "of this process alone")
    assert typed("install", *by_oidc) == 2
    assert "--oidc-secret-file" in capsys.readouterr().err
    assert typed("install", *by_oidc, "--oidc-secret-file", str(tmp_path / "secret")) == 2
    assert "can't be read" in capsys.readouterr().err
    assert typed("install", "--no-watch", "--no-serve") == 2
    assert _units(tmp_path) == {}


@given(st.text(st.characters(codec="utf-8", exclude_categories=["C", "Zl", "Zp"], exclude_characters="\0/")))
def test_no_name_of_a_folder_adds_anything_to_a_unit(name: str) -> None:
    """A path in quotation marks stays one word: what is escaped reads as it was."""
    library = Path(f"/a/{name}")
    if not str(library).isprintable():
        return
    text = Unit(SERVE, ["serve"], str(library), "python").text
    (line,) = (line for line in text.splitlines() if line.startswith("Environment="))
    quoted = line.partition("=")[2]
    assert quoted.startswith('"') and quoted.endswith('"')  # noqa: PT018 (one statement)
    inner = quoted[1:-1].replace("\\\\", "\0")
    assert '"' not in inner.replace('\\"', "")
    read = inner.replace('\\"', '"').replace("\0", "\\").replace("%%", "%")
    assert read == f"PHOTOSEEK_LIBRARY={library}"


def test_a_folder_whose_name_has_a_line_break_is_refused() -> None:
    with pytest.raises(BadUsage, match="line breaks"):
        _ = Unit(WATCH, ["watch"], "/a/b\nExecStart=/bin/sh", "python").text


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze on this machine")
@pytest.mark.parametrize("sandboxed", [True, False])
def test_systemd_accepts_the_units(tmp_path: Path, sandboxed: bool) -> None:  # noqa: FBT001 (a case)
    library = tmp_path / 'with "marks", $dollars and 100 %n'
    library.mkdir()
    for name in (WATCH, SERVE):
        unit = Unit(
            name,
            [name.removeprefix("photoseek-").partition(".")[0]],
            str(library),
            "/bin/true",
            None,
            sandboxed,
        )
        (tmp_path / name).write_text(unit.text)
    verified = subprocess.run(
        ["systemd-analyze", "verify", "--user", "--man=no", tmp_path / WATCH, tmp_path / SERVE],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)},
    )
    assert (verified.returncode, verified.stderr) == (0, "")


@pytest.mark.usefixtures("systemd")
def test_both_units_keep_thumbnails_where_they_are_shared(typed: Typed, tmp_path: Path) -> None:
    assert typed("install", "--token", _TOKEN, "--thumbnails", str(tmp_path / "shared")) == 0
    for text in _units(tmp_path).values():
        assert f'Environment="PHOTOSEEK_THUMBNAILS={tmp_path}/shared"' in text.splitlines()
        assert f'ReadWritePaths="{tmp_path}/shared"' in text.splitlines()
