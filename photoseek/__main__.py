"""Where the command begins: Ctrl-C is heard, and one that runs already is asked, before anything is loaded."""

import gc
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
        _run()
    except FileNotFoundError:
        if _is_somewhere():
            raise
        streams.write(
            "photoseek: the folder that you are in is gone: change to one that is there\n", err=True
        )
        sys.exit(_UNKNOWN_NAME)


def _run() -> None:
    sys.argv[1:] = _command_first(sys.argv[1:])
    if sys.argv[1:] == ["--version"]:
        from photoseek import __version__, streams

        streams.write(f"photoseek {__version__}\n", err=False)
        return
    if sys.argv[1:2] == ["find"]:
        from photoseek.asking import ask

        code = ask(sys.argv[1:])
        if code is not None:
            sys.exit(code)
    import warnings

    if not sys.warnoptions:  # packages warn their users' programmers; who wants to hear it says `python -W`
        warnings.simplefilter("ignore")
    if sys.argv[1:2] == ["find"]:
        from photoseek.long_way import find

        sys.exit(find(sys.argv[2:]))
    if sys.argv[1:2] == ["serve"]:
        # While the processor has other work, an index above all, threads that share a question's products wait for
        # each other: half a second, where one takes 20 ms. It must be said before NumPy is loaded.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # What is loaded and the rows of a library stay: to look for garbage at each 700th object, as Python does,
    # costs a seventh of an index that finds 100,000 files unchanged.
    gc.set_threshold(100_000)
    if sys.argv[1:2] == ["index"]:
        from photoseek.long_way import index

        sys.exit(index(sys.argv[2:]))
    from photoseek.command import run

    run()


def _command_first(arguments: list[str]) -> list[str]:
    """Put options that every command has, where they stand before it, behind it: that is where they are read."""
    options: list[str] = []
    rest = arguments
    while rest and rest[0].partition("=")[0] in {"--library", "--json"}:
        taken = 2 if rest[0] == "--library" else 1
        options, rest = options + rest[:taken], rest[taken:]
    if not rest or rest[0].startswith("-"):
        return arguments
    end = rest.index("--") if "--" in rest else len(rest)
    return rest[:end] + options + rest[end:]


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
