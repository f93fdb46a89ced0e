"""Where the command begins: Ctrl-C is heard before all that it needs has been loaded."""

import signal
import sys
from types import FrameType

from indexer.interrupts import INTERRUPTED


def main() -> None:
    """Run one command."""
    signal.signal(signal.SIGINT, _leave)  # until a command has something to finish first
    from photoseek.command import run

    run()


def _leave(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(INTERRUPTED)


if __name__ == "__main__":
    main()
