"""`photoseek forget`: lets go of photos that are missing."""

from pathlib import Path
from typing import TYPE_CHECKING

from photoseek.cli.command import Command
from photoseek.cli.options import add_json, named_path, whole_number
from photoseek.cli.output import say, say_json
from photoseek.cli.parser import Parser, UsageError
from photoseek.indexer.upkeep.retention import MOST_DAYS
from photoseek.indexer.wording import counted
from photoseek.storage import for_terminal, to_text

if TYPE_CHECKING:
    from photoseek.hooks import Hooks
    from photoseek.indexer.upkeep.forgetting import Forgettable
    from photoseek.storage import Library, Transaction


class Forget(Command):
    """Forget missing files, and with them the photos that lie nowhere else: vectors, tags, places in albums.

    Photos that are on disk can't be forgotten, unless they are left out and --left-out says so. Those that are
    missing are kept for 90 days otherwise, and `photoseek index --retention-days` changes that.

    Examples:
      photoseek forget ~/Pictures/2019
      photoseek forget --missing-for 30
      photoseek forget --missing-for 30 --yes
    """

    paths: list[Path]
    missing_for: int | None
    nowhere: bool
    left_out: bool
    yes: bool
    as_json: bool

    def add_arguments(self, parser: Parser) -> None:
        """Add what is forgotten, and whether that is meant."""
        parser.argument("paths", "PATH", read=named_path, many=True, optional=True)
        parser.option(
            "--missing-for",
            "DAYS",
            "Forget only what has been missing for this long.",
            read=whole_number(0, MOST_DAYS),
        )
        parser.flag(
            "--nowhere", "Forget also photos to which no path leads: of removed folders, or edited since."
        )
        parser.flag("--left-out", "Forget what is left out by patterns, rather than what is missing.")
        parser.flag("--yes", "Do it. Without this option, what would be forgotten is only listed.")
        add_json(parser)

    def run(self, hooks: "Hooks") -> int:
        """Forget, or say what would be forgotten."""
        from photoseek.indexer.upkeep.forgetting import forget
        from photoseek.storage import Library

        if not self.paths and self.missing_for is None and not self.nowhere and not self.left_out:
            raise UsageError("say what to forget: PATH..., --missing-for DAYS, --left-out or --nowhere")
        opened = Library.existing(self.library)
        if not self.yes:
            with opened.catalog.read() as transaction:
                chosen = self._chosen(opened, transaction)
        else:
            with opened.indexing():
                with opened.catalog.write() as transaction:
                    chosen = self._chosen(opened, transaction)
                    forget(transaction, chosen)
                opened.thumbnails.forget(chosen.photos.values())
                opened.save_index()
        what = "file left out" if self.left_out else "missing file"
        _say_forgotten(chosen, what, forgotten=self.yes, as_json=self.as_json)
        return 0

    def _chosen(self, library: "Library", transaction: "Transaction") -> "Forgettable":
        from photoseek.indexer.upkeep.forgetting import choose

        return choose(
            library, transaction, self.paths, self.missing_for, nowhere=self.nowhere, left_out=self.left_out
        )


def _say_forgotten(chosen: "Forgettable", what: str, *, forgotten: bool, as_json: bool) -> None:
    paths = sorted(chosen.files.values())
    counts = {
        "photos": len(chosen.photos),
        "tags": chosen.tags,
        "album_places": chosen.album_places,
        "edits": chosen.edits,
    }
    if as_json:
        say_json({"forgotten": forgotten, "files": [to_text(path) for path in paths], **counts})
        return
    for path in paths:
        say(for_terminal(path))
    say(
        f"{counted(len(paths), what, what.replace('file', 'files'))}; "
        f"{counted(len(chosen.photos), 'photo')} with no other file, "
        f"with {counted(chosen.tags, 'tag')} and {counted(chosen.album_places, 'place')} in albums"
        + (f", and {counted(chosen.edits, 'field')} that you set" if chosen.edits else "")
    )
    if not forgotten:
        say("a dry run: --yes forgets them", err=True)
