"""`photoseek find`, `label`, `tag`, `album`: photos out of the library."""

import re
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from photoseek.cli.context import hooks_of
from photoseek.cli.options import AsJson, LibraryFolder, Null, PathsOnly, Words, refuse_two_forms
from photoseek.cli.output import say, say_json
from photoseek.cli.search.label import Labels
from photoseek.storage import Library, to_text

if TYPE_CHECKING:
    from photoseek.searcher.labels.words import Proposal
    from photoseek.searcher.scoring.relevance import Relevance

_EXAMPLES_SHOWN = 3


class Least(Enum):
    """What --min may be, as typer wants it."""

    strong = "strong"
    possible = "possible"
    weak = "weak"


_DASHED = re.compile(r"-(?!-)")

commands = typer.Typer(rich_markup_mode=None)


class QueryCommand(TyperCommand):
    """A command whose words may begin with one dash: they belong to the query, all but -0 before a `--`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 (typer's own context)
        """Keep dashed words from being taken for options; what follows an option is its value, whatever it is."""
        end = args.index("--") if "--" in args else len(args)
        valued = {
            name for option in self.params if not getattr(option, "is_flag", True) for name in option.opts
        }
        before = [
            typed if previous in valued else "--null" if typed == "-0" else _kept(typed)
            for previous, typed in zip(["", *args], args[:end], strict=False)
        ]
        return super().parse_args(ctx, before + args[end:])


def _kept(word: str) -> str:
    return f"\0{word}" if _DASHED.match(word) else word


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
    from photoseek.cli.search.finding import recommend_once, say_answer, searcher_for
    from photoseek.searcher.finding import Wanted, answer_to
    from photoseek.searcher.query.parsing import parse
    from photoseek.searcher.query.query import Query
    from photoseek.searcher.scoring.feedback import with_feedback

    refuse_two_forms(as_json=as_json, paths=paths or null, explain=explain)
    typed = [word.removeprefix("\0") for word in words or []]
    asked = Query() if (more or less) and not typed else parse(typed, nearer=bool(more))
    hooks = hooks_of(context)  # a resident may answer, with the folder of whoever asks and its own searcher
    query = with_feedback(asked, more or [], less or []).anchored(hooks.directory)
    searcher = searcher_for(query, library, hooks)
    at_least: Relevance | None = least and least.value
    answer = answer_to(searcher, query, Wanted(limit, page_after, at_least, each, varied, explain))
    if heat_map is not None:
        from photoseek.cli.search.heat_maps import with_heat_maps

        folder = hooks.directory / heat_map.expanduser()
        answer = with_heat_maps(hooks, searcher, query, answer, folder)
    say_answer(answer, as_json=as_json, paths=paths, null=null)
    if not (as_json or paths or null):
        recommend_once(searcher)
    if open_best and answer.hits:
        typer.launch(answer.hits[0].path)


@commands.command()
def tag(
    library: LibraryFolder,
    labels: Labels,
    apply: Annotated[
        bool, typer.Option("--apply", help="Keep the proposed tags; without it, a dry run.")
    ] = False,
    album: Annotated[bool, typer.Option("--album", help="Sort into an album a label.")] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Take away what the model tagged with these.")] = False,
    threshold: Annotated[
        float, typer.Option("--threshold", min=0.01, max=0.999, help="Probability from which to tag.")
    ] = 0.5,
    as_json: AsJson = False,
) -> None:
    """Propose tags for the whole library. New photos are tagged alike as they are indexed.

    Tags are kept in the library; no photo file is touched.

    Examples:
      photoseek tag --labels "beach,party,receipt"

      photoseek tag --labels "beach,party,receipt" --apply --album

      photoseek tag --labels party --undo
    """
    from photoseek.searcher.labels.words import parse_labels, propose
    from photoseek.searcher.search import Searcher

    if undo and (apply or album):
        raise typer.BadParameter("--undo takes tags away: leave --apply and --album out, or --undo")
    opened = Library.existing(library)
    named = parse_labels(labels)
    if undo:
        _undo(opened, named, as_json=as_json)
        return
    searcher = Searcher(opened)
    proposals = propose(opened, searcher.model, searcher.embedder, named, threshold)
    if apply:
        _apply(opened, proposals, albums=album)
    _say_proposals(opened, proposals, as_json=as_json, applied=apply)


def _undo(library: Library, names: list[str], *, as_json: bool) -> None:
    taken = {}
    with library.catalog.write() as transaction:
        for name in names:
            transaction.tags.drop_rule(name)
            taken[name] = transaction.tags.withdraw(name)
    if as_json:
        say_json({"taken_away": taken})
        return
    for name, count in taken.items():
        say(f"{name}: {count} tags taken away")


def _apply(library: Library, proposals: "list[Proposal]", *, albums: bool) -> None:
    with library.catalog.write() as transaction:
        transaction.tags.set_rules([proposal.rule for proposal in proposals])
        there = {album.name for album in transaction.albums.all()}
        for proposal in proposals:
            name = proposal.rule.name
            transaction.tags.withdraw(name, keep=proposal.probabilities)
            transaction.tags.propose(name, proposal.rule.model, proposal.probabilities)
            if albums and name not in there:
                transaction.albums.create(name, f'tag:"{name}"')


def _say_proposals(library: Library, proposals: "list[Proposal]", *, as_json: bool, applied: bool) -> None:
    from photoseek.searcher.hits.held_back import marked_photos
    from photoseek.searcher.hits.records import shown_path

    with library.catalog.read() as transaction:
        photos = transaction.photos.by_id(sorted({i for p in proposals for i in p.probabilities}))
        hits = {hit.photo.photo_id: hit for hit in marked_photos(transaction, photos.values())}
    if as_json:
        told = {
            p.rule.name: [
                {
                    "path": to_text(hits[i].path),
                    "photo_id": i,
                    "probability": round(probability, 4),
                    **({"seems_gone": True} if hits[i].seems_gone else {}),
                }
                for i, probability in p.probabilities.items()
            ]
            for p in proposals
        }
        say_json({"applied": applied, "labels": told})
        return
    for p in proposals:
        say(f"{p.rule.name}: {len(p.probabilities)} photos")
        for photo_id in list(p.probabilities)[:_EXAMPLES_SHOWN]:
            hit = hits[photo_id]
            say(f"  {p.probabilities[photo_id]:.0%}  {shown_path(hit.path, hit.gone)}")
    if not applied:
        say("a dry run: --apply keeps these tags", err=True)
