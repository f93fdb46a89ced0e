"""`photoseek judge`: which hits of a question are right."""

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from photoseek.cli.context import hooks_of
from photoseek.cli.options import AsJson, LibraryFolder, Words
from photoseek.cli.output import say, say_captions_are_read, say_json
from photoseek.cli.query_words import QueryCommand, unmarked
from photoseek.storage import Library, for_terminal, to_text

if TYPE_CHECKING:
    from photoseek.searcher.hits.records import Hit

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
    from photoseek.searcher.judging.judging import named, question, verdicts_of
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
    query = question(parse(unmarked(words)).anchored(hooks.directory))
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
    said = verdicts_of(*(named(opened, hits, names or [], hooks.directory) for names in (right, wrong)))
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


def _ask(library: Library, line: str, hits: "tuple[Hit, ...]") -> None:
    """Ask for one key a hit; what it says is kept before the next is shown."""
    from photoseek.cli.judging.keys import single_keys
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
