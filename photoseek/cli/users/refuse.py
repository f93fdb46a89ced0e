"""`photoseek users refuse`: what a user may see no more."""

from typing import TYPE_CHECKING

from photoseek.cli.output import say
from photoseek.cli.users.options import AboutRights, roots_named

if TYPE_CHECKING:
    from photoseek.hooks import Hooks


class RefuseUser(AboutRights):
    """Take back a user's rights to watched folders and albums. Photos of other rights stay in sight.

    Examples:
      photoseek users refuse ben --album wedding
    """

    def run(self, hooks: "Hooks") -> int:
        """Take the rights back."""
        from photoseek.storage import for_terminal

        with self.opened().catalog.write() as transaction:
            users = transaction.users
            user = users.named(self.name)
            had = [users.refuse_root(user, root_id) for root_id in roots_named(transaction, self.folders)]
            albums = map(transaction.albums.named, self.album)
            had += [users.refuse_album(user, album.album_id) for album in albums]
        name = for_terminal(user.name)
        said = f"{name} has no right to this any more" if any(had) else f"{name} had no right to this"
        say(said, err=True)
        return 0
