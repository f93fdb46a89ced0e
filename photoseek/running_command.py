"""Which command this process runs, for the log of what changed a library.

Nothing is imported here that takes a while: each command begins with it.
"""

from contextlib import contextmanager

TYPE_CHECKING = False
if TYPE_CHECKING:  # `typing` takes 9 ms
    from collections.abc import Iterator

_running: "str | None" = None  # in whichever of the process's threads


@contextmanager
def running(command: str) -> "Iterator[None]":
    """Have each write of this process noted as this command's, unless somebody asks for it over HTTP."""
    global _running  # noqa: PLW0603 (threads that a command starts have contexts of their own)
    before, _running = _running, command
    try:
        yield
    finally:
        _running = before


def command_now() -> "str | None":
    """Return the command, without its arguments; None in a process that runs none."""
    return _running
