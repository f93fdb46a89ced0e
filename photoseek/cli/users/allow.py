"""`photoseek users allow`: what a user may see, or change."""

from typing import TYPE_CHECKING

from photoseek.cli.output import say
from photoseek.cli.parser import Parser
from photoseek.cli.users.options import AboutRights, roots_named
from photoseek.errors import BadUsage

if TYPE_CHECKING:
    from photoseek.hooks import Hooks


class AllowUser(AboutRights):
    """Let a user see the photos in watched folders and in albums, but for hidden ones.

    With --edit, the user may also tag them, rate them, set their title, date and place, and put them into albums
    that were allowed with --edit, or take them out. What is said last counts: without it, a user only looks.

    Examples:
      photoseek users allow ben ~/Pictures
      photoseek users allow ben --album wedding --edit
    """

    edit: bool

    def add_arguments(self, parser: Parser) -> None:
        """Add what is allowed."""
        super().add_arguments(parser)
        parser.flag("--edit", "Let the user change these photos, too.")

    def run(self, hooks: "Hooks") -> int:
        """Give the rights."""
        from photoseek.storage import for_terminal

        with self.opened().catalog.write() as transaction:
            users = transaction.users
            user = users.named(self.name)
            if user.is_owner:
                raise BadUsage(f"{for_terminal(user.name)} is an owner, who sees everything anyway")
            for root_id in roots_named(transaction, self.folders):
                users.allow_root(user, root_id, may_edit=self.edit)
            for album in map(transaction.albums.named, self.album):
                try:
                    users.allow_album(user, album.album_id, may_edit=self.edit)
                except ValueError as error:
                    raise BadUsage(f"no right to {for_terminal(album.name)} was given: {error}") from None
        may = "see and change" if self.edit else "see"
        say(f"{for_terminal(user.name)} may {may} these photos from now on", err=True)
        return 0
