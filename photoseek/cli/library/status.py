"""`photoseek status`: the library at a glance, or what is known of one path."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from photoseek.cli.command import Command
from photoseek.cli.options import add_json, named_path
from photoseek.cli.output import say, say_json
from photoseek.cli.parser import Parser
from photoseek.indexer.extraction.names import TEXT, VIDEOS
from photoseek.indexer.wording import HELD_BACK, counted, tried_again
from photoseek.resident_client import is_answered
from photoseek.storage import for_terminal, to_text

if TYPE_CHECKING:
    from photoseek.hooks import Hooks
    from photoseek.storage import Extracted, IndexFacts, Library, Overview, WatchedRoot


class Status(Command):
    """Show the library at a glance; with PATH, whether it is in, what its file says, and if not, why not.

    Examples:
      photoseek status
      photoseek status ~/Pictures/IMG_2041.HEIC
    """

    path: Path | None
    as_json: bool

    def add_arguments(self, parser: Parser) -> None:
        """Add the path of one photo."""
        parser.argument("path", "PATH", read=named_path, optional=True)
        add_json(parser)

    def run(self, hooks: "Hooks") -> int:
        """Show the library, or what is known of one path."""
        from photoseek.storage import Library

        opened = Library.existing(self.library)
        if self.path is None:
            say_glance(opened, answered=is_answered(str(opened.folder)), as_json=self.as_json)
        else:
            say_known(opened, self.path, as_json=self.as_json)
        return 0


def place_of_parts(library: "Library") -> dict[str, str]:
    """Return where the library is, and which folder has its caches, as JSON has them."""
    return {"library": to_text(str(library.place)), "caches": to_text(str(library.folder))}


def say_known(library: "Library", path: Path, *, as_json: bool) -> None:
    """Say what is known of one path."""
    from photoseek.indexer.upkeep.claims import lines
    from photoseek.indexer.upkeep.why import why

    known = why(library, path)
    if as_json:
        say_json(asdict(known) | {"path": to_text(known.path)})
        return
    say(known.sentence)
    if known.tags:
        say(f"tags: {', '.join(map(for_terminal, known.tags))}")
    for line in lines(known.facts):
        say(line)


def say_glance(library: "Library", *, answered: bool, as_json: bool) -> None:
    """Say the library in numbers, and whether a process that stays answers its questions."""
    from photoseek.indexer.facts_version import worth_reading_again
    from photoseek.storage import Overview

    seen = Overview.of(library)
    if as_json:
        say_json(seen.as_json(resident=answered) | place_of_parts(library))
        return
    glance, index, watched = seen.glance, seen.index, {root.path: root for root in seen.following}
    say(f"library   {for_terminal(str(library.place))}")
    if library.place != library.folder:
        say(f"caches    {for_terminal(str(library.folder))}")
    say(f"model     {seen.model or 'none yet'}")
    say(f"photos    {glance.photos} in {counted(glance.files, 'file')}, {glance.vectors} with a vector")
    missing = counted(glance.missing_files, "file")
    say(f"missing   {missing} (kept until they return, or for `index --retention-days`)")
    if glance.excluded_files:
        say(f"left out  {counted(glance.excluded_files, 'known file')}: `photoseek status PATH` says by what")
    if seen.held_back_files:
        say(f"gone      {counted(seen.held_back_files, 'of them seems', 'of them seem')} gone, {HELD_BACK}")
    say(f"skipped   {counted(glance.skipped_files, 'file')}{_put_off(seen)}")
    say(f"tags      {glance.tags} on {counted(len(seen.tag_counts), 'word')}; albums: {glance.albums}")
    for kind, state in seen.extracted.items():
        say(f"{kind:<9} {_extracted(state, 'video' if kind == VIDEOS else 'photo', is_off=kind in seen.off)}")
    if TEXT in seen.off and TEXT not in seen.extracted:
        say(f"{TEXT:<9} off: `photoseek text on` has it read")
    if index is not None:
        say(f"search    {_searched(index)}")
    how = (
        "by a process that runs already, and has all loaded"
        if answered
        else "by a new process each: `photoseek watch` has one that stays"
    )
    say(f"questions are answered {how}")
    if advice := worth_reading_again(library):
        say(advice)
    for path, at in seen.roots.items():
        say(f"root      {for_terminal(path)}, compared {at or 'never'}{_followed(watched.get(path))}")


def _put_off(seen: "Overview") -> str:
    if seen.put_off_until is None:
        return ""
    those = "all" if seen.put_off_files == seen.glance.skipped_files else str(seen.put_off_files)
    return f", {those} for causes outside them: {tried_again(seen.put_off_until)}"


def _extracted(state: "Extracted", what: str, *, is_off: bool) -> str:
    failed = f", {state.failed} could not be read" if state.failed else ""
    waiting = f", {state.waiting} waiting for `photoseek index` or `watch`" if state.waiting else ""
    if is_off:
        waiting = "; off now, so no more are"
    return f"{counted(state.done, what)} looked at{failed}{waiting}"


def _searched(index: "IndexFacts") -> str:
    if index.is_exact or index.recall is None:
        return "exact: a question is compared with every vector"
    return (
        f"a question {index.in_words()} and finds {index.recall:.1%} of the ten nearest, "
        "as measured when they were made"
    )


def _followed(root: "WatchedRoot | None") -> str:
    if root is None:
        return ", not followed now: `photoseek watch` does"
    because = f" ({root.why})" if root.why else ""
    how = "waited for" if root.means == "waiting" else f"followed by {root.means}"
    return f", {how} since {root.since}{because}"
