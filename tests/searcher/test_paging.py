"""Pages follow one another without a photo twice or lost, whatever is added between them."""

from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photoseek.indexer import Run
from photoseek.searcher import BadQuery, Hit, Query, Searcher, parse_line
from photoseek.searcher.hits.listing import ranked
from photoseek.searcher.hits.paging import Order, page
from photoseek.storage import Library, Photo, PhotoFacts, Stamp


def _hit(
    photo_id: int, score: float | None, taken: str | None = None, path: str = "", kind: str = "PNG"
) -> Hit:
    content = photo_id.to_bytes(16, "big")
    facts = PhotoFacts(content, content, 4, 3, kind, taken, None, None, None, None, None)
    return Hit(Photo(photo_id, facts, "2024", (path or f"/p/{photo_id}.png",)), score, None)


def _pages(hits: list[Hit], order: Order, limit: int, added: list[Hit]) -> list[int]:
    """Read page after page to the end, one photo more in the library after each."""
    shown: list[int] = []
    behind = None
    there, later = list(hits), list(added)

    def nearest(wanted: int) -> list[Hit]:
        # As FAISS does it: which of equal ones come in at the end is chance, and so is their order.
        return sorted(there, key=lambda hit: (-(hit.score or 0), hash((wanted, hit.photo.photo_id))))[:wanted]

    while True:
        on_page, behind = page(partial(ranked, nearest, order), order, limit, behind)
        shown += [hit.photo.photo_id for hit in on_page]
        if behind is None:
            return shown
        there += [later.pop()] if later else []


@given(
    scores=st.lists(st.sampled_from([0.1, 0.2, 0.30000004, 0.3, 0.9]), max_size=20),
    added=st.lists(st.sampled_from([0.05, 0.2, 0.3, 0.95]), max_size=5),
    limit=st.integers(1, 7),
)
def test_no_photo_comes_twice_or_is_lost_while_photos_are_added(
    scores: list[float], added: list[float], limit: int
) -> None:
    order = Order("relevance")
    hits = [_hit(number, score) for number, score in enumerate(scores, 1)]
    shown = _pages(hits, order, limit, [_hit(100 + number, score) for number, score in enumerate(added)])
    assert len(shown) == len(set(shown))
    expected = [hit.photo.photo_id for hit in sorted(hits, key=order.sort_key, reverse=True)]
    assert [photo_id for photo_id in shown if photo_id < 100] == expected


@given(
    pairs=st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from(["NEF", "JPEG"])), unique=True),
    limit=st.integers(1, 3),
)
def test_a_raw_photo_does_not_come_again_after_its_jpeg(pairs: list[tuple[str, str]], limit: int) -> None:
    hits = [
        _hit(n, 1 - n / 50, path=f"/p/{stem}.{kind}", kind=kind) for n, (stem, kind) in enumerate(pairs, 1)
    ]
    shown = _pages(hits, Order("relevance"), limit, [])
    assert len(shown) <= len(pairs)
    stems = [pairs[number - 1][0] for number in shown]
    # A page that ends before its partner is known shows the one alone; neither ever follows on a later page.
    assert len(stems) == len(set(stems))


def _library_of(library: Library, dates: list[str | None]) -> Searcher:
    with library.catalog.write() as transaction:
        root = transaction.roots.add("/photos")
        transaction.models.use(transaction.models.add("fake", 49, None))
        for number, taken in enumerate(dates, 1):
            _place(transaction, root.root_id, number, taken)
    return Searcher(library)


def _place(transaction, root_id: int, number: int, taken: str | None) -> None:
    photo_id = transaction.photos.add(_hit(number, None, taken).photo.facts)
    transaction.files.put(root_id, f"{number}.png", Stamp(1, 1, 1), photo_id)


@settings(max_examples=20)
@given(
    dates=st.lists(
        st.sampled_from([None, "2020", "2020-01", "2020-01-01T00:00:00", "2021-05-05T05:05:05"]),
        min_size=1,
        max_size=9,
    ),
    limit=st.integers(1, 4),
    sort=st.sampled_from(["", "sort:date", "sort:date-asc"]),
)
def test_filters_alone_list_by_date_page_by_page(
    tmp_path_factory: pytest.TempPathFactory, dates: list[str | None], limit: int, sort: str
) -> None:
    library = Library(tmp_path_factory.mktemp("dates") / "library")
    searcher = _library_of(library, dates)
    query = parse_line(f"in:/photos {sort}")
    shown: list[int] = []
    behind = None
    for number in range(1, 20):
        answer = searcher.find(query, limit, cursor=behind)
        shown += [hit.photo.photo_id for hit in answer.hits]
        if (behind := answer.next) is None:
            break
        if number <= 3:  # a stream without end before the last would keep it away for ever
            with library.catalog.write() as transaction:
                _place(transaction, 1, 100 + number, "2020-06-01T00:00:00")
    library.close()
    first = range(1, len(dates) + 1)
    by_date = sorted(first, key=lambda photo_id: (dates[photo_id - 1] or "", photo_id), reverse=True)
    if sort == "sort:date-asc":
        by_date = sorted(first, key=lambda photo_id: (dates[photo_id - 1] or "~", photo_id))
    assert len(shown) == len(set(shown))
    assert [photo_id for photo_id in shown if photo_id <= len(dates)] == by_date


def test_a_cursor_of_another_query_is_refused(library: Library) -> None:
    searcher = _library_of(library, [None, None])
    cursor = searcher.find(parse_line("in:/photos"), 1).next
    assert cursor is not None
    assert [hit.photo.photo_id for hit in searcher.find(parse_line("in:/photos"), 1, cursor=cursor).hits] == [
        1
    ]
    with pytest.raises(BadQuery, match="another query"):
        searcher.find(parse_line("is:landscape"), 1, cursor=cursor)
    with pytest.raises(BadQuery, match="copy the whole"):
        searcher.find(parse_line("in:/photos"), 1, cursor=cursor.split("_", maxsplit=1)[0] + "_x")


def test_the_whole_library_can_be_listed_by_date(library: Library) -> None:
    searcher = _library_of(library, ["2020", None, "2021"])
    assert [hit.photo.photo_id for hit in searcher.find(Query(sort="date"), 9).hits] == [3, 1, 2]


def test_a_cursor_that_was_changed_or_made_for_another_list_is_refused(coloured: Run) -> None:
    searcher = Searcher(coloured.library, coloured.embedder)
    query = parse_line("red")
    cursor = searcher.find(query, 1).next
    assert cursor is not None
    fingerprint, tie, value = cursor.split("_")
    for wrong in (
        f"{fingerprint}_{tie}_nan",
        f"{fingerprint}_{tie}_inf",
        f"{fingerprint}_{tie}_-1",
        f"{fingerprint}_0_{value}",
        f"{fingerprint}_{'9' * 5000}_{value}",
        f"{fingerprint}_{tie}_{value}x",
        f"{'0' * len(fingerprint)}_{tie}_{value}",
        "",
        "_",
        "__",
    ):
        with pytest.raises(BadQuery, match="cursor"):
            searcher.find(query, 1, cursor=wrong)
    with pytest.raises(BadQuery, match="options"):
        searcher.find(query, 1, cursor=cursor, fold=True)
    with pytest.raises(BadQuery, match="options"):
        searcher.find(parse_line("red sort:date"), 1, cursor=cursor)
