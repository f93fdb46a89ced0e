"""`photoseek find --heat-map`: a picture of each hit that shows where it matched, with progress."""

from dataclasses import replace
from pathlib import Path

from photoseek.cli.output import progress, say
from photoseek.hooks import Hooks
from photoseek.searcher import Answer, Query, Searcher
from photoseek.searcher.heat_map.files import refuse_a_file, refuse_without_words, write_map
from photoseek.searcher.heat_map.heat import heat_of, painted


def with_heat_maps(
    hooks: Hooks,
    searcher: Searcher,
    query: Query,
    answer: Answer,
    folder: Path,
) -> Answer:
    """Paint a heat map of each hit that can be read, and give the answer with their paths."""
    query = searcher.understood(query)
    refuse_without_words(query)
    refuse_a_file(folder)
    vector, embedder = searcher.vector(query), searcher.embedder
    hits = []
    with progress(answer.hits, "painting heat maps") as shown:
        for number, hit in enumerate(shown, 1):
            photo = hooks.photo_at(Path(hit.path))
            if photo is None:
                hits.append(hit)
                continue
            picture = painted(photo, heat_of(embedder, photo, vector), embedder.facts.preprocess)
            hits.append(replace(hit, heat_map=str(write_map(folder, number, hit.path, picture))))
    if searcher.watches(folder):
        say("the folder of heat maps lies in a watched one: the next index takes them for photos", err=True)
    return replace(answer, hits=tuple(hits))
