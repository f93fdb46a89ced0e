"""Reads a new password, twice from a terminal or once from a pipe; it is shown nowhere."""

import sys
from getpass import getpass


def new_password() -> str:
    """Return what was typed. Raises ValueError with what is wrong, EOFError where nothing was typed."""
    return _typed() if sys.stdin.isatty() else _piped()


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
