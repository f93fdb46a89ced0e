"""The file in which a watching process records how it follows the roots."""

import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from photoseek.storage.disk.writing import replace_file
from photoseek.storage.names import from_text, to_text


@dataclass(frozen=True, slots=True)
class WatchedRoot:
    """How a root is followed: "events", "polling", or "waiting" until it appears."""

    path: str
    means: str
    since: str  # UTC, ISO 8601
    why: str | None  # why it is not followed by events


def write(path: Path, roots: list[WatchedRoot]) -> None:
    """Record how this process follows the roots, if the folder can be written."""
    shown = [asdict(root) | {"path": to_text(root.path)} for root in roots]
    with suppress(OSError):
        replace_file(path, json.dumps({"pid": os.getpid(), "roots": shown}).encode())


def read(path: Path) -> list[WatchedRoot]:
    """Return the last record; nothing if there is none that can be read."""
    try:
        shown = json.loads(path.read_bytes())["roots"]
        return [WatchedRoot(from_text(root.pop("path")), **root) for root in shown]
    except (OSError, ValueError, KeyError, TypeError):
        return []
