"""`photoseek verify`: whether catalog, files and caches agree."""

from contextlib import nullcontext
from typing import TYPE_CHECKING, Annotated

import typer

from photoseek.cli.options import AsJson, LibraryFolder
from photoseek.cli.output import say, say_json
from photoseek.indexer.errors import Inconsistent
from photoseek.indexer.wording import counted
from photoseek.storage import Library, to_text

if TYPE_CHECKING:
    from photoseek.indexer.upkeep.verify import Finding

commands = typer.Typer(rich_markup_mode=None)


@commands.command()
def verify(
    library: LibraryFolder,
    repair: Annotated[bool, typer.Option("--repair", help="Mend what can be mended.")] = False,
    quick: Annotated[
        bool, typer.Option("--quick", help="Believe each file's size and time, and leave contents unread.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Compare the catalog with the files, the vector index and the thumbnails, and name what doesn't agree.

    Photos are only read. --repair makes caches again, deletes what is torn or left over, and lets the next index
    read or embed again what needs it; tags, albums and what belongs to missing photos stay.

    Examples:
      photoseek verify

      photoseek verify --quick --repair
    """
    from photoseek.cli.progress_bar import progress_shown
    from photoseek.indexer.upkeep.verify import repair as mend
    from photoseek.indexer.upkeep.verify import verify as compare

    opened = Library.existing(library)
    with opened.indexing() if repair else nullcontext(), progress_shown() as show:
        found = list(compare(opened, quick=quick, on_progress=show))
        if repair and any(finding.can_be_mended for finding in found):
            found = mend(opened, found)
    wrong = sum(not finding.mended for finding in found)
    if as_json:
        say_json({"ok": not wrong, "findings": [_as_json(finding) for finding in found]})
    else:
        for finding in found:
            say(f"mended: {finding.sentence}" if finding.mended else finding.sentence)
        if not found:
            _say_well(opened, quick=quick)
    if wrong:
        things = counted(wrong, "thing is wrong and stays", "things are wrong and stay")
        raise Inconsistent(f"{things} so: do what is said of each")


def _as_json(finding: "Finding") -> dict[str, str | bool | None]:
    path = None if finding.path is None else to_text(finding.path)
    return {"kind": finding.kind, "path": path, "sentence": finding.sentence, "mended": finding.mended}


def _say_well(library: Library, *, quick: bool) -> None:
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
