"""How much memory is free: the machine's, or what its container leaves."""

import os
from pathlib import Path

_UNKNOWN_BYTES = 4_000_000_000  # taken to be free where a system doesn't say


def free_bytes() -> int:
    """Return how much memory may be taken now: the machine's, or less where a container allows less."""
    return min([_of_the_machine(), *of_containers()])


def _of_the_machine() -> int:
    try:
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError):
        pass
    try:  # macOS: what is there, for it doesn't say what is free
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
    except (OSError, ValueError, AttributeError):
        return _UNKNOWN_BYTES


def of_containers(groups: Path = Path("/sys/fs/cgroup"), own: Path = Path("/proc/self/cgroup")) -> list[int]:
    """Return what each control group (version 2) that holds this process leaves free."""
    free: list[int] = []
    try:
        below = own.read_text(encoding="utf-8").splitlines()[-1].rpartition("::")[2].strip("/")
    except (OSError, IndexError, UnicodeError):
        return free
    folder = groups / below
    for group in (folder, *folder.parents):
        if not group.is_relative_to(groups):
            break
        try:
            most = int((group / "memory.max").read_text(encoding="ascii"))
            used = int((group / "memory.current").read_text(encoding="ascii"))
            fields = (group / "memory.stat").read_text(encoding="ascii").split()
        except (OSError, ValueError):  # none here, or "max"
            continue
        cached = dict(zip(fields[::2], fields[1::2], strict=False)).get("inactive_file", "0")
        free.append(max(0, most - used + int(cached)))
    return free
