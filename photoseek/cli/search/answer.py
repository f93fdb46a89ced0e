"""What `photoseek find` says of an answer."""

from dataclasses import replace

from photoseek.cli.output import say, say_captions_are_read, say_paths
from photoseek.cli.search.hit_table import as_table
from photoseek.embedder import EMBEDDED, RECOMMENDED
from photoseek.hooks import Hooks
from photoseek.searcher import Answer, Query, Searcher
from photoseek.searcher.answer import USUAL_LIMIT
from photoseek.searcher.hits import render
from photoseek.storage import Place, for_terminal

_OF_NOTHING = 3  # rows that are shown where nothing matches


def recommend_once(searcher: Searcher) -> None:
    """Name the recommended model to a person who has the one that ships, once for each library."""
    if searcher.model.name == EMBEDDED.name and searcher.first_time("recommended-model"):
        say(
            f"a larger model knows more: `photoseek models use {RECOMMENDED.name}` ({RECOMMENDED.megabytes} MB to "
            "download); `photoseek models list` compares them. This is said once",
            err=True,
        )


def searcher_for(query: Query, library: Place, hooks: Hooks) -> Searcher:
    """Return what answers the query, and say why if it takes a while to begin."""
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
        say(for_terminal(note), err=True)
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
