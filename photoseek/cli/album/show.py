"""`photoseek album show`: the paths of an album's photos, and its cover."""

from typing import TYPE_CHECKING

from photoseek.cli.command import Command
from photoseek.cli.options import add_album, add_json, refuse_two_forms
from photoseek.cli.output import say, say_json, say_paths
from photoseek.cli.parser import Parser
from photoseek.storage import for_terminal, to_text

if TYPE_CHECKING:
    from photoseek.hooks import Hooks


class ShowAlbum(Command):
    """Print the paths of an album's photos, and of those in albums below it; --json names its cover too.

    Examples:
      photoseek album show beach
      photoseek album show beach -0 | xargs -0 ls -l
    """

    album: str
    null: bool
    as_json: bool

    def add_arguments(self, parser: Parser) -> None:
        """Add the album, and the form of the list."""
        add_album(parser)
        parser.flag("--null", "End each path with a NUL byte.", short="-0")
        add_json(parser)

    def run(self, hooks: "Hooks") -> int:
        """Print the paths."""
        from photoseek.searcher.albums.contents import album_hits, paths_of
        from photoseek.searcher.albums.covers import cover
        from photoseek.searcher.hits.held_back import seeming_gone
        from photoseek.storage import Library

        refuse_two_forms(as_json=self.as_json, paths=self.null)
        opened, searcher = Library.existing(self.library), hooks.searcher(self.library)
        hits = album_hits(searcher, self.album)
        paths = paths_of(hits)
        for note in seeming_gone(hits):
            say(for_terminal(note), err=True)
        if self.as_json:
            gone = [to_text(hit.path) for hit in hits if hit.seems_gone]
            best = cover(searcher, opened, self.album)
            shown = {
                "album": self.album,
                "paths": [to_text(path) for path in paths],
                "cover": None if best is None else to_text(best.paths[0]),
            }
            say_json(shown | ({"seem_gone": gone} if gone else {}))
        else:
            say_paths(paths, null=self.null)
        return 0
