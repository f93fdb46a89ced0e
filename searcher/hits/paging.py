"""Pages of an answer: no photo appears twice and none is left out, even if photos are added meanwhile.

A cursor holds the sort key of a page's last hit, not its number. The next page begins after that key. Photos with
equal scores are ordered by their ids.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass

from photoseek.searcher.errors import BadQuery
from photoseek.searcher.hits.companions import shown_pairs
from photoseek.searcher.hits.records import Hit
from photoseek.searcher.hits.variety import varied
from photoseek.searcher.query.query import Query
from photoseek.searcher.same_picture.finer_look import Proof

SortKey = tuple[float | str, int]
# Returns the first hits of the whole order, at least n unless there are fewer, and whether they are all.
Prefix = Callable[[int], tuple[list[Hit], bool]]

_MOST_SPARE = 100  # extra hits that are looked up at first
_SCORE_DIGITS = 6  # embedding the same words again may differ in later digits
_CURSOR = re.compile(r"([0-9a-f]{16})_(-?[0-9]{1,19})_([^_]{0,40})")
_LAST_DATE = "~"  # sorts after every year


@dataclass(frozen=True, slots=True)
class Order:
    """The order in which an answer lists its hits: `by` is one of query.SORTS."""

    by: str
    made_by: str = ""  # what else decides the order, such as the model

    def sort_key(self, hit: Hit) -> SortKey:
        """Return the hit's sort key; photos without a date come last."""
        photo_id = hit.photo.photo_id
        if self.by == "relevance":
            stands = hit.score if hit.standing is None else hit.standing
            return round(stands or 0.0, _SCORE_DIGITS), -photo_id
        return self.date_sort_key(hit.photo.facts.taken_at, photo_id)

    def date_sort_key(self, taken_at: str | None, photo_id: int) -> SortKey:
        """Return the sort key of a photo in a list by date."""
        return taken_at or ("" if self.descends else _LAST_DATE), photo_id

    @property
    def descends(self) -> bool:
        """Whether the greater of two keys comes first."""
        return self.by != "date-asc"

    def comes_after(self, key: SortKey, other: SortKey) -> bool:
        """Return whether `key` comes later than `other`."""
        return key < other if self.descends else key > other

    def cursor(self, query: Query, key: SortKey) -> str:
        """Return a sort key as a cursor that can be passed with the same query."""
        value, tie = key
        return f"{self._fingerprint(query, key)}_{tie}_{value}"

    def read_cursor(self, query: Query, cursor: str) -> SortKey:
        """Parse a cursor. Raises BadQuery if it is from another query, model or order."""
        written = _CURSOR.fullmatch(cursor)
        if written is None:
            raise BadQuery("the cursor is not as it was given: copy the whole of it")
        fingerprint, tie, value = written.groups()
        try:
            key: SortKey = (float(value) if self.by == "relevance" else value), int(tie)
        except ValueError:
            key = value, int(tie)  # a cursor from another order
        if fingerprint != self._fingerprint(query, key):
            raise BadQuery(
                "the cursor is of another query, or was changed: hand it back whole, with the words and options "
                "it came with"
            )
        return key

    def _fingerprint(self, query: Query, key: SortKey) -> str:
        made_for = "\0".join((str(query), self.by, self.made_by, str(key)))
        return hashlib.blake2b(made_for.encode(), digest_size=8).hexdigest()


def page(
    prefix: Prefix, order: Order, limit: int, after: SortKey | None, *, fold: Proof | None = None
) -> tuple[list[Hit], SortKey | None]:
    """Return `limit` hits after a sort key (None: the first ones), and the last one's key if more follow.

    The whole order down to the page is folded each time; otherwise a raw photo whose JPEG is on an earlier page
    would appear again. With `fold`, the frames of a burst and proven copies are shown as one hit.
    """
    # Any hit may turn out to be the raw photo of another, but among very many few do.
    wanted = limit + min(limit, _MOST_SPARE) + 1
    while True:
        hits, are_all = prefix(wanted)
        pairs = shown_pairs(hits) if fold is None else varied(shown_pairs(hits), fold)
        keyed = [(order.sort_key(lead), shown) for lead, shown in pairs]
        later = [(at, shown) for at, shown in keyed if after is None or order.comes_after(at, after)]
        if are_all or len(later) > limit:
            break
        wanted *= 2
    page_of = later[:limit]
    return [hit for _, hit in page_of], page_of[-1][0] if len(later) > limit else None


def refuse_pages(cursor: str | None) -> None:
    """Raise BadQuery if a cursor is given: varied hits have no pages, since each depends on all hits before it."""
    if cursor is not None:
        raise BadQuery(
            "varied hits come on one page: leave the cursor out, and ask for more with a higher limit"
        )
