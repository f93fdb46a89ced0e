"""`photoseek users allow`: what a user may see."""

from typing import TYPE_CHECKING

from photoseek.cli.output import say
from photoseek.cli.users.options import AboutRights, roots_named
from photoseek.errors import BadUsage

if TYPE_CHECKING:
    from photoseek.hooks import Hooks


class AllowUser(AboutRights):
    """Let a user see the photos in watched folders and in albums, but for hidden ones.

    Examples:
      photoseek users allow ben ~/Pictures
      photoseek users allow ben --album wedding
    """

    def run(self, hooks: "Hooks") -> int:
        """Give the rights."""
        from photoseek.storage import for_terminal

        with self.opened().catalog.write() as transaction:
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
