"""Where the command begins: Ctrl-C ends it, and its output has a place to go, before anything else is loaded."""

import os
import signal
import sys
from types import FrameType

_UNKNOWN_NAME = 8  # as `photoseek.storage.UnknownName` has it, which takes a while to load
_INTERRUPTED = 130  # as `photoseek.cli.interrupts` has it, likewise


def main() -> None:
    """Run one command."""
    signal.signal(signal.SIGINT, _leave)  # until a command has something to finish first
    from photoseek import streams

    streams.prepare()  # before a file is opened
    try:
        from photoseek.resident_client import forward

        code = forward(sys.argv[1:])
        if code is None:
            from photoseek.cli.dispatch import run  # here: it takes longer to load than a resident to answer

            code = run(sys.argv[1:])
        sys.exit(code)
    except FileNotFoundError:
        if _is_somewhere():
            raise
        streams.write(
            "photoseek: the folder that you are in is gone: change to one that is there\n", err=True
        )
        sys.exit(_UNKNOWN_NAME)


def _is_somewhere() -> bool:
    """Tell whether the current folder is still there: relative paths are meant from it."""
    try:
        os.getcwd()  # noqa: PTH109 (pathlib takes a while to load)
    except FileNotFoundError:
        return False
    return True


def _leave(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(_INTERRUPTED)


if __name__ == "__main__":
    main()
