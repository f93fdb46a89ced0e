"""The options of `serve` that say who may reach it, and the rules that they make.

Nothing is imported here that takes a while: help and errors wait for this module.
"""

from argparse import ArgumentTypeError
from typing import TYPE_CHECKING, Any

from photoseek.cli.options import add_thumbnails, named_path, whole_number
from photoseek.cli.output import say
from photoseek.cli.parser import Parser, UsageError, shown
from photoseek.cli.search.serve_oidc import SignsInByOidc

if TYPE_CHECKING:
    from pathlib import Path

    from photoseek.searcher.web import Passwords, Rules

USUAL_HOST = "127.0.0.1"
USUAL_PORT = 8765
_MOST_PORT = 65535
_LEAST_TOKEN = 16  # characters, as any program on the network may try one after the other


class Reached(SignsInByOidc):
    """A command that others may reach by the network, with the options that say who."""

    host: str
    port: int
    token: str | None
    read_only: bool
    tls_cert: "Path | None"
    tls_key: "Path | None"
    public_url: str | None
    proxy: list[Any]  # networks
    thumbnails: str | None
    insecure_http: bool

    def add_arguments(self, parser: Parser) -> None:
        """Add the options."""
        parser.option("--host", "ADDRESS", "Address to listen at.", default=USUAL_HOST)
        parser.option(
            "--port",
            "NUMBER",
            "Port to listen at; 0 takes any that is free.",
            read=whole_number(0, _MOST_PORT),
            default=USUAL_PORT,
        )
        parser.option(
            "--tls-cert",
            "FILE",
            "Answer by https, with this certificate (PEM, with those between it and its root).",
            read=named_path,
        )
        parser.option("--tls-key", "FILE", "The key of --tls-cert, without a password.", read=named_path)
        parser.option(
            "--public-url",
            "URL",
            "The https address at which a reverse proxy answers for this server, or the name in --tls-cert.",
            read=public_url,
        )
        parser.option(
            "--proxy",
            "ADDRESS",
            "Address or network of the reverse proxy, if it is on another machine; may be repeated.",
            read=network,
            repeated=True,
        )
        parser.flag(
            "--insecure-http",
            "Answer other machines without encryption: anyone on the way can read passwords and photos.",
        )
        parser.option(
            "--token",
            "TOKEN",
            "Answer programs that send this token, or else the one in PHOTOSEEK_TOKEN. With it, everybody has "
            "to sign in.",
            read=long_token,
            variable="PHOTOSEEK_TOKEN",
        )
        super().add_arguments(parser)
        parser.flag("--read-only", "Refuse every change of tags, albums and what else a page may change.")
        add_thumbnails(parser)

    def rules(self, passwords: "Passwords") -> "Rules":
        """Return the rules. Raises UsageError, NotSafe; says what is not encrypted."""
        from photoseek.searcher.errors import NotSafe
        from photoseek.searcher.web import THIS_MACHINE, Rules, is_loopback
        from photoseek.storage import for_terminal

        if (self.tls_cert is None) != (self.tls_key is None):
            raise UsageError("--tls-cert and --tls-key belong together: name both")
        self.refuse_half(self.public_url)
        rules = Rules(
            self.host,
            self.token,
            self.read_only,
            self.public_url,
            self.tls_cert is not None,
            (*THIS_MACHINE, *self.proxy),
        )
        host = for_terminal(self.host)
        if not is_loopback(self.host) and not rules.secure:
            if not self.insecure_http:
                raise NotSafe(
                    f"at {host}, other machines would send passwords and photos unencrypted: give --tls-cert and "
                    "--tls-key, or --public-url if a reverse proxy encrypts, or --insecure-http for a network "
                    "that you trust"
                )
            say(
                f"not encrypted: anyone on the way to {host} can read the password and every photo of the "
                "library, so use --insecure-http only in a network that you trust",
                err=True,
            )
        if rules.asks_to_sign_in and self.token is None and self.oidc is None and not passwords.is_set:
            raise NotSafe(
                "others could reach every photo of the library: set a password by `photoseek serve "
                "--set-password`, or give --token or --oidc"
            )
        return rules

    def arguments(self) -> list[str]:
        """Return the options as a command line has them, without the token, which others could see there."""
        named = {"--host": self.host, "--port": self.port, "--public-url": self.public_url}
        files = {"--tls-cert": self.tls_cert, "--tls-key": self.tls_key}
        named |= {option: path and path.absolute() for option, path in files.items()}
        words = [str(word) for option in named.items() if option[1] is not None for word in option]
        words += [word for address in self.proxy for word in ("--proxy", str(address))]
        words += self.oidc_arguments()
        words += ["--insecure-http"] if self.insecure_http else []
        return words + (["--read-only"] if self.read_only else [])


def long_token(text: str) -> str:
    """Take a token as it was typed, unless it could be guessed or no header could hold it."""
    if len(text) < _LEAST_TOKEN or not text.isascii() or not text.isprintable() or " " in text:
        raise ArgumentTypeError(
            f"a token is {_LEAST_TOKEN} or more letters, digits and signs: as `openssl rand -hex 32` prints"
        )
    return text


def public_url(text: str) -> str:
    """Take the public address of a server, as the origin that browsers send."""
    from photoseek.searcher.web import public_origin

    try:
        return public_origin(text)
    except ValueError as error:
        raise ArgumentTypeError(f"“{shown(text)}” can't be used: {error}") from None


def network(text: str) -> object:
    """Take an address or a network of addresses."""
    from ipaddress import ip_network

    try:
        return ip_network(text, strict=False)
    except ValueError:
        raise ArgumentTypeError(
            f"“{shown(text)}” is no address: write 192.168.0.2, or 172.16.0.0/12 for a network"
        ) from None
