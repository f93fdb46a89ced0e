"""Where the command begins: Ctrl-C is heard, and one that runs already is asked, before anything is loaded."""

import os
import signal
import sys
from types import FrameType

_INTERRUPTED = 130  # as `indexer.interrupts` has it, which takes a while to load


def main() -> None:
    """Run one command."""
    signal.signal(signal.SIGINT, _leave)  # until a command has something to finish first
    from photoseek.asking import ask

    code = ask(sys.argv[1:])
    if code is not None:
        sys.exit(code)
    if sys.argv[1:2] == ["find"]:
        # A question's products are small: threads that share one wait for each other, a fifth of a second in all.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from photoseek.command import run

    run()


def _leave(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(_INTERRUPTED)


if __name__ == "__main__":
    main()
