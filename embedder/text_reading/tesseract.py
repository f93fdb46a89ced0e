"""The program `tesseract`, which knows many scripts, where it is installed.

It imports nothing that takes long, so that an index with nothing new can ask for the languages.
"""

import os
import shutil
import subprocess
from collections.abc import Sequence

from photoseek.embedder.text_reading.models import ENGINE

_PROGRAM = "tesseract"
# Its languages of other scripts, the most spoken first. Latin ones, Chinese and Japanese are left to the models.
# fmt: off
_KNOWN = (
    "hin", "ara", "ben", "rus", "urd", "kor", "tha", "fas", "mar", "tel", "tam", "guj",
    "kan", "ukr", "mal", "pan", "ell", "heb", "mya", "amh", "nep", "sin", "khm", "lao",
    "bul", "srp", "bel", "kaz", "mkd", "kir", "tgk", "mon", "tat", "hye", "kat", "asm",
    "ori", "bod", "san", "pus", "snd", "uig", "yid", "div", "tir", "syr", "chr", "iku",
    "dzo", "grc", "aze_cyrl", "uzb_cyrl",
)
# fmt: on
_MOST_LANGUAGES = 12  # each is tried on each line
_LIST_S = 5


def languages() -> tuple[str, ...]:
    """Return in which languages of other scripts lines can be read here; asking takes some 20 ms."""
    listed = said_by_program("--list-langs", seconds=_LIST_S)
    installed = {line.strip() for line in listed.splitlines()}
    return tuple(sorted([code for code in _KNOWN if code in installed][:_MOST_LANGUAGES]))


def engine(asked: Sequence[str]) -> str:
    """Return the name and version of what reads text with these languages."""
    return f"{ENGINE}, {_PROGRAM} {'+'.join(asked)}" if asked else ENGINE


def said_by_program(*arguments: str, seconds: float, given: bytes = b"") -> str:
    """Return what the program answers; nothing where it is missing, fails or takes too long."""
    program = shutil.which(_PROGRAM)
    if program is None:
        return ""
    try:
        ran = subprocess.run(  # noqa: S603 (no shell, and nothing in it was typed)
            [program, *arguments],
            input=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"OMP_THREAD_LIMIT": "1"},
            timeout=seconds,
            check=True,
            # A Ctrl-C in the terminal is for photoseek, which lets it end its line.
            process_group=0,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return ran.stdout.decode(errors="replace")
