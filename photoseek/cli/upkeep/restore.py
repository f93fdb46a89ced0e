"""`photoseek restore`: a backup becomes the library again."""

from pathlib import Path
from typing import TYPE_CHECKING

from photoseek.cli.command import Command
from photoseek.cli.options import add_json, named_path
from photoseek.cli.output import say, say_json
from photoseek.cli.parser import Parser
from photoseek.database_address import DatabaseAddress
from photoseek.storage import for_terminal, to_text

if TYPE_CHECKING:
    from photoseek.hooks import Hooks


class Restore(Command):
    """Put a backup in the place of the library's catalog, or begin a library with it.

    The catalog that was there is kept beside it, or for a database in the folder of its caches. Run `photoseek
    index` afterwards for what has changed since.

    Examples:
      photoseek restore ~/photoseek.backup
    """

    file: Path
    as_json: bool

    def add_arguments(self, parser: Parser) -> None:
        """Add the file that is read."""
        parser.argument("file", "FILE", read=named_path)
        add_json(parser)

    def run(self, hooks: "Hooks") -> int:
        """Put the backup in the catalog's place."""
        from photoseek.indexer.wording import counted
        from photoseek.storage import Library, restore, restore_database

        place = self.library
        if isinstance(place, DatabaseAddress):
            kept = restore_database(place, self.file)
        else:
            kept = restore(place, self.file)
        with Library.existing(place).catalog.read() as transaction:
            glance = transaction.photos.glance()
        if self.as_json:
            counts = {"photos": glance.photos, "tags": glance.tags, "albums": glance.albums}
            previous = None if kept is None else to_text(str(kept))
            say_json({"restored": counts, "previous_catalog": previous})
            return 0
        photos, tags = counted(glance.photos, "photo"), counted(glance.tags, "tag")
        say(f"restored {photos}, {tags}, {counted(glance.albums, 'album')}")
        if kept is not None:
            say(f"what was there is kept as {for_terminal(str(kept))}")
        return 0
