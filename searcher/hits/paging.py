"""One page of an answer after another: no photo twice, none left out, whatever is added meanwhile.

A cursor names the last hit of a page by its place in the order, not by its number, and what lies behind that
place is the next page. Photos of equal standing are told apart by their ids.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass

from photoseek.searcher.errors import BadQuery
from photoseek.searcher.hits.companions import led
from photoseek.searcher.hits.records import Hit
from photoseek.searcher.hits.variety import varied
from photoseek.searcher.query.query import Query
from photoseek.searcher.same_picture.finer_look import Proof

Place = tuple[float | str, int]
# Gives the first hits of the whole order, at least so many unless they are all, and whether they are.
Prefix = Callable[[int], tuple[list[Hit], bool]]

_MOST_SPARE = 100  # hits that are looked up beyond those that are wanted, at first
_SCORE_DIGITS = 6  # embedding the same words again may differ behind these
_CURSOR = re.compile(r"([0-9a-f]{16})_(-?[0-9]{1,19})_([^_]{0,40})")
_LAST_DATE = "~"  # behind every year


@dataclass(frozen=True, slots=True)
class Order:
    """The order in which an answer lists its hits: `by` is one of query.SORTS."""

    by: str
    made_by: str = ""  # what else decides the order, as the model

    def place(self, hit: Hit) -> Place:
        """Give what the order compares; photos of no date come last."""
        photo_id = hit.photo.photo_id
        if self.by == "relevance":
            stands = hit.score if hit.standing is None else hit.standing
            return round(stands or 0.0, _SCORE_DIGITS), -photo_id
        return self.place_by_date(hit.photo.facts.taken_at, photo_id)

    def place_by_date(self, taken_at: str | None, photo_id: int) -> Place:
        """Give the place of a photo in a list by date."""
        return taken_at or ("" if self.descends else _LAST_DATE), photo_id

    @property
    def descends(self) -> bool:
        """Whether the greater of two places comes first."""
        return self.by != "date-asc"

    def is_behind(self, place: Place, other: Place) -> bool:
        """Tell whether `place` comes later than `other`."""
        return place < other if self.descends else place > other

    def cursor(self, query: Query, place: Place) -> str:
        """Write a place so that it can be handed back with the same query."""
        value, tie = place
        return f"{self._fingerprint(query, place)}_{tie}_{value}"

    def place_at(self, query: Query, cursor: str) -> Place:
        """Read what `cursor` wrote. Raises BadQuery if it is of another query, model or way of listing."""
        written = _CURSOR.fullmatch(cursor)
        if written is None:
            raise BadQuery("the cursor is not as it was given: copy the whole of it")
        fingerprint, tie, value = written.groups()
        try:
            place: Place = (float(value) if self.by == "relevance" else value), int(tie)
        except ValueError:
            place = value, int(tie)  # of another order
        if fingerprint != self._fingerprint(query, place):
            raise BadQuery(
                "the cursor is of another query, or was changed: hand it back whole, with the words and options "
                "it came with"
            )
        return place

    def _fingerprint(self, query: Query, place: Place) -> str:
        made_for = "\0".join((str(query), self.by, self.made_by, str(place)))
        return hashlib.blake2b(made_for.encode(), digest_size=8).hexdigest()


def page(
    prefix: Prefix, order: Order, limit: int, behind: Place | None, *, fold: Proof | None = None
) -> tuple[list[Hit], Place | None]:
    """Give the `limit` hits behind a place, the first if it is None; and the last one's place if more follow.

    The whole order down to the page is folded each time, or a raw photo whose JPEG stands on an earlier page
    would come again. With `fold`, the frames of a burst, and what it proves to be copies, are shown as one.
    """
    # Each may turn out to be the raw photo of another, though of very many few do.
    wanted = limit + min(limit, _MOST_SPARE) + 1
    while True:
        hits, are_all = prefix(wanted)
        leading = led(hits) if fold is None else varied(led(hits), fold)
        places = [(order.place(lead), shown) for lead, shown in leading]
        later = [(at, shown) for at, shown in places if behind is None or order.is_behind(at, behind)]
        if are_all or len(later) > limit:
            break
        wanted *= 2
    page_of = later[:limit]
    return [hit for _, hit in page_of], page_of[-1][0] if len(later) > limit else None


def refuse_pages(cursor: str | None) -> None:
    """Raise BadQuery for a cursor where the order has no pages: what is varied depends on all before it."""
    if cursor is not None:
        raise BadQuery(
            "varied hits come on one page: leave the cursor out, and ask for more with a higher limit"
        )
