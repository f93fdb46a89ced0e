"""Asks the systemd of one's own account."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import ClassVar

from photoseek.errors import PhotoseekError

_PATIENCE_S = 60


class NoServiceManager(PhotoseekError):
    """There is no systemd for this account, or it refuses."""

    exit_code: ClassVar[int] = 30


def folder_of_units() -> Path:
    """Return where a person's own units lie."""
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "systemd" / "user"


def systemctl(*arguments: str) -> str:
    """Run `systemctl --user` and return what it prints. Raises NoServiceManager."""
    program = shutil.which("systemctl")
    if program is None:
        raise NoServiceManager(
            "there is no systemd here: `photoseek service install --show` prints what would be run, and "
            "docs/serving.md says how to have containers do it"
        )
    ran = _run(program, "--user", *arguments)
    if ran.returncode != 0:
        raise NoServiceManager(
            f"systemd refuses: {ran.stderr.strip() or f'systemctl ended with {ran.returncode}'}; log in as the "
            "account that photoseek shall run as, not by `su` or `sudo`"
        )
    return ran.stdout


def allows_sandbox() -> bool:
    """Return whether this account's services may have mounts of their own, by trying it."""
    program = shutil.which("systemd-run")
    if program is None:
        return False
    options = ("-p", "ProtectSystem=strict", "-p", "ProtectHome=read-only", "-p", "PrivateTmp=yes")
    return _run(program, "--user", "--wait", "--quiet", "--collect", *options, "true").returncode == 0


def lingers() -> bool:
    """Return whether this account's services run while nobody is logged in."""
    program = shutil.which("loginctl")
    if program is None:
        return False
    ran = _run(program, "show-user", str(os.getuid()), "--property=Linger", "--value")
    return ran.stdout.strip() == "yes"


def _run(*command: str) -> "subprocess.CompletedProcess[str]":
    try:
        return subprocess.run(  # noqa: S603 (systemd's own programs, by their whole paths)
            command, capture_output=True, check=False, encoding="utf-8", errors="replace", timeout=_PATIENCE_S
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NoServiceManager(f"systemd doesn't answer ({error}): try again later") from error
