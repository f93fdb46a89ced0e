"""Hidden photos are in no answer that doesn't ask for them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photoseek.searcher import Searcher, parse_line, propose
from photoseek.searcher.duplicates.groups import present_photos
from photoseek.searcher.query.album_trees import AlbumPhotos
from photoseek.searcher.query.filter_context import FilterContext
from photoseek.searcher.query.matching import photo_ids_matching
from photoseek.searcher.query.query import Query
from photoseek.searcher.scoring.background import background_of
from photoseek.storage import Edit, Library, Transaction
from tests.searcher.drawn import CATALOGS, Drawn, filled

_IS_HIDDEN: Callable[[Drawn], bool] = lambda photo: "hidden" in photo.said  # noqa: E731 (a condition as the others)
_PLAIN: dict[str, Callable[[Drawn], bool]] = {
    "tag:beach": lambda photo: "beach" in photo.tags,
    "is:landscape": lambda photo: photo.facts.width > photo.facts.height,
    "album:picked": lambda photo: photo.is_picked,
    "album:secret": lambda photo: _IS_HIDDEN(photo) and "beach" in photo.tags,
    "album:trips": lambda photo: photo.is_picked or _PLAIN["album:secret"](photo),
    "album:seen": lambda photo: "beach" not in photo.tags or not _IS_HIDDEN(photo),
}
_ALBUMS: dict[str, str | None] = {
    "secret": "tag:beach is:hidden",
    "trips": None,
    "trips/secret": "(album:secret OR tag:nothing)",
    "seen": "-album:secret",
}
# A question as a tree: "and" and "or" of others, a filter, or its opposite.
_LEAVES = st.tuples(st.sampled_from([*_PLAIN, "is:hidden"]), st.booleans())
_ASKING_ALBUMS = {"album:secret", "album:trips"}
_TREES = st.recursive(
    _LEAVES,
    lambda inner: st.tuples(st.sampled_from(["and", "or"]), st.lists(inner, min_size=2, max_size=3)),
    max_leaves=6,
)


def _written(tree, inside: str = "and") -> str:
    kind, rest = tree
    if kind not in {"and", "or"}:
        return f"-{kind}" if rest else kind
    text = (" OR " if kind == "or" else " ").join(_written(one, kind) for one in rest)
    return f"({text})" if kind == "or" and inside == "and" else text


def _elements(tree) -> list:
    """Return what must all hold, with those inside one another on one level."""
    return [one for part in tree[1] for one in _elements(part)] if tree[0] == "and" else [tree]


def _asks(tree) -> bool:
    if tree[0] in {"and", "or"}:
        return any(map(_asks, tree[1]))
    return tree[0] == "is:hidden" or (tree[0] in _ASKING_ALBUMS and not tree[1])


def _passes(tree, photo: Drawn, may_show_hidden: bool = False) -> bool:  # noqa: FBT001, FBT002 (a rule)
    """Decide for one photo, as docs/query.md says it."""
    every = _elements(tree)
    asking = [one for one in every if _asks(one)]
    shows = may_show_hidden or bool(asking)
    directly = may_show_hidden or any(one[0] == "is:hidden" for one in every)
    if _IS_HIDDEN(photo) and not shows:
        return False

    def holds(one) -> bool:
        if one[0] == "or":
            inner = directly or one not in asking
            return any(_passes(side, photo, inner) for side in one[1])
        if one == ("album:trips", False) and _IS_HIDDEN(photo) and not directly:
            return _PLAIN["album:secret"](
                photo
            )  # the picked photos beside those that are asked for stay hidden
        met = _IS_HIDDEN(photo) if one[0] == "is:hidden" else _PLAIN[one[0]](photo)
        return met != one[1]

    return all(map(holds, every))


@pytest.fixture(scope="module")
def emptied(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return Library(tmp_path_factory.mktemp("hidden") / "library")


@settings(max_examples=60)
@given(drawn=CATALOGS, tree=_TREES)
def test_each_side_of_an_or_decides_whether_it_asks_for_hidden_photos(
    emptied: Library, drawn: list[Drawn], tree
) -> None:
    photos = filled(emptied, drawn)
    with emptied.catalog.write() as transaction:
        there = {album.name for album in transaction.albums.all()}
        for name, query in _ALBUMS.items():
            if name not in there:
                transaction.albums.create(name, query)
        picked = [photo_id for photo_id, photo in photos.items() if photo.is_picked]
        transaction.albums.add(transaction.albums.named("trips"), picked)
    with emptied.catalog.read() as transaction:
        hidden = transaction.photos.hidden_ids()
        albums = AlbumPhotos(transaction, _answered, hidden=hidden)
        context = FilterContext(
            transaction, albums, hidden=hidden, album_asks_for_hidden=albums.asks_for_hidden
        )
        found = photo_ids_matching(parse_line(_written(tree)).filters, context)
    assert found == {photo_id for photo_id, photo in photos.items() if _passes(tree, photo)}, _written(tree)


def _answered(transaction: Transaction, query: Query, context: FilterContext) -> set[int]:
    found = photo_ids_matching(query.filters, context)
    return transaction.photos.which(()) - context.hidden if found is None else found


@pytest.fixture
def hiding(coloured, embedder) -> Searcher:
    """Return what searches a library in which red-0 and blue-0 are hidden."""
    library = coloured.library
    with library.catalog.write() as transaction:
        photos = transaction.photos.by_id(sorted(transaction.photos.present_ids())).values()
        named = {Path(photo.paths[0]).stem: photo.photo_id for photo in photos}
        said = [Edit(named[name], "hidden", {"hidden": True}, "2026") for name in ("red-0", "blue-0")]
        transaction.edits.make("hidden", said)
        picked = transaction.albums.create("picked", None)
        transaction.albums.add(picked, [named["red-0"], named["red-1"]])
        transaction.albums.add(transaction.albums.create("Trips", None), [named["red-0"], named["red-1"]])
        for name, query in (
            ("reds", "name:red"),
            ("seen reds", "red -blue"),
            ("secret", "name:red is:hidden"),
            ("more secret", "album:secret"),
            ("Trips/secret", "name:blue is:hidden"),
            ("no secret", "name:red -album:secret"),
            ("not in secret", "name:red NOT (album:secret OR name:black)"),
        ):
            transaction.albums.create(name, query)
    return Searcher(library, embedder)


def _found(searcher: Searcher, line: str) -> list[str]:
    return sorted(Path(hit.path).stem for hit in searcher.find(parse_line(line), 100).hits)


_SEEN_REDS = ["red-1", "red-2", "red-3"]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("name:red", _SEEN_REDS),
        ("name:red is:hidden", ["red-0"]),
        ("name:red (is:hidden OR -is:hidden)", ["red-0", *_SEEN_REDS]),
        ("name:red -is:hidden", _SEEN_REDS),
        ("is:hidden", ["blue-0", "red-0"]),
        ("is:HIDDEN sort:date", ["blue-0", "red-0"]),
        ("is:hidden OR name:red", ["blue-0", "red-0", *_SEEN_REDS]),
        ("NOT (is:hidden OR name:black) name:red", _SEEN_REDS),
        ("album:picked", ["red-1"]),
        ("album:picked is:hidden", ["red-0"]),
        ("album:reds", _SEEN_REDS),
        ("album:reds is:hidden", ["red-0"]),
        ("album:secret", ["red-0"]),
        ('album:"more secret"', ["red-0"]),
        ("album:secret OR album:picked", ["red-0", "red-1"]),
        ("album:secret album:reds", ["red-0"]),
    ],
)
def test_filters_find_hidden_photos_where_they_ask_for_them(
    hiding: Searcher, line: str, found: list[str]
) -> None:
    assert _found(hiding, line) == found


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("name:red -album:secret", _SEEN_REDS),
        ("name:blue name:0 -album:secret", []),
        ("(name:red OR name:blue name:0) NOT (album:secret OR name:black)", _SEEN_REDS),
        ("name:blue name:0 -album:secret is:hidden", ["blue-0"]),
        ("name:blue name:0 OR -album:secret name:red", _SEEN_REDS),
        ('album:"no secret"', _SEEN_REDS),
        ('album:"not in secret"', _SEEN_REDS),
        ('album:"no secret" is:hidden', []),
    ],
)
def test_an_album_that_is_negated_asks_for_no_hidden_photo(
    hiding: Searcher, line: str, found: list[str]
) -> None:
    assert _found(hiding, line) == found


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("album:Trips", ["blue-0", "red-1"]),
        ("album:Trips is:hidden", ["blue-0", "red-0"]),
        ("album:Trips OR album:secret", ["blue-0", "red-0", "red-1"]),
        ("name:red -album:Trips", ["red-2", "red-3"]),
    ],
)
def test_an_album_that_asks_for_hidden_photos_shows_none_of_the_albums_beside_it(
    hiding: Searcher, line: str, found: list[str]
) -> None:
    assert _found(hiding, line) == found


@pytest.mark.parametrize(
    "line", ["red", "red-0", "+#1", "red OR blue", "red sort:date", "zzz -blue", "red after:1900"]
)
def test_a_question_finds_no_hidden_photo_by_what_it_shows_or_is_called(hiding: Searcher, line: str) -> None:
    assert not {"red-0", "blue-0"}.intersection(_found(hiding, line))
    assert not {"red-0", "blue-0"}.intersection(
        Path(hit.path).stem for hit in hiding.varied(parse_line("red"), 20).hits
    )


def test_a_question_finds_the_hidden_photos_that_it_asks_for(hiding: Searcher) -> None:
    assert _found(hiding, "red is:hidden") == ["blue-0", "red-0"]
    assert _found(hiding, "(red is:hidden) OR blue").count("red-0") == 1
    assert len(_found(hiding, "red")) == 18  # a page is full of others


def test_duplicates_and_rankings_leave_hidden_photos_out(hiding: Searcher, coloured) -> None:
    names = {Path(photo.paths[0]).stem for photo in present_photos(coloured.library)}
    assert len(names) == 18
    assert not {"red-0", "blue-0"} & names
    assert len(hiding.ranking(parse_line("red"), 100)) == 18
    assert len(hiding.matching(parse_line("red is:hidden")).photo_ids) >= 1


def test_no_tag_is_proposed_for_a_hidden_photo_unless_it_is_asked_for(
    hiding: Searcher, coloured, embedder
) -> None:
    library, background = coloured.library, background_of(embedder, ["red", "blue", "green"])
    with library.catalog.read() as transaction:
        hidden = transaction.photos.hidden_ids()
    (proposal,) = propose(library, hiding.model, embedder, background, ["red"], 0.01)
    assert len(proposal.weighed) == 18
    assert not hidden & proposal.weighed
    (proposal,) = propose(library, hiding.model, embedder, background, ["red"], 0.01, among=hidden)
    assert proposal.weighed == hidden


def test_an_explanation_says_what_a_person_set(hiding: Searcher, coloured) -> None:
    with coloured.library.catalog.write() as transaction:
        (photo_id,) = transaction.words.with_all([("green",)]) & transaction.words.with_all([("1",)])
        values = {
            "rating": {"rating": 4},
            "date": {"taken_at": "1998-07", "taken_offset_minutes": None, "date_source": "set by you"},
            "place": {"latitude": 47.0, "longitude": 8.0, "position_source": "set by you"},
            "favourite": {"favourite": True},
        }
        transaction.edits.make("", [Edit(photo_id, field, value, "2026") for field, value in values.items()])
    query = parse_line("rating:>=4 on:1998 near:47,8 is:favourite is:edited is:landscape")
    answer = hiding.explained(query, hiding.find(query, 5))
    (hit,) = answer.hits
    assert hit.explanation is not None
    assert [fact for _, fact in hit.explanation.filters] == [
        "4 of 5 stars, set by you",
        "taken 1998-07, set by you",
        "taken at 47.0000, 8.0000, set by you",
        None,
        "date, favourite, place, rating",
        "65 x 48",
    ]
    shape = hit.as_json()
    assert (shape["rating"], shape["favourite"]) == (4, True)
    assert shape["set_by_you"] == ["date", "favourite", "place", "rating"]
    assert "hidden" not in shape
