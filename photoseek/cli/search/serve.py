"""`photoseek serve`: the library over HTTP, and as a page."""

import os
import signal
import socket
import sys
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING

from photoseek.cli.options import add_json, keep_thumbnails_at
from photoseek.cli.output import say, say_captions_are_read, say_json
from photoseek.cli.parser import Parser
from photoseek.cli.search.serve_rules import Reached
from photoseek.resident_client import is_answered
from photoseek.storage import to_text

if TYPE_CHECKING:
    from photoseek.hooks import Hooks
    from photoseek.storage import Place


class Serve(Reached):
    """Show the library as a page, and answer programs over HTTP, until Ctrl-C.

    Only this machine can reach it, unless --host or --public-url lets others: then a password is needed, and
    encryption. Originals are only read. docs/serving.md says how to run it for good, docs/http.md has every
    endpoint. Meanwhile `photoseek find` is quick: it asks this process, which has the model loaded.

    Examples:
      photoseek serve --open
      photoseek serve --port 9000 --json
      photoseek serve --set-password
      photoseek serve --host 0.0.0.0 --tls-cert photos.crt --tls-key photos.key
      photoseek serve --public-url https://photos.example
      photoseek serve --thumbnails s3://my-bucket/thumbnails
    """

    set_password: bool
    opens: bool
    as_json: bool

    def add_arguments(self, parser: Parser) -> None:
        """Add the address, and who may ask."""
        super().add_arguments(parser)
        parser.flag(
            "--set-password",
            "Set the password that other machines need, typed twice or from a pipe; then end.",
        )
        parser.flag("--open", "Open the page in the browser.", into="opens")
        add_json(parser)

    def prepare_process(self) -> None:
        """Set up the process, before NumPy is loaded."""
        super().prepare_process()
        # While the processor has other work, an index above all, threads that share a question's products wait for
        # each other: half a second, where one takes 20 ms.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

    def run(self, hooks: "Hooks") -> int:
        """Serve until Ctrl-C, which ends the process."""
        if self.set_password:
            from photoseek.cli.search.set_password import set_password

            set_password(self.library)
            return 0
        self._serve(hooks)
        sys.stdout.flush()
        # Python would wait for the questions in hand, and nobody waits for their answers any more.
        os._exit(0)

    def _serve(self, hooks: "Hooks") -> None:
        from photoseek.cli.search.resident_server import Resident
        from photoseek.cli.search.resident_server import listening as listening_for_find
        from photoseek.indexer.upkeep.thumbnailing import SmallerMaker, ThumbnailMaker
        from photoseek.searcher.warm import WarmSearcher
        from photoseek.searcher.web import (
            Access,
            Accounts,
            ByUser,
            Counting,
            Guard,
            Metrics,
            Passwords,
            Services,
            SignIn,
            Tasks,
            bound,
            can_be_read,
            certificate_from,
            server_for,
            sessions_of,
            url_of,
        )
        from photoseek.storage import OTHER_SIDES, Library

        keep_thumbnails_at(self.thumbnails)
        # It has no decoder itself: nothing in a question can make it open a picture.
        warm = WarmSearcher(Library.existing(self.library))
        folder = warm.library.folder
        passwords = Passwords(folder)
        accounts, provider = Accounts(warm.library.catalog), self.provider(self.public_url)
        sessions = sessions_of(warm.library.catalog)
        by_oidc = None if provider is None else SignIn(provider, accounts, key=sessions.secret)
        access = Access(self.rules(passwords), passwords, accounts=accounts, oidc=by_oidc, sessions=sessions)
        certificate = None
        if self.tls_cert is not None and self.tls_key is not None:
            certificate = certificate_from(self.tls_cert, self.tls_key)
        # In processes of their own.
        small, large = map(warm.library.thumbnails.sized, OTHER_SIDES)
        makers = ThumbnailMaker(warm.library.thumbnails), SmallerMaker(small), ThumbnailMaker(large)
        listening = bound(self.host, self.port)
        with listening, ExitStack() as until_end:
            searcher = warm.searcher()
            if not searcher.knows_background:
                say_captions_are_read()
            searcher.get_ready()
            if not is_answered(str(folder)):  # `find` has no watch's resident to ask: it asks this process
                until_end.enter_context(listening_for_find(Resident(warm), folder))
            tasks = Tasks(
                [sys.executable, "-P", "-m", "photoseek"], {"PHOTOSEEK_LIBRARY": warm.library.named}
            )
            until_end.callback(tasks.close)
            make_thumbnail, make_small, make_large = makers
            services = Services(
                warm,
                make_thumbnail,
                partial(is_answered, str(folder)),
                tasks=tasks,
                access=access,
                make_small=make_small,
                make_large=make_large,
                metrics=Metrics() if can_be_read() else None,
                read_picture=hooks.read_photo,
            )
            services.get_ready()
            guarded = Guard(ByUser(services), access)
            counted = guarded if services.metrics is None else Counting(guarded, services.metrics)
            server = server_for(counted, certificate=certificate)

            def end(_signal: int, _frame: object) -> None:
                server.end()

            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, end)
            url = url_of(listening, encrypted=certificate is not None)
            self._say_ready(url, warm.library.place)
            if self.opens:
                _open(self.public_url or url)
            server.run(sockets=[listening])
        for make in makers:
            make.close()
        warm.library.close()

    def _say_ready(self, url: str, library: "Place") -> None:
        """Say where it answers. A token is nobody else's business."""
        if self.as_json:
            say_json({"url": url, "public_url": self.public_url, "library": to_text(str(library))})
            return
        say(f"your photos: {self.public_url or _named(url, socket.gethostname())} until Ctrl-C")


def _named(url: str, name: str) -> str:
    """Return a URL with a name in the place of “every address”, which no browser can open."""
    return url.replace("://0.0.0.0:", f"://{name}:").replace("://[::]:", f"://{name}:")


def _open(url: str) -> None:
    """Open the page in the browser, which waits until the server answers."""
    import webbrowser

    address = _named(url, "localhost")
    if not webbrowser.open(address):
        say(f"no browser could be started: open {address} yourself", err=True)
