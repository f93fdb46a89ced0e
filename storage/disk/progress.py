"""The file in which a process that indexes records how far it has come."""

import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from photoseek.storage.disk.writing import TEMPORARY_SUFFIX


@dataclass(frozen=True, slots=True)
class IndexProgress:
    """How far an index has come, in files; of an extraction, in photos."""

    done: int
    total: int
    embedded: int
    skipped: int
    per_second: float  # of late
    began_at: str  # UTC, ISO 8601
    stage: str = "meaning"  # or the kind of what is extracted: "text"

    @property
    def left_s(self) -> float | None:
        """Return how long it will take, in seconds; None if that can't be known."""
        return (self.total - self.done) / self.per_second if self.per_second > 0 else None


def write(path: Path, progress: IndexProgress) -> None:
    """Record how far this process has come, if the folder can be written.

    It isn't synced: after a power cut, no process indexes.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}{TEMPORARY_SUFFIX}")
    with suppress(OSError):
        temporary.write_text(json.dumps(asdict(progress)))
        temporary.replace(path)


def read(path: Path) -> IndexProgress | None:
    """Return the last record; None if there is none that can be read."""
    try:
        return IndexProgress(**json.loads(path.read_bytes()))
    except (OSError, ValueError, TypeError):
        return None
