"""`photoseek find`: photos by what they show, and by when, where and with what they were taken.

Nothing is imported here that takes a while: help and errors wait for this module.
"""

import gc
import os

from photoseek.cli.command import Command
from photoseek.cli.options import (
    add_json,
    add_paths,
    add_query_words,
    named_path,
    one_of,
    refuse_two_forms,
    whole_number,
)
from photoseek.cli.parser import Parser

TYPE_CHECKING = False
if TYPE_CHECKING:  # `typing` takes 9 ms
    from pathlib import Path

    from photoseek.hooks import Hooks
    from photoseek.searcher import Query
    from photoseek.searcher.scoring.relevance import Relevance

USUAL_LIMIT = 20  # a test compares it with the searcher's, which takes a while to load


class Find(Command):
    """Find photos by what they show, and by when, where and with what they were taken.

    Words are embedded together, "a phrase" on its own; -word pushes away, 2:word weighs more, +photo.jpg or
    +#12 looks for alike. Filters are after: before: on: during: camera: lens: in: near: country: type: is: rating:
    tag: album: name: text: keyword:, each with - before it for the opposite; OR, NOT and parentheses combine them;
    sort:date lists by date. docs/query.md has them all.

    Examples:
      photoseek find a dog running on the beach
      photoseek find beach last summer
      photoseek find birthday cake tag:family after:2019 --limit 5
      photoseek find beach -people -in:2023 during:summer
      photoseek find +Pictures/p01.png 0.5:"in the snow"
      photoseek find a cat --more Pictures/p02.png --less 1
      photoseek find sunset --paths -0 | xargs -0 cp -t ~/sunsets
      photoseek find a cat --min strong
      photoseek find a dog --varied --limit 5
      photoseek find a cat -people --explain --limit 3
      photoseek find a cat --limit 1 --heat-map heat
    """

    words: list[str]
    limit: int
    page_after: str | None
    more: list[str]
    less: list[str]
    least: "Relevance | None"
    each: bool
    varied: bool
    explain: bool
    heat_map: "Path | None"
    open_best: bool
    as_json: bool
    paths: bool
    null: bool

    def add_arguments(self, parser: Parser) -> None:
        """Add the question, which hits are given, and in which form."""
        add_query_words(parser)
        parser.option("--limit", "NUMBER", "Number of hits.", read=whole_number(1), default=USUAL_LIMIT)
        parser.option(
            "--page-after", "CURSOR", "Give the page of hits behind a cursor: the `next` of a page."
        )
        parser.option("--more", "PHOTO", "Look for more photos like this path or id.", repeated=True)
        parser.option("--less", "PHOTO", "Look for fewer photos like this path or id.", repeated=True)
        parser.option(
            "--min",
            "GRADE",
            "Leave out hits with a grade below this: strong, possible or weak.",
            read=one_of("strong", "possible", "weak"),
            into="least",
        )
        parser.flag("--each", "List frames of a burst, and copies, each on a line of its own.")
        parser.flag("--varied", "Give hits that differ from each other, rather than all the nearest.")
        parser.flag("--explain", "Show what each part of the query gave each hit.")
        parser.option("--heat-map", "FOLDER", "Paint where each hit matched, into a folder.", read=named_path)
        parser.flag("--open", "Open the best hit in the photo viewer.", into="open_best")
        add_json(parser)
        add_paths(parser)

    @property
    def gives_words_alone(self) -> bool:
        """Return whether all that it does is print: a resident may do that for another process."""
        # A photo viewer belongs to the person's own session; other questions would wait while heat maps are made.
        return not (self.open_best or self.heat_map)

    def prepare_process(self) -> None:
        """Set up a process that answers one question, before NumPy is loaded."""
        gc.disable()  # to look through all that gets loaded costs more than one question can leave behind
        # A question's products are small: threads that share one wait for each other, a fifth of a second in all.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

    def run(self, hooks: "Hooks") -> int:
        """Answer. Raises what reading a query and asking a library can raise."""
        refuse_two_forms(as_json=self.as_json, paths=self.paths or self.null, explain=self.explain)
        from photoseek.cli.search.answer import recommend_once, say_answer, searcher_for
        from photoseek.searcher.answer import FindOptions, answer_query

        query = self._query(
            hooks
        )  # a resident's hooks have the folder of the person who asks, and a searcher
        searcher = searcher_for(query, self.library, hooks)
        options = FindOptions(self.limit, self.page_after, self.least, self.each, self.varied, self.explain)
        answer = answer_query(searcher, query, options)
        if self.heat_map is not None:
            from photoseek.cli.search.heat_maps import with_heat_maps
            from photoseek.storage.disk.paths import as_meant

            folder = hooks.directory / as_meant(self.heat_map)
            answer = with_heat_maps(hooks, searcher, query, answer, folder)
        say_answer(answer, as_json=self.as_json, paths=self.paths, null=self.null)
        if not (self.as_json or self.paths or self.null):
            recommend_once(searcher)
        if self.open_best and answer.hits:
            import click  # here rather than above: it takes a while to load

            click.launch(answer.hits[0].path)
        return 0

    def _query(self, hooks: "Hooks") -> "Query":
        from photoseek.searcher import Query, parse

        if not (self.more or self.less):
            return parse(self.words).anchored(hooks.directory)
        from photoseek.searcher.scoring.feedback import with_feedback

        query = parse(self.words, nearer=bool(self.more)) if self.words else Query()
        return with_feedback(query, self.more, self.less).anchored(hooks.directory)
