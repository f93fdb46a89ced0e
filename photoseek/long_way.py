"""The long way of a command: a process that loads what it needs, does it once, and ends."""

import gc
import os
from collections.abc import Callable

from photoseek.cli.output import say_error
from photoseek.errors import PhotoseekError
from photoseek.hooks import Hooks


def find(arguments: list[str]) -> int:
    """Run `photoseek find` with these arguments, and give the exit code.

    A plain question is answered without what reads options: that takes as long to load as the vectors do.
    """
    gc.disable()  # to look through all that gets loaded costs more than one question can leave behind
    # A question's products are small: threads that share one wait for each other, a fifth of a second in all.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from photoseek.cli.search import find_action
    from photoseek.storage import default_folder

    plain = find_action.read(arguments)
    if plain is None:
        return _any()
    return _run(lambda: find_action.find(plain, plain.library or default_folder(), Hooks()))


def index(arguments: list[str]) -> int:
    """Run `photoseek index` with these arguments, and give the exit code.

    A plain one loads neither what reads options nor what reads photos before there are some to read.
    """
    from photoseek.cli.library import index_action
    from photoseek.storage import default_folder

    plain = index_action.read(arguments)
    if plain is None:
        return _any()
    return _run(lambda: index_action.index(plain, plain.library or default_folder(), Hooks()))


def _any() -> int:
    from photoseek.command import run

    run()
    return 0


def _run(act: Callable[[], int | None]) -> int:
    """Do it; an error becomes a sentence and an exit code."""
    try:
        return act() or 0
    except PhotoseekError as error:
        say_error(error)
        return error.exit_code
    finally:
        gc.freeze()  # else Python looks for garbage among all it has loaded before it ends
