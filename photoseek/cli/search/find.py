"""`photoseek find`: photos by what they show, and by when, where and with what they were taken."""

from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from photoseek.cli.context import hooks_of
from photoseek.cli.options import AsJson, LibraryFolder, Null, PathsOnly, Words, refuse_two_forms
from photoseek.cli.query_words import QueryCommand, unmarked

if TYPE_CHECKING:
    from photoseek.searcher.scoring.relevance import Relevance

commands = typer.Typer(rich_markup_mode=None)


class Least(Enum):
    """What --min may be, as typer wants it."""

    strong = "strong"
    possible = "possible"
    weak = "weak"


@commands.command(cls=QueryCommand)
def find(
    context: typer.Context,
    library: LibraryFolder,
    words: Words = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many hits.")] = 20,
    page_after: Annotated[
        str | None, typer.Option("--page-after", metavar="CURSOR", help="Go on behind a page: its `next`.")
    ] = None,
    more: Annotated[
        list[str] | None, typer.Option("--more", metavar="PHOTO", help="More like this path or id.")
    ] = None,
    less: Annotated[
        list[str] | None, typer.Option("--less", metavar="PHOTO", help="Fewer like this path or id.")
    ] = None,
    as_json: AsJson = False,
    paths: PathsOnly = False,
    null: Null = False,
    open_best: Annotated[bool, typer.Option("--open", help="Open the best hit in the photo viewer.")] = False,
    each: Annotated[
        bool, typer.Option("--each", help="List frames of a burst, and copies, each on its own.")
    ] = False,
    least: Annotated[
        Least | None, typer.Option("--min", help="Leave out hits that are less than this.")
    ] = None,
    varied: Annotated[
        bool, typer.Option("--varied", help="Hits that differ, rather than all the nearest.")
    ] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Say of each hit what each part of the query gave.")
    ] = False,
    heat_map: Annotated[
        Path | None,
        typer.Option("--heat-map", metavar="FOLDER", help="Paint where each hit matched, into a folder."),
    ] = None,
) -> None:
    """Find photos by what they show, and by when, where and with what they were taken.

    Words are embedded together, "a phrase" on its own; -word pushes away, 2:word weighs more, +photo.jpg or
    +#12 looks for alike. Filters are after: before: on: during: camera: lens: in: near: country: type: is: tag:
    album: name: text: keyword:, each with - before it for the opposite; OR, NOT and parentheses combine them;
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
    from photoseek.cli.search.find_action import recommend_once, say_answer, searcher_for
    from photoseek.searcher.answer import FindOptions, answer_query
    from photoseek.searcher.query.parsing import parse
    from photoseek.searcher.query.query import Query
    from photoseek.searcher.scoring.feedback import with_feedback

    refuse_two_forms(as_json=as_json, paths=paths or null, explain=explain)
    typed = unmarked(words)
    asked = Query() if (more or less) and not typed else parse(typed, nearer=bool(more))
    hooks = hooks_of(context)  # a resident may answer, with the folder of whoever asks and its own searcher
    query = with_feedback(asked, more or [], less or []).anchored(hooks.directory)
    searcher = searcher_for(query, library, hooks)
    at_least: Relevance | None = least and least.value
    answer = answer_query(searcher, query, FindOptions(limit, page_after, at_least, each, varied, explain))
    if heat_map is not None:
        from photoseek.cli.search.heat_maps import with_heat_maps

        folder = hooks.directory / heat_map.expanduser()
        answer = with_heat_maps(hooks, searcher, query, answer, folder)
    say_answer(answer, as_json=as_json, paths=paths, null=null)
    if not (as_json or paths or null):
        recommend_once(searcher)
    if open_best and answer.hits:
        typer.launch(answer.hits[0].path)
