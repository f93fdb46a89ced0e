"""`photoseek find` behind its command line: a plain question is read and answered without what reads options."""

from dataclasses import dataclass, replace
from pathlib import Path

from photoseek.cli.output import say, say_captions_are_read, say_paths
from photoseek.cli.search.hit_table import as_table
from photoseek.embedder import EMBEDDED, RECOMMENDED
from photoseek.hooks import Hooks
from photoseek.searcher.answer import USUAL_LIMIT, FindOptions, answer_query
from photoseek.searcher.hits import render
from photoseek.searcher.hits.records import Answer
from photoseek.searcher.query.parsing import parse
from photoseek.searcher.query.query import Query
from photoseek.searcher.search import Searcher

_OF_NOTHING = 3  # rows that are shown where nothing matches
_FLAGS = {"--json": "as_json", "--paths": "paths", "--null": "null", "-0": "null", "--each": "each"}


@dataclass(frozen=True, slots=True)
class Plain:
    """What was typed, where that is words and the usual options."""

    words: tuple[str, ...]
    library: Path | None = None  # None: the usual one
    limit: int = USUAL_LIMIT
    as_json: bool = False
    paths: bool = False
    null: bool = False
    each: bool = False


def read(arguments: list[str]) -> Plain | None:
    """Read a command line as typer would: typer, with pydantic behind it, is 0.14 of 1.46 s of processor time.

    None for one that has anything else in it: that is typer's.
    """
    words: list[str] = []
    flags: dict[str, bool] = {}
    library: Path | None = None
    limit = USUAL_LIMIT
    rest = iter(arguments)
    for typed in rest:
        if typed in _FLAGS:
            flags[_FLAGS[typed]] = True
        elif typed == "--limit" and (number := next(rest, "")).isascii() and number.isdigit() and int(number):
            limit = int(number)
        elif typed == "--library" and (named := next(rest, ""))[:1] not in {"", "-"}:
            library = Path(named)
        elif typed.startswith("--"):
            return None
        else:
            words.append(typed)
    plain = Plain(tuple(words), library, limit, **flags)
    return None if plain.as_json and (plain.paths or plain.null) else plain


def find(plain: Plain, library: Path, hooks: Hooks) -> None:
    """Answer, and say so. Raises what reading a query and asking a library can raise."""
    query = parse(plain.words).anchored(hooks.directory)
    searcher = searcher_for(query, library, hooks)
    answer = answer_query(searcher, query, FindOptions(plain.limit, each=plain.each))
    say_answer(answer, as_json=plain.as_json, paths=plain.paths, null=plain.null)
    if not (plain.as_json or plain.paths or plain.null):
        recommend_once(searcher)


def recommend_once(searcher: Searcher) -> None:
    """Name the recommended model to a person who has the one that ships, once for each library."""
    if searcher.model.name == EMBEDDED.name and searcher.first_time("recommended-model"):
        say(
            f"a larger model knows more: `photoseek models use {RECOMMENDED.name}` ({RECOMMENDED.megabytes} MB to "
            "download); `photoseek models list` compares them. This is said once",
            err=True,
        )


def searcher_for(query: Query, library: Path, hooks: Hooks) -> Searcher:
    """Give what answers the query, and say why if it takes a while to begin."""
    searcher = hooks.searcher(library)
    if query.embeds and not searcher.knows_background:
        say_captions_are_read()
    return searcher


def say_answer(answer: Answer, *, as_json: bool, paths: bool, null: bool) -> None:
    """Say the answer in the form that was asked for, and what a person should know of it."""
    if answer.matches is False:
        say(
            "not sure; the nearest are" if answer.unsure else "nothing here matches well",
            err=True,
        )
    for note in answer.notes:
        say(note, err=True)
    if as_json:
        say(render.as_json(answer))
    elif paths or null:
        say_paths((hit.path for hit in answer.hits), null=null)
    elif answer.hits:
        # Twenty photos of something else help nobody; a limit of one's own is kept.
        is_nothing = answer.matches is False and not answer.unsure
        few = is_nothing and len(answer.hits) == USUAL_LIMIT
        say(as_table(replace(answer, hits=answer.hits[:_OF_NOTHING]) if few else answer))
    elif answer.matches:
        say("no hit is strong: --min possible shows more", err=True)
    elif answer.matches is None and not answer.notes:
        say("nothing found: no photo of the library passes the filters", err=True)
