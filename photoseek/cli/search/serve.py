"""`photoseek serve`: the library over HTTP."""

import os
import secrets
import signal
import sys
from argparse import ArgumentTypeError
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from photoseek.cli.command import Command
from photoseek.cli.options import add_json, whole_number
from photoseek.cli.output import say, say_captions_are_read, say_json
from photoseek.cli.parser import Parser
from photoseek.resident_client import is_answered
from photoseek.storage import to_text

if TYPE_CHECKING:
    from photoseek.hooks import Hooks

USUAL_HOST = "127.0.0.1"
USUAL_PORT = 8765
_MOST_PORT = 65535
_LEAST_TOKEN = 16  # characters, as any program on the network may try one after the other


def long_token(text: str) -> str:
    """Take a token as it was typed, unless it could be guessed or no header could hold it."""
    if len(text) < _LEAST_TOKEN or not text.isascii() or not text.isprintable() or " " in text:
        raise ArgumentTypeError(
            f"a token is {_LEAST_TOKEN} or more letters, digits and signs: leave it out to have one made"
        )
    return text


class Serve(Command):
    """Answer questions over HTTP until Ctrl-C: GET /api/v1/find?q=… gives what `find --json` prints.

    Only programs of this machine can ask, unless --host names another address of it: then a token is needed, and
    one is made if none is given. Originals are only read. docs/http.md has every endpoint. Meanwhile
    `photoseek find` is quick: it asks this process, which has the model loaded.

    Examples:
      photoseek serve
      photoseek serve --port 9000 --json
      photoseek serve --host 0.0.0.0
    """

    host: str
    port: int
    token: str | None
    read_only: bool
    as_json: bool

    def add_arguments(self, parser: Parser) -> None:
        """Add the address, and who may ask."""
        parser.option("--host", "ADDRESS", "Address to listen at.", default=USUAL_HOST)
        parser.option(
            "--port",
            "NUMBER",
            "Port to listen at; 0 takes any that is free.",
            read=whole_number(0, _MOST_PORT),
            default=USUAL_PORT,
        )
        parser.option(
            "--token",
            "TOKEN",
            "Answer only requests that carry this token, or else the one in PHOTOSEEK_TOKEN.",
            read=long_token,
            variable="PHOTOSEEK_TOKEN",
        )
        parser.flag("--read-only", "Refuse every change of tags, albums and what else a page may change.")
        add_json(parser)

    def prepare_process(self) -> None:
        """Set up the process, before NumPy is loaded."""
        super().prepare_process()
        # While the processor has other work, an index above all, threads that share a question's products wait for
        # each other: half a second, where one takes 20 ms.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

    def run(self, hooks: "Hooks") -> int:
        """Serve until Ctrl-C, which ends the process."""
        from photoseek.cli.search.resident_server import Resident
        from photoseek.cli.search.resident_server import listening as listening_for_find
        from photoseek.indexer.upkeep.thumbnailing import ThumbnailMaker
        from photoseek.searcher.warm import WarmSearcher
        from photoseek.searcher.web import (
            Guard,
            Rules,
            Services,
            Tasks,
            app_for,
            bound,
            is_loopback,
            server_for,
            url_of,
        )
        from photoseek.storage import Library

        # It has no decoder itself: nothing in a question can make it open a picture.
        warm = WarmSearcher(Library.existing(self.library))
        make_thumbnail = ThumbnailMaker(warm.library.thumbnails)  # in processes of its own
        listening = bound(self.host, self.port)
        with listening, ExitStack() as until_end:
            searcher = warm.searcher()
            if not searcher.knows_background:
                say_captions_are_read()
            searcher.get_ready()
            made = None
            if not is_loopback(self.host):
                made = None if self.token else secrets.token_urlsafe()
                say(_warning(self.host), err=True)
            folder = warm.library.folder
            if not is_answered(str(folder)):  # `find` has no watch's resident to ask: it asks this process
                until_end.enter_context(listening_for_find(Resident(warm), folder))
            tasks = Tasks([sys.executable, "-P", "-m", "photoseek"], {"PHOTOSEEK_LIBRARY": str(folder)})
            until_end.callback(tasks.close)
            app = app_for(Services(warm, make_thumbnail, partial(is_answered, str(folder)), tasks=tasks))
            server = server_for(Guard(app, Rules(self.host, self.token or made, self.read_only)))

            def end(_signal: int, _frame: object) -> None:
                server.end()

            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, end)
            _say_ready(url_of(listening), made, folder, as_json=self.as_json)
            server.run(sockets=[listening])
        make_thumbnail.close()
        warm.library.close()
        sys.stdout.flush()
        # Python would wait for the questions in hand, and nobody waits for their answers any more.
        os._exit(0)


def _warning(host: str) -> str:
    return (
        f"whoever reaches {host} over the network and has the token can see every photo of the library, "
        "and the token travels unencrypted: use it only in a network that you trust"
    )


def _say_ready(url: str, made: str | None, library: Path, *, as_json: bool) -> None:
    """Say where it answers, and the token if it was made: one that was given is nobody else's business."""
    if as_json:
        say_json({"url": url, "token": made, "library": to_text(str(library))})
        return
    say(f"answering at {url}/api/v1/find?q=… until Ctrl-C")
    if made is not None:
        say(f"token     {made}")
