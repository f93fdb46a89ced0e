"""Asking a photoseek that runs already, so that a question waits for no more than its answer.

Beside `photoseek watch` runs a process that keeps library, model and vectors loaded, and `photoseek serve` is one
(`photoseek.cli.search.resident_server`). The file `asking.json` in the library folder, which only its owner may
read, says how to reach it:

    {"address": a Unix socket's path or a port of the loopback, "build": …, "ask": …, "answer": …}

A question is one connection (protocol 1, a line each):

    it        photoseek 1
    we        {"ask": …, "build": …, "library": …, "directory": …, "arguments": ["find", …]}
    it        {"answer": …, "code": 0, "said": [["out" or "err", raw, text], …]}
              or {"answer": …, "declined": why}

`ask` and `answer` are secrets from the file: the first shows that we may read the library, the second that no
other program has taken the port since. `build` tells one photoseek's files from another's. `directory` is what our
relative paths are meant from. Text has its line breaks in it; raw text is file names for programs: the bytes that
`os.fsdecode` made it of.

Whatever does not go as it should, slow or strange, is no answer, and the question is asked the long way. This
module loads nothing that takes a while: a question to a resident waits for all that is imported here.
"""

import json
import os
import socket

from photoseek import streams
from photoseek.database_address import DatabaseAddress, is_address
from photoseek.errors import BadUsage
from photoseek.which_library import which_library

TYPE_CHECKING = False
if TYPE_CHECKING:  # `typing` takes 9 ms
    from typing import Any

ADDRESS_NAME = "asking.json"
GREETING = b"photoseek 1\n"
_GREETING_S = 0.3  # one that is stopped or swamped would cost more than the long way does
_ANSWER_S = 10.0  # one that has greeted is alive, and thousands of hits take their time
_MOST_BYTES = 1 << 16  # of a line at once

Said = list[tuple[str, bool, str]]  # "out" or "err", whether it is raw, text

_LIBRARY = "--library"
_BEFORE_COMMAND = (_LIBRARY, "--json")
_ROOMS = ("searcher", "embedder", "storage", "indexer")


def forward(arguments: list[str]) -> int | None:
    """Have a resident answer, if a command line is a `find`; return its exit code, or None where none answers.

    Nothing is read here but which library is meant. The resident reads the whole command line, and declines what
    it can't read, or what is about another library.
    """
    before = 0  # options that stand before the command
    while before < len(arguments) and arguments[before].partition("=")[0] in _BEFORE_COMMAND:
        before += 2 if arguments[before] == _LIBRARY else 1
    if arguments[before : before + 1] != ["find"]:
        return None
    options = arguments[:before] + arguments[before + 1 :]
    return ask(which_library(named_library(options)), ["find", *options])


def named_library(arguments: list[str]) -> str | None:
    """Return the value of the last --library; what stands behind `--` are words of a question."""
    named = None
    options = arguments[: arguments.index("--")] if "--" in arguments else arguments
    for index, typed in enumerate(options):
        name, equals, value = typed.partition("=")
        if name == _LIBRARY:
            named = value if equals else "".join(options[index + 1 : index + 2])
    return named


def ask(library: str, arguments: list[str]) -> int | None:
    """Have a question about a library answered by a process that runs already.

    Gives its exit code, once all that it says is printed; None where nobody answers.
    """
    folder = _folder_of(library)
    answer = None if folder is None else _answer_of(folder, arguments)
    if answer is None:
        return None
    code, said = answer
    for stream, raw, text in said:
        streams.write(os.fsencode(text) if raw else text, err=stream == "err")
    return code


def _folder_of(library: str) -> str | None:
    """Return the folder that says who answers; None for a database that this machine doesn't know."""
    if is_address(library):
        try:
            return DatabaseAddress(library).known_folder()
        except BadUsage:  # the long way says so
            return None
    return os.path.abspath(os.path.expanduser(library))  # noqa: PTH100, PTH111 (pathlib takes 10 ms)


def is_answered(folder: str) -> bool:
    """Tell whether questions about the library are answered by one that runs already."""
    try:
        with _greeted(_known(folder)["address"]):
            return True
    except (OSError, ValueError, KeyError, TypeError):
        return False


def build() -> str:
    """Tell these files of photoseek from those of another version, or of a minute ago."""
    here = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120 (pathlib takes 10 ms)
    if os.path.isdir(os.path.join(here, _ROOMS[0])):
        # Installed, the rooms lie in photoseek's folder, and all files are replaced together.
        one = os.stat(os.path.join(here, "__init__.py"))  # noqa: PTH116 (as above)
        return f"{one.st_mtime_ns} {one.st_ino} {here}"
    # In a checkout they lie beside it, and any file may have been edited.
    beside = (os.path.join(os.path.dirname(here), room) for room in _ROOMS)  # noqa: PTH120 (as above)
    return f"{max(map(_newest_in, [here, *beside]))} {here}"


def _newest_in(folder: str) -> int:
    """Return when the newest module in a folder, or in one of its folders, was written, in nanoseconds."""
    newest = 0
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(".py"):
                newest = max(newest, entry.stat().st_mtime_ns)
            elif not entry.name.startswith(("_", ".")) and entry.is_dir():
                newest = max(newest, _newest_in(entry.path))
    return newest


def _answer_of(folder: str, arguments: list[str]) -> tuple[int, Said] | None:
    try:
        known = _known(folder)
        if known["build"] != build():
            return None
        asked = {
            "ask": known["ask"],
            "build": known["build"],
            "library": folder,
            "directory": os.getcwd(),  # noqa: PTH109 (as above)
            "arguments": arguments,
        }
        with _greeted(known["address"]) as connection:
            connection.settimeout(_ANSWER_S)
            connection.sendall(json.dumps(asked).encode() + b"\n")
            reply = json.loads(_line(connection))
        return (reply["code"], reply["said"]) if reply["answer"] == known["answer"] else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _known(folder: str) -> "dict[str, Any]":
    with open(os.path.join(folder, ADDRESS_NAME), "rb") as file:  # noqa: PTH123 (as above)
        known: dict[str, Any] = json.load(file)
        return known


def _greeted(address: str | int) -> socket.socket:
    """Connect, and wait for the first word. Raises OSError where it doesn't come."""
    connection = socket.socket(socket.AF_INET if isinstance(address, int) else socket.AF_UNIX)
    try:
        connection.settimeout(_GREETING_S)
        connection.connect(("127.0.0.1", address) if isinstance(address, int) else address)
        greeting = _line(connection)
    except BaseException:
        connection.close()
        raise
    if greeting != GREETING:
        connection.close()
        raise ConnectionError("it is another program that listens there")
    return connection


def _line(connection: socket.socket) -> bytes:
    parts = []
    while part := connection.recv(_MOST_BYTES):
        parts.append(part)
        if part.endswith(b"\n"):
            break
    return b"".join(parts)
