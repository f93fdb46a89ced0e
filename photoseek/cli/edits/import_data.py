"""`photoseek import-data`: what `photoseek export-data` wrote, into this library."""

from pathlib import Path
from typing import TYPE_CHECKING

from photoseek.cli.command import Command
from photoseek.cli.options import add_json, named_path
from photoseek.cli.output import say, say_json
from photoseek.cli.parser import Parser
from photoseek.indexer.wording import counted
from photoseek.storage import for_terminal, to_text

if TYPE_CHECKING:
    from photoseek.hooks import Hooks
    from photoseek.storage import Change
    from photoseek.storage.exchange.importing import ImportPlan

_UNMATCHED_SHOWN = 10


class ImportData(Command):
    """Take what `photoseek export-data` wrote into this library. What would change is shown first.

    Photos are known by their content, else by their paths. Of two words about one thing the later one counts;
    where both are as old, what this library has stays.

    Examples:
      photoseek import-data ~/said.json
      photoseek import-data ~/said.json --apply
    """

    file: Path
    apply: bool
    as_json: bool

    def add_arguments(self, parser: Parser) -> None:
        """Add the file that is read, and whether anything changes."""
        parser.argument("file", "FILE", read=named_path)
        parser.flag("--apply", "Do it. Without this option, what would change is only counted.")
        add_json(parser)

    def run(self, hooks: "Hooks") -> int:
        """Take it in, or say what would be."""
        from photoseek.cli.edits.checks import CHECKS
        from photoseek.storage import Library, read_document

        document = read_document(self.file, CHECKS)
        catalog = Library.existing(self.library).catalog
        change = None
        if self.apply:
            with catalog.write() as transaction:
                plan = transaction.exchange.planned(document)
                change = transaction.exchange.carry_out(plan, f"imported from {to_text(self.file.name)}")
        else:
            with catalog.read() as transaction:
                plan = transaction.exchange.planned(document)
        if self.as_json:
            say_json(_as_json(plan, change, applied=self.apply))
        else:
            _say(plan, change, applied=self.apply)
        return 0


def _as_json(plan: "ImportPlan", change: "Change | None", *, applied: bool) -> dict[str, object]:
    return {
        "applied": applied,
        "change": None if change is None else change.number,
        "matched_by_content": plan.by_content,
        "matched_by_path": plan.by_path,
        "unmatched": plan.unmatched,
        **_counts(plan),
        "kept": plan.kept,
        "notes": [to_text(note) for note in plan.notes],
    }


def _counts(plan: "ImportPlan") -> dict[str, int]:
    return {
        "fields": len(plan.edits),
        "tags": len(plan.tags),
        "albums": len(plan.albums),
        "album_photos": len(plan.album_photos),
        "judgements": len(plan.judgements),
        "faces": len(plan.people.faces),
        "persons": len(plan.people.persons),
        "patterns": sum(map(len, plan.patterns.values())),
    }


def _say(plan: "ImportPlan", change: "Change | None", *, applied: bool) -> None:
    for note in plan.notes:
        say(for_terminal(note), err=True)
    if plan.unmatched:
        unmatched = counted(len(plan.unmatched), "photo of the file is", "photos of the file are")
        say(f"{unmatched} not in this library:", err=True)
        for path in plan.unmatched[:_UNMATCHED_SHOWN]:
            say(f"  {for_terminal(path)}", err=True)
        if len(plan.unmatched) > _UNMATCHED_SHOWN:
            say(f"  and {len(plan.unmatched) - _UNMATCHED_SHOWN} more", err=True)
    say(f"known by their content: {counted(plan.by_content, 'photo')}; by their paths: {plan.by_path}")
    new = ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in _counts(plan).items() if count)
    say(f"new: {new or 'nothing'}")
    if plan.kept:
        kept = counted(plan.kept, "thing")
        say(f"left alone: {kept} about which this library says something else, and said it as late or later")
    if change is not None:
        say(f"`photoseek set --undo {change.number}` takes back the fields", err=True)
    if not applied and not plan.is_empty:
        say("a dry run: --apply takes it in", err=True)
