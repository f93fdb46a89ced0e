"""What the process that watches says of itself, for whoever asks."""

import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from photoseek.storage.disk.writing import replace_file
from photoseek.storage.names import from_text, to_text


@dataclass(frozen=True, slots=True)
class WatchedRoot:
    """How a root is followed: by "events", by "polling", or "waiting" for it to appear."""

    path: str
    means: str
    since: str  # UTC, ISO 8601
    why: str | None  # it is not followed by events


def write(path: Path, roots: list[WatchedRoot]) -> None:
    """Return how roots are followed by this process, where the folder can be written."""
    told = [asdict(root) | {"path": to_text(root.path)} for root in roots]
    with suppress(OSError):
        replace_file(path, json.dumps({"pid": os.getpid(), "roots": told}).encode())


def read(path: Path) -> list[WatchedRoot]:
    """Return what was said last; nothing where nobody said anything that can be read."""
    try:
        told = json.loads(path.read_bytes())["roots"]
        return [WatchedRoot(from_text(root.pop("path")), **root) for root in told]
    except (OSError, ValueError, KeyError, TypeError):
        return []
