"""`photoseek serve`: the library over HTTP."""

import os
import secrets
import signal
import sys
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from photoseek.asking import is_answered
from photoseek.cli.options import AsJson, LibraryFolder
from photoseek.cli.output import say, say_captions_are_read, say_json
from photoseek.storage import Library, to_text

USUAL_HOST = "127.0.0.1"
USUAL_PORT = 8765
_MOST_PORT = 65535
_LEAST_TOKEN = 16  # characters: whoever is on the network may try as many as they like

commands = typer.Typer(rich_markup_mode=None)


def long_token(text: str) -> str:
    """Take a token as it was typed, unless it could be guessed or no header could hold it."""
    if len(text) < _LEAST_TOKEN or not text.isascii() or not text.isprintable() or " " in text:
        raise typer.BadParameter(
            f"a token is {_LEAST_TOKEN} or more letters, digits and signs: leave it out to have one made"
        )
    return text


@commands.command()
def serve(
    library: LibraryFolder,
    host: Annotated[str, typer.Option("--host", help="Address to listen at.")] = USUAL_HOST,
    port: Annotated[
        int, typer.Option("--port", min=0, max=_MOST_PORT, help="Port to listen at; 0: any that is free.")
    ] = USUAL_PORT,
    token: Annotated[
        str | None,
        typer.Option(
            "--token",
            envvar="PHOTOSEEK_TOKEN",
            parser=long_token,
            metavar="TOKEN",
            help="Answer only who shows this.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Answer questions over HTTP until Ctrl-C: GET /api/find?q=… gives what `find --json` prints.

    Only programs of this machine can ask, unless --host names another address of it: then a token is needed, and
    one is made if none is given. Originals are only read. docs/http.md has every endpoint.

    Examples:
      photoseek serve

      photoseek serve --port 9000 --json

      photoseek serve --host 0.0.0.0
    """
    from photoseek.indexer.upkeep.thumbnailing import ThumbnailMaker
    from photoseek.searcher.warm import WarmSearcher
    from photoseek.searcher.web import Guard, app_for, bound, is_loopback, server_for, url_of

    # It has no decoder itself: nothing in a question can make it open a picture.
    staying = WarmSearcher(Library.existing(library))
    make_thumbnail = ThumbnailMaker(staying.library.thumbnails)  # in processes of its own
    listening = bound(host, port)
    with listening:
        searcher = staying.searcher()
        if not searcher.knows_background:
            say_captions_are_read()
        searcher.get_ready()
        made = None
        if not is_loopback(host):
            made = None if token else secrets.token_urlsafe()
            say(_warning(host), err=True)
        app = app_for(staying, make_thumbnail, partial(is_answered, str(staying.library.folder)))
        server = server_for(Guard(app, host, token or made))

        def end(_signal: int, _frame: object) -> None:
            server.end()

        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, end)
        _say_ready(url_of(listening), made, staying.library.folder, as_json=as_json)
        server.run(sockets=[listening])
    make_thumbnail.close()
    staying.library.close()
    sys.stdout.flush()
    os._exit(0)  # Python would wait for the questions in hand, and nobody waits for their answers any more


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
    say(f"answering at {url}/api/find?q=… until Ctrl-C")
    if made is not None:
        say(f"token     {made}")
