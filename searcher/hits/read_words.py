"""Where in a hit can words of the question be read?"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from photoseek.searcher.hits.records import Hit, ReadPlace
from photoseek.searcher.query.query import AnyOf, Filter, Query, Reading
from photoseek.searcher.scoring.text_matches import may_be_part
from photoseek.storage import PhotoText, Transaction, pieces
from photoseek.storage.rows.texts.misreadings import misread
from photoseek.storage.rows.texts.places import places

_MOST_PLACES = 8  # of one word in one photo


def with_read_words(transaction: Transaction, query: Query, hits: Sequence[Hit]) -> list[Hit]:
    """Return the hits with the places where words of the question, or of its filters, can be read."""
    filtered = [
        word for side in query.sides for value in _texts_asked(side.filters) for word in value.lower().split()
    ]
    texts = transaction.texts.of([hit.photo.photo_id for hit in hits if hit.words or filtered])
    return [
        replace(hit, read=tuple(_places(texts[hit.photo.photo_id], hit.words, filtered)))
        if hit.photo.photo_id in texts
        else hit
        for hit in hits
    ]


def _texts_asked(filters: Iterable[Filter | AnyOf | Reading]) -> Iterator[str]:
    """Yield the values of filters for text, but of negated ones."""
    for made in filters:
        if isinstance(made, AnyOf) and not made.negated:
            for every in made.alternatives:
                yield from _texts_asked(every)
        elif isinstance(made, Filter) and made.key == "text" and not made.negated:
            yield made.value


def _places(text: PhotoText, words: Sequence[str], filtered: Collection[str]) -> Iterator[ReadPlace]:
    owners = [(piece, word) for word in text.words for piece in pieces(word.text)]
    stored = [piece for piece, _ in owners]
    for word in dict.fromkeys([*words, *filtered]):
        phrase = tuple(pieces(word))
        is_whole = word not in filtered and not may_be_part(phrase)
        found = places(stored, "".join(phrase), whole=is_whole)
        if not found and word in filtered:
            found = misread(stored, phrase)
        for place in found[:_MOST_PLACES]:
            there = dict.fromkeys(owners[number][1] for number in place)
            for _, line in groupby(there, key=lambda one: one.line):
                read = list(line)
                box = (
                    min(one.left for one in read),
                    min(one.top for one in read),
                    max(one.right for one in read),
                    max(one.bottom for one in read),
                )
                yield ReadPlace(word, " ".join(one.text for one in read), box)
