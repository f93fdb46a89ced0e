"""`photoseek users allow`: what a user may see."""

from pathlib import Path
from typing import TYPE_CHECKING

from photoseek.cli.command import Command
from photoseek.cli.output import say
from photoseek.cli.parser import Parser
from photoseek.cli.users.options import add_name, add_of_what, refuse_nothing, roots_named
from photoseek.errors import BadUsage

if TYPE_CHECKING:
    from photoseek.hooks import Hooks


class AllowUser(Command):
    """Let a user see the photos in watched folders and in albums, but for hidden ones.

    Examples:
      photoseek users allow ben ~/Pictures
      photoseek users allow ben --album wedding
    """

    name: str
    folders: list[Path]
    album: list[str]

    def add_arguments(self, parser: Parser) -> None:
        """Add the name, and what it is about."""
        add_name(parser)
        add_of_what(parser)

    def run(self, hooks: "Hooks") -> int:
        """Give the rights."""
        from photoseek.storage import Library, for_terminal

        refuse_nothing(self.folders, self.album)
        with Library.existing(self.library).catalog.write() as transaction:
            users = transaction.users
            user = users.named(self.name)
            if user.is_owner:
                raise BadUsage(f"{for_terminal(user.name)} is an owner, who sees everything anyway")
            for root_id in roots_named(transaction, self.folders):
                users.allow_root(user, root_id)
            for album in map(transaction.albums.named, self.album):
                try:
                    users.allow_album(user, album.album_id)
                except ValueError as error:
                    raise BadUsage(f"no right to {for_terminal(album.name)} was given: {error}") from None
        say(f"{for_terminal(user.name)} may see these photos from now on", err=True)
        return 0
