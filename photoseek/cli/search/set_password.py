"""Reads a new password, twice from a terminal or once from a pipe; it is shown nowhere."""

import sys
from getpass import getpass
from pathlib import Path

from photoseek.cli.output import say
from photoseek.errors import BadUsage


def set_password(folder: Path) -> None:
    """Set the password of the library in a folder. Raises BadUsage."""
    from photoseek.searcher.web import Passwords
    from photoseek.storage import Library

    passwords = Passwords(Library.existing(folder).folder)
    try:
        passwords.set(_typed() if sys.stdin.isatty() else _piped())
    except (ValueError, EOFError) as error:
        raise BadUsage(f"the password was not set: {error or 'nothing was typed'}") from None
    say("the password is set; everybody has to sign in again", err=True)


def _typed() -> str:
    first = getpass("New password: ")
    if getpass("Once more: ") != first:
        raise ValueError("it was not the same both times")
    return first


def _piped() -> str:
    line = sys.stdin.buffer.readline()
    try:
        return line.decode("utf-8").removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        raise ValueError("it is no UTF-8") from None
