"""What scripts/torture_cluster.py kills: two machines of a Ray cluster, on this one, and a PostgreSQL."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
import warnings
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import environment

if TYPE_CHECKING:
    import random
    from pathlib import Path

_PATIENCE_S = 180


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@dataclass(slots=True)
class Machines:
    """A head without processors, and two machines with one each."""

    work: Path
    rng: random.Random
    head: subprocess.Popen[bytes] | None = None
    others: list[subprocess.Popen[bytes]] = field(default_factory=list)
    started: int = 0
    port: int = field(default_factory=_free_port)

    @property
    def address(self) -> str:
        """Where the head is."""
        return f"127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start what is not there."""
        if self.head is None:
            folder = f"--temp-dir={self.work / 'r'}"
            self.head = self._ray(
                "--head", f"--port={self.port}", "--num-cpus=0", "--include-dashboard=false", folder
            )
        self.others = [one for one in self.others if one.poll() is None]
        while len(self.others) < 2:  # noqa: PLR2004 (machines)
            self.others.append(self._ray(f"--address={self.address}", "--num-cpus=1"))

    def kill(self, title: str) -> None:
        """Kill a process of the cluster by the beginning of its title, or a machine."""
        if title == "machine":
            victim = self.rng.choice(self.others)
            for process in [*_below(victim.pid), victim]:
                with suppress(OSError):
                    os.kill(process.pid, signal.SIGKILL)
            victim.wait()
            return
        found = [p for machine in self.others for p in _below(machine.pid) if _title(p).startswith(title)]
        if found:
            with suppress(OSError):
                os.kill(self.rng.choice(found).pid, signal.SIGKILL)

    def has(self, title: str) -> bool:
        """Return whether a process of this title runs."""
        return any(_title(p).startswith(title) for machine in self.others for p in _below(machine.pid))

    def close(self) -> None:
        """End them all."""
        for one in [*self.others, *([self.head] if self.head else [])]:
            for process in [*_below(one.pid), one]:
                with suppress(OSError):
                    os.kill(process.pid, signal.SIGKILL)
            one.wait()

    def _ray(self, *arguments: str) -> subprocess.Popen[bytes]:
        self.started += 1
        log = self.work / f"ray-{self.started}.log"
        command = [str(environment.PYTHON.with_name("ray")), "start", *arguments, "--block"]
        with log.open("wb") as words:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=words, stderr=words)
        latest = time.monotonic() + _PATIENCE_S
        while "Ray runtime started" not in log.read_text("utf-8", "replace"):
            if process.poll() is not None or time.monotonic() > latest:
                raise AssertionError(f"ray did not start: {log.read_text('utf-8', 'replace')[-1000:]}")
            time.sleep(0.1)
        return process


@dataclass(slots=True)
class Database:
    """A PostgreSQL that can be restarted, where there is a wheel of one."""

    folder: Path
    server: Any = None

    @property
    def url(self) -> str | None:
        """Return the address of a library there; None without a server."""
        if self.server is None:
            with suppress(ImportError), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                from pgserver.postgres_server import get_server

                self.server = get_server(self.folder, cleanup_mode="delete")
                self.server.psql("CREATE DATABASE photos")
        return None if self.server is None else str(self.server.get_uri("photos"))

    def restart(self) -> None:
        """Stop it as a crash does, and start it again."""
        os.kill(self.server.get_pid(), signal.SIGQUIT)
        while (
            self.server.get_postmaster_info() is not None and self.server.get_postmaster_info().is_running()
        ):
            time.sleep(0.05)
        self.server.ensure_postgres_running()

    def close(self) -> None:
        """Stop it, and delete it."""
        if self.server is not None:
            self.server.cleanup()


def _below(pid: int) -> list[Any]:
    import psutil  # type: ignore[import-untyped]

    try:
        return [*psutil.Process(pid).children(recursive=True)]
    except psutil.Error:
        return []


def _title(process: Any) -> str:  # noqa: ANN401 (psutil's, which is imported when it is needed)
    import psutil

    try:
        return " ".join(process.cmdline()[:1])
    except psutil.Error:
        return ""
