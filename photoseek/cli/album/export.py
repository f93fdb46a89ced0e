"""`photoseek album export`: an album's photos as copies, links or a contact sheet."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from photoseek.cli.command import Command
from photoseek.cli.options import add_album, named_path, one_of
from photoseek.cli.output import say
from photoseek.cli.parser import Parser, UsageError
from photoseek.indexer.wording import counted
from photoseek.storage import for_terminal

if TYPE_CHECKING:
    from photoseek.hooks import Hooks
    from photoseek.searcher import Hit, Searcher
    from photoseek.searcher.albums.exporting import Exported
    from photoseek.storage import Library


class ExportAlbum(Command):
    """Copy an album's photos into a folder; nothing there is overwritten, what was copied before stays.

    Photos of albums below it come into folders in that one. Originals are only read; but a hard link is the
    original itself by another name, so that a program which changes the one changes the other.

    Examples:
      photoseek album export wedding ~/for-grandma
      photoseek album export wedding ~/wedding-links --link symbolic
      photoseek album export wedding --sheet wedding.html
    """

    album: str
    folder: Path | None
    link: Literal["hard", "symbolic"] | None
    sheet: Path | None

    def __init__(self, name: str, typed: list[str]) -> None:
        """Read what stands behind the command's name. Raises UsageError, HelpAsked."""
        super().__init__(name, typed)
        if self.folder is None and (self.link is not None or self.sheet is None):
            raise UsageError("required: FOLDER to export to, or a contact sheet with --sheet FILE")

    def add_arguments(self, parser: Parser) -> None:
        """Add the album, the folder, and the form of the export."""
        add_album(parser)
        parser.argument("folder", "FOLDER", read=named_path, optional=True)
        parser.option(
            "--link",
            "KIND",
            "Make links in place of copies, hard or symbolic; where none can be made, the photo is copied.",
            read=one_of("hard", "symbolic"),
        )
        parser.option(
            "--sheet", "FILE", "Write a contact sheet, one HTML file with thumbnails.", read=named_path
        )

    def run(self, hooks: "Hooks") -> int:
        """Export the photos. Raises PhotosLeftOut at the end if some could not be."""
        from photoseek.searcher import PhotosLeftOut, export
        from photoseek.searcher.contact_sheet.writing import refuse_other_file
        from photoseek.storage import Library

        if self.sheet is not None:
            refuse_other_file(self.sheet)  # before anything is copied
        opened, searcher = Library.existing(self.library), hooks.searcher(self.library)
        exported = None
        if self.folder is not None:
            exported = export(searcher, opened, self.album, self.folder, self.link)
            _say_exported(exported, self.folder)
        if self.sheet is not None:
            self._write_sheet(hooks, opened, searcher, self.sheet)
        if exported is not None and exported.left_out:
            raise PhotosLeftOut(
                f"{counted(len(exported.left_out), 'file was', 'files were')} left out: see above"
            )
        return 0

    def _write_sheet(self, hooks: "Hooks", library: "Library", searcher: "Searcher", sheet: Path) -> None:
        from photoseek.searcher.albums.contents import hits_by_album
        from photoseek.searcher.contact_sheet.page import Section
        from photoseek.searcher.contact_sheet.photos import sheet_photos
        from photoseek.searcher.contact_sheet.writing import write_sheet

        albums = [
            (f"{self.album}/{below}".rstrip("/"), hits) for below, hits in hits_by_album(searcher, self.album)
        ]
        with hooks.thumbnail_maker(library) as make:
            sections = [
                Section(name, sheet_photos(library, _dated(hits), make), counted(len(hits), "photo"))
                for name, hits in albums
            ]
            write_sheet(sheet, self.album, sections)
        shown = counted(sum(len(hits) for _, hits in albums), "photo")
        say(f"{shown} on the contact sheet {for_terminal(str(sheet))}")


def _dated(hits: "Sequence[Hit]") -> list[tuple[int, tuple[str, ...]]]:
    """Return what the sheet shows below each photo's name: when it was taken, if that is known."""
    return [
        (hit.photo.photo_id, () if taken is None else (taken.replace("T", " "),))
        for hit in hits
        for taken in (hit.photo.facts.taken_at,)
    ]


def _say_exported(exported: "Exported", folder: Path) -> None:
    """Print what was copied and linked; what was done otherwise than asked goes to stderr."""
    before = f", {counted(len(exported.there), 'was', 'were')} there already" if exported.there else ""
    linked = f", {len(exported.links)} linked" if exported.links else ""
    say(f"{counted(len(exported.copies), 'photo')} copied{linked} to {for_terminal(str(folder))}{before}")
    for why, count in exported.not_linked.items():
        say(f"{counted(count, 'photo')} copied in place of linking, for {why}", err=True)
    if exported.without_times:
        copies = counted(len(exported.without_times), "copy has", "copies have")
        say(f"{copies} another time or other permissions than the original: the folder stores none", err=True)
    for path, why in sorted(exported.left_out.items()):
        say(f"left out, for {why}: {for_terminal(path)}", err=True)
