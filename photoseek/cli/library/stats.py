"""`photoseek stats`: the photos in numbers."""

import os
from typing import TYPE_CHECKING

from photoseek.cli.command import Command
from photoseek.cli.library.charts import chart, terminal_width
from photoseek.cli.options import add_json
from photoseek.cli.output import say, say_json
from photoseek.cli.parser import Parser
from photoseek.storage import for_terminal

if TYPE_CHECKING:
    from photoseek.hooks import Hooks
    from photoseek.searcher.statistics import Statistics

_MOST = 10  # names of a kind
_REJECTED = "-1"


class Stats(Command):
    """Count photos by year, camera, lens, tag, place, format and rating, as small charts.

    Examples:
      photoseek stats
      photoseek stats --where "country:italy after:2019"
    """

    where: str | None
    as_json: bool

    def add_arguments(self, parser: Parser) -> None:
        """Add which photos to count, and the form of the answer."""
        parser.option("--where", "QUERY", "Count only the photos that a query finds.")
        add_json(parser)

    def run(self, hooks: "Hooks") -> int:
        """Count the photos."""
        from photoseek.searcher.statistics import statistics
        from photoseek.storage import Library

        opened, among = Library.existing(self.library), None
        if self.where is not None:
            from photoseek.searcher import parse_line

            found = hooks.searcher(self.library).matching(parse_line(self.where).anchored(hooks.directory))
            among = found.photo_ids
            for note in found.notes:
                say(for_terminal(note), err=True)
        counts = statistics(opened, among)
        if self.as_json:
            totals = {"photos": counts.photos, "undated": counts.undated, "unlocated": counts.unlocated}
            say_json(totals | counts.kinds)
        else:
            _say_charts(counts)
        return 0


def _say_charts(counts: "Statistics") -> None:
    from photoseek.searcher.statistics import listed

    without = (
        f" ({counts.undated:,} without a date, {counts.unlocated:,} without a place)" if counts.photos else ""
    )
    say(_photos(counts.photos) + without)
    width = terminal_width()
    coloured = not os.environ.get("NO_COLOR")  # as https://no-color.org has it
    for kind, names in counts.kinds.items():
        shown, others, of_others = listed(names, None if kind == "years" else _MOST)
        if not shown:
            continue
        say("")
        say(kind)
        for line in chart([(_shown(kind, name), count) for name, count in shown], width, coloured=coloured):
            say(line)
        if others:
            say(f"  and {others:,} others, with {_photos(of_others)}")


def _photos(count: int) -> str:
    return f"{count:,} photo" if count == 1 else f"{count:,} photos"


def _shown(kind: str, name: str) -> str:
    if kind == "ratings":
        return "rejected" if name == _REJECTED else "★" * int(name) or "0"
    return for_terminal(name)
