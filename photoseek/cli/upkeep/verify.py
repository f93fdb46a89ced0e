"""`photoseek verify`: whether catalog, files and caches agree."""

from contextlib import nullcontext
from typing import TYPE_CHECKING

from photoseek.cli.command import Command
from photoseek.cli.options import add_json
from photoseek.cli.output import say, say_json
from photoseek.cli.parser import Parser
from photoseek.indexer.errors import Inconsistent
from photoseek.indexer.wording import counted
from photoseek.storage import to_text

if TYPE_CHECKING:
    from photoseek.hooks import Hooks
    from photoseek.indexer.upkeep.verify import Finding
    from photoseek.storage import Library


class Verify(Command):
    """Compare the catalog with the files, the vector index and the thumbnails, and name what doesn't agree.

    Photos are only read. --repair makes caches again, deletes what is torn or left over, and lets the next index
    read or embed again what needs it; tags, albums and what belongs to missing photos stay.

    Examples:
      photoseek verify
      photoseek verify --quick --repair
    """

    repair: bool
    quick: bool
    as_json: bool

    def add_arguments(self, parser: Parser) -> None:
        """Add what is read, and whether problems are repaired."""
        parser.flag("--repair", "Repair what can be repaired.")
        parser.flag("--quick", "Trust each file's size and time, and don't read contents.")
        add_json(parser)

    def run(self, hooks: "Hooks") -> int:
        """Compare. Raises Inconsistent where problems remain."""
        from photoseek.cli.progress_bar import progress_shown
        from photoseek.indexer.upkeep.verify import repair, verify
        from photoseek.storage import Library

        opened = Library.existing(self.library)
        with opened.indexing() if self.repair else nullcontext(), progress_shown() as show:
            found = list(verify(opened, quick=self.quick, on_progress=show))
            if self.repair and any(finding.can_be_mended for finding in found):
                found = repair(opened, found)
        wrong = sum(not finding.mended for finding in found)
        if self.as_json:
            say_json({"ok": not wrong, "findings": [_as_json(finding) for finding in found]})
        else:
            for finding in found:
                say(f"mended: {finding.sentence}" if finding.mended else finding.sentence)
            if not found:
                _say_well(opened, quick=self.quick)
        if wrong:
            raise Inconsistent(
                f"{counted(wrong, 'problem remains', 'problems remain')}: do what is said of each"
            )
        return 0


def _as_json(finding: "Finding") -> dict[str, str | bool | None]:
    path = None if finding.path is None else to_text(finding.path)
    return {"kind": finding.kind, "path": path, "sentence": finding.sentence, "mended": finding.mended}


def _say_well(library: "Library", *, quick: bool) -> None:
    with library.catalog.read() as transaction:
        glance = transaction.photos.glance()
    contents = "; contents were not read (--quick)" if quick else ""
    say(
        f"all is well: {counted(glance.files, 'file')}, {counted(glance.photos, 'photo')}, "
        f"{counted(glance.vectors, 'vector')}{contents}"
    )
    if glance.absent_photos:
        one, many = "photo that lies nowhere now is", "photos that lie nowhere now are"
        photos = counted(glance.absent_photos, one, many)
        say(f"{photos} kept besides, with their vectors, tags and albums")
