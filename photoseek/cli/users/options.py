"""What commands about users have in common: a name, folders and albums, a password."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from photoseek.cli.command import Command
from photoseek.cli.options import album_name, named, named_path
from photoseek.cli.parser import Parser, UsageError
from photoseek.cli.typed_password import new_password
from photoseek.errors import BadUsage

if TYPE_CHECKING:
    from photoseek.storage import Library, Transaction, User


class BoundUser(Command):
    """A command that may say who a user is to an OIDC provider."""

    oidc_subject: str | None
    email: str | None

    def add_arguments(self, parser: Parser) -> None:
        """Add who it is."""
        parser.option(
            "--oidc-subject",
            "SUBJECT",
            "Who the user is to the provider that `serve --oidc` names: the `sub` of its tokens.",
            read=named,
        )
        parser.option(
            "--email",
            "ADDRESS",
            "The e-mail address by which the provider's tokens name the user at the first sign-in.",
            read=named,
        )

    def refuse_both(self) -> None:
        """Raise UsageError where a subject and an address are named."""
        if self.oidc_subject is not None and self.email is not None:
            raise UsageError("a user is bound by --oidc-subject or by --email: name one of them")

    def bind(self, transaction: "Transaction", user: "User") -> None:
        """Bind the user as the options say. Raises BadUsage."""
        try:
            if self.oidc_subject is not None:
                transaction.bindings.bind_subject(user, self.oidc_subject)
            elif self.email is not None:
                transaction.bindings.bind_email(user, self.email)
        except ValueError as error:
            raise BadUsage(f"the user was not bound: {error}") from None


def add_name(parser: Parser) -> None:
    """Add the name of a user."""
    parser.argument("name", "NAME", read=named)


class AboutRights(Command):
    """A command about a user's rights to watched folders and albums."""

    name: str
    folders: list[Path]
    album: list[str]

    def add_arguments(self, parser: Parser) -> None:
        """Add the name, and what it is about."""
        add_name(parser)
        parser.argument("folders", "FOLDER", read=named_path, many=True, optional=True)
        parser.option(
            "--album",
            "ALBUM",
            "An album, with those below it; may be repeated.",
            read=album_name,
            repeated=True,
        )

    def opened(self) -> "Library":
        """Return the library. Raises UsageError where neither a folder nor an album is named."""
        from photoseek.storage import Library

        if not self.folders and not self.album:
            raise UsageError("name a watched folder, or an album with --album")
        return Library.existing(self.library)


def roots_named(transaction: "Transaction", folders: list[Path]) -> Iterator[int]:
    """Yield the ids of watched folders. Raises BadUsage for one that isn't watched itself."""
    from photoseek.storage import absolute_path

    known = {root.path: root.root_id for root in transaction.roots.all()}
    for folder in folders:
        path = absolute_path(folder)
        found = known.get(path)
        with suppress(OSError):
            found = found or known.get(os.path.realpath(path))
        if found is None:
            from photoseek.storage import for_terminal

            raise BadUsage(
                f"{for_terminal(path)} is not a watched folder itself: `photoseek roots` lists them; rights to a "
                "part of one are given by an album"
            )
        yield found


def hashed_password() -> str:
    """Read a new password, and return its hash. Raises BadUsage."""
    from photoseek.searcher.web import hashed

    try:
        return hashed(new_password())
    except (ValueError, EOFError) as error:
        raise BadUsage(f"the password was not set: {error or 'nothing was typed'}") from None
