"""`photoseek set`: ratings, favourites, titles, dates and places that a person sets."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from photoseek.cli.command import Command
from photoseek.cli.edits.settings import add_settings, is_anything_set, settings_of
from photoseek.cli.options import add_json, whole_number
from photoseek.cli.output import columns, say, say_json
from photoseek.cli.parser import Parser, UsageError
from photoseek.cli.picking import add_paths_or_query, picked
from photoseek.indexer.wording import counted
from photoseek.storage import for_terminal, to_text

if TYPE_CHECKING:
    from photoseek.hooks import Hooks
    from photoseek.searcher.edits.planning import Plan
    from photoseek.storage import Change, Library, Transaction

_PATHS_SHOWN = 3
_CLOCKS_SHOWN = 20
_TAKES_A_WHILE = 10_000  # photos


class Set(Command):
    """Set ratings, favourites, titles, dates and places of photos; the files stay as they are.

    What you set counts for more than what the file says, also when the file is read again. Each change has a
    number by which it can be undone. With --where, what would change is shown first, and --apply does it.

    Examples:
      photoseek set --rating 4 ~/Pictures/2023/06/*.jpg
      photoseek set --favourite --title "The old harbour" ~/Pictures/p01.png
      photoseek set --date 2004-07 --place "47.1,8.2" ~/Pictures/2024/*.jpg
      photoseek set --shift -1h --where "on:2023-06" --apply
      photoseek set --hide --where "a receipt"
      photoseek set --clear rating,date ~/Pictures/p01.png
      photoseek set --undo 3
    """

    paths: list[Path]
    where: str | None
    rating: int | None
    favourite: bool
    no_favourite: bool
    hide: bool
    unhide: bool
    title: str | None
    description: str | None
    date: str | None
    shift: str | None
    place: str | None
    clear: str | None
    apply: bool
    undo: int | None
    list_changes: bool
    as_json: bool

    def add_arguments(self, parser: Parser) -> None:
        """Add the photos, what is set, and what is done about earlier changes."""
        add_paths_or_query(parser)
        add_settings(parser)
        parser.flag("--apply", "With --where, do it. Without this option, what would change is only shown.")
        parser.option("--undo", "NUMBER", "Undo the change of this number.", read=whole_number(1))
        parser.flag("--list", "List the changes with their numbers.", into="list_changes")
        add_json(parser)

    def run(self, hooks: "Hooks") -> int:
        """Set, undo or list."""
        from photoseek.storage import Library

        modes = (is_anything_set(self), self.undo is not None, self.list_changes)
        if sum(modes) != 1:
            raise UsageError("say one thing: what to set, as in --rating 4, or --undo NUMBER, or --list")
        if not modes[0] and (self.paths or self.where is not None or self.apply):
            raise UsageError(
                "--undo and --list are about whole changes: leave paths, --where and --apply out"
            )
        opened = Library.existing(self.library)
        if self.list_changes:
            _say_changes(opened, as_json=self.as_json)
        elif self.undo is not None:
            _undo(opened, self.undo, as_json=self.as_json)
        else:
            self._set(hooks, opened)
        return 0

    def _set(self, hooks: "Hooks", library: "Library") -> None:
        from photoseek.searcher.edits.planning import planned

        settings = settings_of(self)
        photo_ids = picked(hooks, library, self.paths, self.where)
        if len(photo_ids) >= _TAKES_A_WHILE:
            say(f"looking at {len(photo_ids)} photos, which takes some seconds …", err=True)
        if self.where is None or self.apply:
            with library.catalog.write() as transaction:
                plan = planned(transaction, photo_ids, settings)
                change = transaction.edits.make(settings.what, plan.edits)
                report = _Report(transaction, plan, change, applied=True)
        else:
            with library.catalog.read() as transaction:
                report = _Report(transaction, planned(transaction, photo_ids, settings), None, applied=False)
        report.say(as_json=self.as_json)


class _Report:
    """What was set or would be, with the paths to show."""

    def __init__(
        self, transaction: "Transaction", plan: "Plan", change: "Change | None", *, applied: bool
    ) -> None:
        self._plan, self._change, self._applied = plan, change, applied
        photo_ids = plan.photo_ids
        self._count = len(photo_ids)
        self._examples = _paths(transaction, photo_ids[:_PATHS_SHOWN])
        self._without_time = _paths(transaction, plan.without_time)

    def say(self, *, as_json: bool) -> None:
        what = self._plan.settings.what
        if as_json:
            say_json(
                {
                    "applied": self._applied,
                    "change": None if self._change is None else self._change.number,
                    "what": what,
                    "photos": self._count,
                    "unchanged": self._plan.asked - self._count,
                    "without_time": [to_text(path) for path in self._without_time],
                }
            )
            return
        for path in self._without_time[:_CLOCKS_SHOWN]:
            say(f"no time of day is known, so its clock stays: {for_terminal(path)}", err=True)
        if (more := len(self._without_time) - _CLOCKS_SHOWN) > 0:
            say(f"so it is with {counted(more, 'more photo')}; --json names them all", err=True)
        if not self._count:
            say(f"nothing to change: {counted(self._plan.asked, 'photo')}, {for_terminal(what)}")
        elif self._change is not None:
            number = self._change.number
            say(f"change {number}: {counted(self._count, 'photo')}, {for_terminal(what)}")
            say(f"`photoseek set --undo {number}` takes it back", err=True)
        else:
            say(f"{counted(self._count, 'photo')} would change: {for_terminal(what)}")
            for path in self._examples:
                say(f"  {for_terminal(path)}")
            if self._count > len(self._examples):
                say(f"  and {self._count - len(self._examples)} more")
            say("a dry run: --apply changes them", err=True)


def _paths(transaction: "Transaction", photo_ids: "list[int] | tuple[int, ...]") -> list[str]:
    photos = transaction.photos.by_id(photo_ids).values()
    return [photo.paths[0] for photo in photos if photo.paths]


def _undo(library: "Library", number: int, *, as_json: bool) -> None:
    with library.catalog.write() as transaction:
        overruled = transaction.edits.overruled(number)
        change = transaction.edits.undo(number)
    if overruled:
        kept = counted(overruled, "photo keeps", "photos keep")
        say(f"{kept} what a later change set: undo that one too for what was before both", err=True)
    if as_json:
        say_json({"undone": change.number, "what": change.what, "photos": change.photos})
    else:
        say(
            f"change {change.number} is undone: {counted(change.photos, 'photo')}, {for_terminal(change.what)}"
        )


def _say_changes(library: "Library", *, as_json: bool) -> None:
    with library.catalog.read() as transaction:
        changes = transaction.edits.changes()
    if as_json:
        say_json({"changes": [_as_json(change) for change in changes]})
        return
    rows = [
        (
            str(change.number),
            change.made_at,
            counted(change.photos, "photo"),
            for_terminal(change.what) + (f" (undone {change.undone_at})" if change.undone_at else ""),
        )
        for change in changes
    ]
    for line in columns(rows, right={0, 2}):
        say(line)
    if not changes:
        say("nothing has been set yet: `photoseek set --rating 4 PATH` would be the first", err=True)


def _as_json(change: "Change") -> dict[str, Any]:
    return {
        "change": change.number,
        "made_at": change.made_at,
        "what": change.what,
        "photos": change.photos,
        "undone_at": change.undone_at,
    }
