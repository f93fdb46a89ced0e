"""`photoseek album suggest`: albums that the library's photos make by themselves."""

from argparse import ArgumentTypeError
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from photoseek.cli.command import Command
from photoseek.cli.options import add_json, named_path
from photoseek.cli.output import columns, say, say_captions_are_read, say_json
from photoseek.cli.parser import Parser, UsageError, shown
from photoseek.cli.steps import shown_if_many
from photoseek.indexer.wording import counted
from photoseek.storage import for_terminal, to_text

if TYPE_CHECKING:
    from photoseek.hooks import Hooks
    from photoseek.searcher.suggesting.suggesting import Suggestion
    from photoseek.storage import Library

_EXAMPLES = 3  # photos of a suggestion that are named


class Numbers(tuple[int, ...]):
    """Numbers of suggestions."""

    __slots__ = ()


def numbers(text: str) -> Numbers:
    """Take numbers of a list, as in 2,5."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not parts or not all(part.isascii() and part.isdigit() for part in parts):
        raise ArgumentTypeError(f"“{shown(text)}” names no suggestions: write their numbers, as in 2,5")
    return Numbers(map(int, parts))


class SuggestAlbums(Command):
    """Suggest albums: trips, events and themes, by when and where photos were taken and what they show.

    Nothing is made of them until you keep some by their numbers. One that you drop is not suggested again, nor is
    one that you have as an album.

    Examples:
      photoseek album suggest
      photoseek album suggest --sheet suggestions.html
    """

    keep: Numbers | None
    drop: Numbers | None
    sheet: Path | None
    as_json: bool

    def add_arguments(self, parser: Parser) -> None:
        """Add what becomes of the suggestions, and the form of the list."""
        parser.option(
            "--keep", "2,5,…", "Make albums of these suggestions of the list shown last.", read=numbers
        )
        parser.option("--drop", "3,…", "Never suggest these of the list shown last again.", read=numbers)
        parser.option("--sheet", "FILE", "Write a contact sheet of the suggestions.", read=named_path)
        add_json(parser)

    def run(self, hooks: "Hooks") -> int:
        """Show the suggestions, or keep and drop some of those shown last."""
        from photoseek.searcher.contact_sheet.writing import refuse_other_file
        from photoseek.searcher.suggesting.suggesting import suggest
        from photoseek.storage import Library

        opened = Library.existing(self.library)
        if self.keep is not None or self.drop is not None:
            if self.sheet is not None:
                raise UsageError("--sheet shows suggestions: leave it out with --keep and --drop")
            self._decide(opened)
            return 0
        if self.sheet is not None:
            refuse_other_file(self.sheet)
        searcher = hooks.searcher(self.library)
        if not searcher.knows_background:
            say_captions_are_read()
        suggested = suggest(searcher, opened, progress=shown_if_many("looking for themes"))
        with opened.catalog.write() as transaction:
            transaction.suggestions.show((one.name, frozenset(one.photo_ids)) for one in suggested)
        if self.as_json:
            paths = _examples(opened, suggested)
            say_json({"suggestions": [_as_json(n, one, paths) for n, one in enumerate(suggested, 1)]})
        else:
            _say_list(opened, suggested)
        if self.sheet is not None:
            _write_sheet(hooks, opened, suggested, self.sheet)
        return 0

    def _decide(self, library: "Library") -> None:
        """Keep and drop suggestions of the list shown last; all of them, or none if a number is not in it."""
        from photoseek.searcher.suggesting.deciding import decide

        kept, dropped = decide(library, self.keep or (), self.drop or ())
        if self.as_json:
            say_json({"kept": kept, "dropped": dropped})
            return
        for name in kept:
            say(f"made the album {for_terminal(name)}")
        for name in dropped:
            say(f"{for_terminal(name)} is not suggested again")


def _say_list(library: "Library", suggested: "Sequence[Suggestion]") -> None:
    if not suggested:
        say(
            "nothing to suggest: there are no trips, events or themes of enough photos that you don't have",
            err=True,
        )
        return
    paths = _examples(library, suggested)
    rows = [
        (str(number), one.kind, for_terminal(one.name), counted(len(one.photo_ids), "photo"), _span(one))
        for number, one in enumerate(suggested, 1)
    ]
    for line, one in zip(columns(rows, right={0}), suggested, strict=True):
        say(line.rstrip())  # a theme has no span
        for path in paths[one.photo_ids]:
            say(f"      {for_terminal(path)}")
    say("keep some with `photoseek album suggest --keep 1,2`, or --drop them", err=True)


def _span(one: "Suggestion") -> str:
    if one.begins is None or one.ends is None:
        return ""
    return one.begins if one.begins == one.ends else f"{one.begins} to {one.ends}"


def _as_json(number: int, one: "Suggestion", paths: dict[tuple[int, ...], list[str]]) -> dict[str, Any]:
    return {
        "number": number,
        "kind": one.kind,
        "name": one.name,
        "photos": len(one.photo_ids),
        "begins": one.begins,
        "ends": one.ends,
        "examples": [to_text(path) for path in paths[one.photo_ids]],
    }


def _examples(library: "Library", suggested: "Sequence[Suggestion]") -> dict[tuple[int, ...], list[str]]:
    """Return paths of photos spread over each suggestion, by its photo ids."""
    spread = {
        one.photo_ids: [
            one.photo_ids[(2 * part + 1) * len(one.photo_ids) // (2 * _EXAMPLES)] for part in range(_EXAMPLES)
        ]
        for one in suggested
    }
    with library.catalog.read() as transaction:
        photos = transaction.photos.by_id(sorted({photo_id for some in spread.values() for photo_id in some}))
    return {
        photo_ids: [
            photos[photo_id].paths[0] for photo_id in some if photo_id in photos and photos[photo_id].paths
        ]
        for photo_ids, some in spread.items()
    }


def _write_sheet(hooks: "Hooks", library: "Library", suggested: "Sequence[Suggestion]", sheet: Path) -> None:
    from photoseek.searcher.contact_sheet.page import Section
    from photoseek.searcher.contact_sheet.photos import sheet_photos
    from photoseek.searcher.contact_sheet.writing import write_sheet

    with hooks.thumbnail_maker(library) as make:
        sections = [
            Section(
                f"{number}. {one.name}",
                sheet_photos(library, ((photo_id, ()) for photo_id in one.photo_ids), make),
                counted(len(one.photo_ids), "photo"),
            )
            for number, one in enumerate(suggested, 1)
        ]
        write_sheet(sheet, "Suggested albums", sections)
    say(f"wrote the contact sheet {for_terminal(str(sheet))}", err=True)
