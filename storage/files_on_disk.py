"""Writing files so that a crash leaves the old one or the new one, never a piece."""

import os
import tempfile
from pathlib import Path


def replace_file(path: Path, *parts: bytes | memoryview) -> None:
    """Write `parts` beside `path`, make them durable, and rename them over it."""
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            for part in parts:
                file.write(part)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
