"""Real file systems for tests: image files and memory, mounted where that is allowed, else a reason to skip."""

import os
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Self

import pytest


class Disk:
    """A file system that can be mounted at a folder and unmounted again, with all that is on it."""

    def __init__(self, at: Path, source: str, *options: str) -> None:
        self.at = at
        self._source, self._options = source, options
        at.mkdir(exist_ok=True)

    def mount(self) -> None:
        """Mount it; skips the test where that may not be done."""
        try:
            _run("mount", *self._options, self._source, str(self.at))
        except subprocess.CalledProcessError as error:
            pytest.skip(f"mounting is not allowed here: {error.stderr.strip()}")

    def remount(self, option: str) -> None:
        """Change an option of the mounted file system."""
        _run("mount", "-o", f"remount,{option}", str(self.at))

    def free(self) -> int:
        """Give how many bytes it takes yet."""
        return shutil.disk_usage(self.at).free

    def unmount(self) -> None:
        """Leave the empty folder."""
        _run("umount", str(self.at))

    def damage(self, folder: str) -> None:
        """Overwrite the blocks that list an unmounted ext4's folder."""
        blocks = _run("debugfs", "-R", f"blocks /{folder}", self._source).split()
        parsed = re.search(r"Block size: +(\d+)", _run("debugfs", "-R", "stats -h", self._source))
        assert parsed
        size = int(parsed[1])
        with Path(self._source).open("r+b") as image:
            for block in blocks:
                image.seek(int(block) * size)
                image.write(b"\xa5" * size)

    def __enter__(self) -> Self:
        self.mount()
        return self

    def __exit__(self, *_: object) -> None:
        subprocess.run(["umount", "-l", self.at], check=False, capture_output=True)  # noqa: S607 (as above)


def ext4(image: Path, at: Path, size: int = 8_000_000) -> Disk:
    """Make an ext4 file system in the file `image`, to be mounted at `at`."""
    _skip_unless_superuser()
    with image.open("wb") as file:
        file.truncate(size)
    _run("mkfs.ext4", "-q", str(image))
    return Disk(at, str(image), "-o", "loop")


def in_memory(at: Path, size: str) -> Disk:
    """Give a file system in memory, to be mounted at `at`."""
    _skip_unless_superuser()
    return Disk(at, "tmpfs", "-t", "tmpfs", "-o", f"size={size}")


class Share:
    """A folder seen at another place through a process, which can be stopped as a network share's server is."""

    def __init__(self, source: Path, at: Path, *options: str) -> None:
        """`options` are bindfs's, such as --chmod-deny."""
        _skip_unless_superuser()
        if shutil.which("bindfs") is None or not Path("/dev/fuse").exists():
            pytest.skip("bindfs, which makes a share that can hang, is not installed")
        self._source, self.at, self._options = source, at, options
        source.mkdir(exist_ok=True)
        at.mkdir(exist_ok=True)

    def hang(self) -> None:
        """Let it answer no more."""
        self._server.send_signal(signal.SIGSTOP)
        time.sleep(1.1)  # for so long, the system remembers what it said

    def answer(self) -> None:
        """Let it answer again."""
        self._server.send_signal(signal.SIGCONT)

    def __enter__(self) -> Self:
        self._server = subprocess.Popen(["bindfs", "-f", *self._options, self._source, self.at])  # noqa: S607 (as below)
        latest = time.monotonic() + 20
        while not os.path.ismount(self.at):
            if time.monotonic() > latest or self._server.poll() is not None:
                self._server.kill()
                pytest.skip("bindfs can't mount here")
            time.sleep(0.05)
        return self

    def __exit__(self, *_: object) -> None:
        self.answer()
        subprocess.run(["umount", "-l", self.at], check=False, capture_output=True)  # noqa: S607 (as below)
        self._server.terminate()
        self._server.wait()


def _skip_unless_superuser() -> None:
    if os.name != "posix" or os.geteuid() != 0:
        pytest.skip("only the superuser may mount file systems")
    if not all(map(shutil.which, ("mount", "umount", "mkfs.ext4", "debugfs"))):
        pytest.skip("mount or the tools of ext4 are not installed")


def _run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
