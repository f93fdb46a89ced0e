"""The long way of a question: a process that loads what it needs, answers once, and ends."""

import gc
import os

from photoseek import asking
from photoseek.hooks import Hooks


def find(arguments: list[str]) -> int:
    """Run `photoseek find` with these arguments, and give the exit code.

    A plain question is answered without what reads options: that takes as long to load as the vectors do.
    """
    gc.disable()  # to look through all that gets loaded costs more than one question can leave behind
    # A question's products are small: threads that share one wait for each other, a fifth of a second in all.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from searcher import finding
    from storage import default_folder

    plain = finding.read(arguments)
    if plain is None:
        from photoseek.command import run

        run()
        return 0
    try:
        finding.find(plain, plain.library or default_folder(), Hooks())
    except Exception as error:
        from photoseek.command import KNOWN_ERRORS, in_a_sentence

        if not isinstance(error, KNOWN_ERRORS):
            raise
        sentence, code = in_a_sentence(error)
        asking.say(sentence, err=True)
        return code
    finally:
        gc.freeze()  # else Python looks through it all the same before it ends
    return 0
