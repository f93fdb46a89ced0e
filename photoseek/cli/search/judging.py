"""`photoseek judge`, `photoseek evaluate`: which hits are right, and which model finds them."""

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from photoseek.cli.context import hooks_of
from photoseek.cli.options import AsJson, LibraryFolder, Words
from photoseek.cli.output import progress, say, say_captions_are_read, say_json
from photoseek.cli.search.commands import QueryCommand
from photoseek.storage import Library, for_terminal, to_text

if TYPE_CHECKING:
    from photoseek.searcher.hits.records import Hit
    from photoseek.searcher.judging.judging import Judged
    from photoseek.storage import Model

commands = typer.Typer(rich_markup_mode=None)
_KEYS = {"y": "right", "n": "wrong", " ": "–", "q": "–"}


@commands.command(cls=QueryCommand)
def judge(
    context: typer.Context,
    library: LibraryFolder,
    words: Words = None,
    right: Annotated[
        list[str] | None,
        typer.Option("--right", metavar="PHOTOS", help="Hits as in 1,4-6, ids as in #12,#13, or a path."),
    ] = None,
    wrong: Annotated[
        list[str] | None, typer.Option("--wrong", metavar="PHOTOS", help="The same, of what is wrong.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many hits are judged.")] = 20,
    model: Annotated[
        str | None,
        typer.Option("--model", metavar="NAME", help="Judge the hits of another than the one in use."),
    ] = None,
    listing: Annotated[bool, typer.Option("--list", help="List the questions that were judged.")] = False,
    forget: Annotated[bool, typer.Option("--forget", help="Forget what was said of this question.")] = False,
    as_json: AsJson = False,
) -> None:
    """Say which hits of a question are right, so that `photoseek evaluate` can compare models by it.

    On a terminal, each of the first hits is asked for with one key: y right, n wrong, space to leave it, q to
    stop; what was said is kept at once. What is said of a burst goes for each frame. --right and --wrong say it
    for scripts, by the hits' numbers as `find` lists them, by ids or by paths.

    Examples:
      photoseek judge a cat

      photoseek judge a cat --right 1,3 --wrong 2

      photoseek judge a cat --right Pictures/p02.png --json

      photoseek judge --list

      photoseek judge a cat --forget
    """
    from photoseek.searcher.judging.judging import named, question, said_of
    from photoseek.searcher.query.parsing import parse

    if forget and (right or wrong):
        raise typer.BadParameter(
            "--forget forgets all that was said: leave --right and --wrong out, or --forget"
        )
    opened = Library.existing(library)
    if listing:
        _say_all(opened, as_json=as_json)
        return
    hooks = hooks_of(context)
    query = question(parse([word.removeprefix("\0") for word in words or []]).anchored(hooks.directory))
    line = str(query)
    if forget:
        with opened.catalog.write() as transaction:
            count = transaction.judgements.forget(line)
        if as_json:
            say_json({"query": line, "forgotten": count})
        else:
            say(f"{count} judgements forgotten")
        return
    searcher = hooks.searcher(library, model)
    if not searcher.knows_background:
        say_captions_are_read()
    hits = searcher.find(query, limit, fold=True).hits
    said = said_of(*(named(opened, hits, names or [], hooks.directory) for names in (right, wrong)))
    if said:
        with opened.catalog.write() as transaction:
            transaction.judgements.put(line, said)
    elif not as_json:
        if sys.stdin.isatty():
            _ask(opened, line, hits)
        else:
            _number(opened, line, hits)
            return
    _say(opened, line, as_json=as_json)


@commands.command()
def evaluate(context: typer.Context, library: LibraryFolder, as_json: AsJson = False) -> None:
    """Compare the models that all photos are embedded with, by the questions that were judged.

    R@k is the share of questions with something right among the first k hits, MRR the mean of 1 ÷ the first
    right place, nDCG@10 how near the first ten come to the best order; docs/judging.md says more. `models use`
    keeps the vectors of the model before, until `models remove`.

    Examples:
      photoseek judge a cat --right 1

      photoseek evaluate

      photoseek evaluate --json
    """
    from photoseek.cli.search.model_figures import as_table
    from photoseek.searcher.judging.evaluating import evaluate as evaluated

    made = evaluated(Library.existing(library), hooks_of(context).read_photo, _shown)
    if as_json:
        told = {"models": [figures.as_json() for figures in made.figures], "left_out": made.left_out}
        say_json(told)
        return
    say(as_table(made.figures))
    for name, why in made.left_out.items():
        say(f"{name} is left out: {why}", err=True)


def _shown(questions: "list[Judged]", model: "Model") -> "Iterator[Judged]":
    with progress(questions, f"asking {model.name}") as bar:
        yield from bar


def _ask(library: Library, line: str, hits: "tuple[Hit, ...]") -> None:
    """Ask for one key a hit; what it says is kept before the next is shown."""
    from photoseek.cli.search.keys import single_keys
    from photoseek.searcher.judging.judging import photos_of

    with library.catalog.read() as transaction:
        before = transaction.judgements.of(line)
    with single_keys() as key_typed:
        say("y right, n wrong, space leaves it, q stops", err=True)
        for number, hit in enumerate(hits, 1):
            say(f"{_numbered(number, hit, before)}  ", err=True, end="")
            while (key := key_typed().lower()) not in _KEYS:
                pass
            say(_KEYS[key], err=True)
            if key == "q":
                return
            if key in "yn":
                with library.catalog.write() as transaction:
                    transaction.judgements.put(line, dict.fromkeys(photos_of(library, hit), key == "y"))


def _number(library: Library, line: str, hits: "tuple[Hit, ...]") -> None:
    with library.catalog.read() as transaction:
        said = transaction.judgements.of(line)
    for number, hit in enumerate(hits, 1):
        say(_numbered(number, hit, said))
    say("say which are right with --right 1,4 and --wrong 2, or judge them on a terminal", err=True)


def _numbered(number: int, hit: "Hit", said: dict[int, bool]) -> str:
    from photoseek.searcher.hits.records import shown_path

    before = {True: "right", False: "wrong", None: "–"}[said.get(hit.photo.photo_id)]
    return f"{number:>3}  {before:<5}  {shown_path(hit.path, hit.gone)}"


def _say(library: Library, line: str, *, as_json: bool) -> None:
    with library.catalog.read() as transaction:
        said = transaction.judgements.of(line)
        photos = transaction.photos.by_id(sorted(said))
    if not as_json:
        right = sum(said.values())
        say(f"{for_terminal(line)}: {right} right, {len(said) - right} wrong")
        return
    told: dict[str, Any] = {"query": line, "right": [], "wrong": []}
    for photo_id, good in said.items():
        paths = photos[photo_id].paths
        told["right" if good else "wrong"].append(
            {"photo_id": photo_id, "path": to_text(paths[0]) if paths else None}
        )
    say_json(told)


def _say_all(library: Library, *, as_json: bool) -> None:
    from photoseek.searcher.judging.judging import Judged

    with library.catalog.read() as transaction:
        judged = [Judged(query, said) for query, said in transaction.judgements.all().items()]
    if as_json:
        told = [{"query": one.query, "right": one.right, "wrong": one.wrong} for one in judged]
        say_json({"questions": told})
        return
    for one in judged:
        say(f"{for_terminal(one.query)}  ({len(one.right)} right, {len(one.wrong)} wrong)")
    if not judged:
        say("no question has been judged", err=True)
