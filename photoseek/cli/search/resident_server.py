"""Answers the questions of `photoseek find` from a process that keeps library, model and vectors loaded.

`photoseek.resident_client` says how it is asked. `photoseek serve` answers so besides HTTP; beside `photoseek
watch` runs this module. It is a process rather than a thread of the watch because the two
would wait for each other's turn to run Python, and because neither should end with the other's faults.
"""

import json
import os
import secrets
import signal
import socket
import socketserver
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from hmac import compare_digest
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

from photoseek.cli.output import keeping, say_error
from photoseek.cli.parser import HelpAsked, UsageError
from photoseek.cli.search.find import Find
from photoseek.errors import PhotoseekError
from photoseek.hooks import Hooks
from photoseek.resident_client import ADDRESS_NAME, GREETING, Said, build, is_answered, named_library
from photoseek.searcher.errors import Busy, LibraryReplaced, PictureOutside
from photoseek.searcher.warm import WarmSearcher
from photoseek.storage import Library, Place, replace_file
from photoseek.storage.disk.paths import as_meant
from photoseek.which_library import place_of, which_library

if TYPE_CHECKING:
    from photoseek.searcher import Searcher

SOCKET_NAME = "asking.sock"
_QUESTION_S = 5.0  # for a question to arrive
TURN_S = 0.3  # a question that would wait longer for others is asked the long way
_MOST_BYTES = 1 << 22  # of a question: no command line is longer
_POLL_S = 0.2  # between two looks at whether it is over; a connection is noticed at once all the same
_BUILD = build()  # as these files are now that they are loaded


class NotOurs(Exception):
    """It is no question for this resident: the long way answers it."""


class Resident:
    """Answers questions about one library, one at a time."""

    def __init__(self, warm: WarmSearcher, turn_s: float = TURN_S) -> None:
        """Let a question wait for others for `turn_s` at most; it is then asked the long way."""
        self._library = warm.library
        self._warm = warm
        self._turn_s = turn_s

    def get_ready(self) -> None:
        """Load what the first question would wait for; what is not there, the question will tell."""
        with suppress(PhotoseekError), self._warm.turn(self._turn_s):
            self.searcher().get_ready()

    def answer(self, library: str, directory: str, arguments: list[str]) -> tuple[int, Said]:
        """Run a command line as a process of its own would. Raises NotOurs."""
        self.refuse_another(library)
        try:
            with self._warm.turn(self._turn_s):
                return self._run(_ResidentHooks(self, directory), arguments)
        except Busy as error:
            raise NotOurs(str(error)) from error

    def searcher(self) -> "Searcher":
        """Return the searcher, with the model that is in use now; it is one question's at a time."""
        return self._warm.searcher()

    def refuse_another(self, library: str) -> None:
        """Raise NotOurs for another library, or for one that was put in the place of ours."""
        try:
            self._warm.refuse_replaced()
            if self._library.folder.samefile(library):
                return
        except (OSError, LibraryReplaced):
            pass
        raise NotOurs("it is another library")

    def _run(self, hooks: "_ResidentHooks", arguments: list[str]) -> tuple[int, Said]:
        if arguments[:1] != ["find"]:
            raise NotOurs("it is no question")
        with keeping() as said:
            try:
                code = _question(arguments[1:], self._library.named).run(hooks)
            except (NotOurs, HelpAsked, UsageError, PictureOutside) as error:
                raise NotOurs(str(error)) from error
            except PhotoseekError as error:
                say_error(error)
                return error.exit_code, said
            except Exception as error:
                raise NotOurs(str(error)) from error
        if not said:
            raise NotOurs("it said nothing")
        return code, said


def _question(typed: list[str], library: str) -> Find:
    """Return what stands behind `find` as a question, about `library` unless it names one. Raises NotOurs."""
    find = Find("find", typed)
    if not find.gives_words_alone:
        raise NotOurs("it is more than a question")
    # Where the two differ, what looked like --library is the value of another option.
    if find.named_library != named_library(typed):
        raise NotOurs("it is about another library")
    find.named_library = find.named_library or library
    return find


class _ResidentHooks(Hooks):
    """What a command gets in the place of what it would load itself."""

    def __init__(self, resident: Resident, directory: str) -> None:
        self._resident = resident
        self._directory = directory

    @property
    def directory(self) -> Path:
        """Return the folder of the process that asks."""
        return Path(self._directory)

    def searcher(self, library: Place, model: str | None = None) -> "Searcher":
        """Return the one that is loaded. Raises NotOurs for another library or model."""
        if model is not None:
            raise NotOurs("it is another model")
        if isinstance(library, Path):
            self._resident.refuse_another(os.path.join(self._directory, as_meant(library)))
        else:
            self._resident.refuse_another(library.known_folder() or "")
        return self._resident.searcher()


class _Handler(socketserver.StreamRequestHandler):
    timeout = _QUESTION_S

    def handle(self) -> None:
        """Answer one question; a client that doesn't know the secret gets no answer."""
        server: Any = self.server
        self.wfile.write(GREETING)
        try:
            asked = json.loads(self.rfile.readline(_MOST_BYTES))
            if not compare_digest(asked["ask"], server.known["ask"]):
                return
            reply = {"answer": server.known["answer"], **_reply(server.resident, asked)}
        except (ValueError, KeyError, TypeError):
            return
        self.wfile.write(json.dumps(reply).encode() + b"\n")


def _reply(resident: Resident, asked: dict[str, Any]) -> dict[str, Any]:
    if asked["build"] != _BUILD:
        return {"declined": "it is of another version"}
    try:
        code, said = resident.answer(asked["library"], asked["directory"], asked["arguments"])
    except NotOurs as error:
        return {"declined": str(error)}
    return {"code": code, "said": said}


class _Server(socketserver.ThreadingMixIn, socketserver.BaseServer):
    daemon_threads = True  # a question in hand is no reason to go on when the watch has ended
    block_on_close = False
    resident: Resident
    known: dict[str, Any]

    def handle_error(self, request: object, client_address: object) -> None:
        """Ignore a client that went away before the answer."""


class _OnLoopback(_Server, socketserver.TCPServer):
    pass


@contextmanager
def listening(resident: Resident, folder: Path, *, unix: bool = hasattr(socket, "AF_UNIX")) -> Iterator[None]:
    """Answer whom the file in the library folder leads here, until the block ends."""
    with ExitStack() as stack:
        server = _bound(folder, stack, unix=unix)
        stack.callback(server.server_close)
        ask, answer = secrets.token_hex(), secrets.token_hex()
        address = server.server_address[1] if isinstance(server, _OnLoopback) else server.server_address
        server.known = {"address": address, "build": _BUILD, "ask": ask, "answer": answer}
        server.resident = resident
        written = json.dumps(server.known).encode()
        replace_file(folder / ADDRESS_NAME, written)
        stack.callback(_take_back, folder / ADDRESS_NAME, written)
        serving = Thread(target=server.serve_forever, args=(_POLL_S,), daemon=True)
        serving.start()
        # Before the socket is closed: on a closed one, `serve_forever` would be woken without end.
        stack.callback(serving.join)
        stack.callback(server.shutdown)
        yield


def _bound(folder: Path, stack: ExitStack, *, unix: bool) -> _Server:
    if unix:
        with suppress(OSError):  # the path is too long, or the library's disk has no sockets
            return _on_socket(folder / SOCKET_NAME, stack)
        runtime = os.environ.get("XDG_RUNTIME_DIR")
        with suppress(OSError):
            private = stack.enter_context(tempfile.TemporaryDirectory(prefix="photoseek-", dir=runtime))
            return _on_socket(Path(private) / SOCKET_NAME, stack)
    return _OnLoopback(("127.0.0.1", 0), _Handler)


def _on_socket(path: Path, stack: ExitStack) -> _Server:
    class OnSocket(_Server, socketserver.UnixStreamServer):
        """Listens where the system has Unix sockets; elsewhere the class can't be made."""

    path.unlink(missing_ok=True)  # of one that was killed
    before = os.umask(0o177)
    try:
        server = OnSocket(str(path), _Handler)
    finally:
        os.umask(before)
    stack.callback(_unlink_own, path, path.lstat().st_ino)
    return server


def _unlink_own(path: Path, inode: int) -> None:
    """Remove a socket, unless another process has put its own there by now."""
    with suppress(OSError):
        if path.lstat().st_ino == inode:
            path.unlink()


def _take_back(path: Path, written: bytes) -> None:
    """Remove the file, unless it is another resident's by now."""
    with suppress(OSError):
        if path.read_bytes() == written:
            path.unlink()


def main() -> None:
    """Answer questions about the library that PHOTOSEEK_LIBRARY names, until standard input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal's Ctrl-C is meant for the watch, which ends us
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    with suppress(PhotoseekError, OSError):  # what is wrong with it, the watch says
        library = Library.existing(place_of(which_library(None)))
        folder = library.folder
        resident = Resident(WarmSearcher(library, Hooks().read_photo))
        resident.get_ready()
        if is_answered(str(folder)):  # another process was faster, as a `serve` that was started meanwhile
            return
        with listening(resident, folder):
            sys.stdin.buffer.read()


if __name__ == "__main__":
    main()
