"""The options of `serve` about sign-in by OIDC, and the provider that they name.

Nothing is imported here that takes a while: help and errors wait for this module.
"""

import os
from argparse import ArgumentTypeError
from functools import partial
from typing import TYPE_CHECKING

from photoseek.cli.command import Command
from photoseek.cli.options import named, named_path
from photoseek.cli.output import say
from photoseek.cli.parser import Parser, UsageError, shown

if TYPE_CHECKING:
    from pathlib import Path

    from photoseek.searcher.web.access.oidc.provider import Provider

_VARIABLE = "PHOTOSEEK_OIDC_SECRET"


class SignsInByOidc(Command):
    """A command whose users may sign in by a provider of OpenID Connect."""

    oidc: str | None
    oidc_client: str | None
    oidc_secret_file: "Path | None"

    def add_arguments(self, parser: Parser) -> None:
        """Add the options."""
        parser.option(
            "--oidc",
            "URL",
            "Let users sign in by this provider of OpenID Connect, as it names itself. Needs --public-url.",
            read=issuer,
        )
        parser.option("--oidc-client", "ID", "What the provider calls this server.", read=named)
        parser.option(
            "--oidc-secret-file",
            "FILE",
            f"The file with the secret that the provider gave for it; else {_VARIABLE} has it.",
            read=named_path,
        )

    def provider(self, public_url: str | None) -> "Provider | None":
        """Return the provider, which nobody connects to yet; None without one. Raises UsageError."""
        self.refuse_half(public_url)
        secret = os.environ.pop(_VARIABLE, None)  # no process that is started from here needs it
        if self.oidc is None or self.oidc_client is None:
            return None
        from photoseek.searcher.web import CALLBACK, Client, can_sign_in

        if not can_sign_in():
            raise UsageError("--oidc needs packages: `pip install 'photoseek[oidc]'` adds them")
        if self.oidc_secret_file is not None:
            secret = _secret_in(self.oidc_secret_file)
        from photoseek.searcher.web.access.oidc.provider import Provider

        client = Client(self.oidc, self.oidc_client, secret or None, f"{public_url}{CALLBACK}")
        return Provider(client, report=partial(say, err=True))

    def refuse_half(self, public_url: str | None) -> None:
        """Raise UsageError where options are missing without which nobody can sign in."""
        if self.oidc is None and (self.oidc_client is not None or self.oidc_secret_file is not None):
            raise UsageError("--oidc-client and --oidc-secret-file belong to --oidc: name the provider")
        if self.oidc is not None and (self.oidc_client is None or public_url is None):
            raise UsageError(
                "--oidc needs --oidc-client, and --public-url for the way back from the provider"
            )

    def refuse_variable(self) -> None:
        """Raise UsageError where only this process knows the secret, and another one is to serve."""
        if self.oidc is not None and self.oidc_secret_file is None and os.environ.get(_VARIABLE):
            raise UsageError(f"a unit doesn't get {_VARIABLE}: give --oidc-secret-file")

    def oidc_arguments(self) -> list[str]:
        """Return the options as a command line has them. The secret is in none of them."""
        file = self.oidc_secret_file and self.oidc_secret_file.absolute()
        named = {"--oidc": self.oidc, "--oidc-client": self.oidc_client, "--oidc-secret-file": file}
        return [str(word) for option in named.items() if option[1] is not None for word in option]


def issuer(text: str) -> str:
    """Take the address of a provider."""
    from photoseek.searcher.web import issuer_url

    try:
        return issuer_url(text)
    except ValueError as error:
        raise ArgumentTypeError(f"“{shown(text)}” can't be used: {error}") from None


def _secret_in(path: "Path") -> str:
    """Return the secret in a file, whose last line may end or not. Raises UsageError."""
    from photoseek.storage import for_terminal

    try:
        secret = path.read_text("ascii").strip()
    except (OSError, UnicodeError) as error:
        why = getattr(error, "strerror", None) or "it is no text in ASCII"
        raise UsageError(f"--oidc-secret-file {for_terminal(str(path))} can't be read: {why}") from None
    if not secret or not secret.isprintable():
        raise UsageError(f"--oidc-secret-file {for_terminal(str(path))} has no secret in one line")
    return secret
