"""One line says what to look for: what each way of writing means, and what is said of what means nothing."""

import gzip
import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photoseek.searcher import (
    AnyOf,
    BadQuery,
    Filter,
    LibraryPhoto,
    Part,
    Picture,
    Query,
    Words,
    parse,
    parse_line,
)
from photoseek.searcher.query.query import SORTS, names_photo
from photoseek.storage import Library
from photoseek.storage.photo_formats import PHOTO_SUFFIXES

_CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
_TOKENS = st.one_of(
    st.text(_CHARACTERS, min_size=1, max_size=8),
    st.sampled_from(
        [
            "-",
            "+",
            "--",
            "2:snow",
            "12:30",
            "tag:x",
            "t-shirt",
            '"',
            '"a',
            'a"',
            "\\",
            "#1",
            "x.jpg",
            "see:",
            "OR",
            "NOT",
            "(a",
            "b)",
        ]
    ),
).filter(lambda word: word.split() == [word])
_TEXTS = st.lists(_TOKENS, min_size=1, max_size=3).map(" ".join)
_WEIGHTS = st.one_of(
    st.just(1.0), st.floats(0.001, 999, allow_nan=False), st.integers(1, 9).map(float)
).flatmap(lambda size: st.sampled_from([size, -size]))
_PATHS = st.builds(
    lambda stem, suffix: f"{stem}a{suffix}",
    st.text(_CHARACTERS, max_size=6),
    st.sampled_from(sorted(PHOTO_SUFFIXES)),
)
_PARTS = st.builds(
    Part,
    st.one_of(
        st.builds(Words, _TEXTS),
        st.builds(LibraryPhoto, st.integers(1, 10**9)),
        st.builds(Picture, _PATHS.filter(names_photo)),
    ),
    _WEIGHTS,
)
_NAMES = _TEXTS.filter(lambda name: name.strip() == name)
_FILTERS = st.builds(
    lambda filtered, negated: Filter(*filtered, negated),
    st.one_of(
        st.tuples(st.sampled_from(["tag", "album", "camera", "lens"]), _NAMES),
        st.tuples(st.just("in"), st.sampled_from(["Trips/2023", "/abs/a b", "~/x"])),
        st.tuples(
            st.sampled_from(["after", "before", "on"]), st.sampled_from(["2023", "2023-05", "2023-5-1"])
        ),
        st.tuples(st.just("near"), st.sampled_from(["kyoto~5km", "48.85,2.35~500m", "-1.5, 2"])),
        st.tuples(st.just("type"), st.sampled_from(["raw", "jpeg", "nef"])),
        st.tuples(st.just("is"), st.sampled_from(["landscape", "tagged"])),
    ),
    st.booleans(),
)
_GROUPS = st.recursive(
    _FILTERS,
    lambda inner: st.builds(
        AnyOf,
        st.lists(st.lists(inner, min_size=1, max_size=2).map(tuple), min_size=2, max_size=3).map(tuple),
        st.booleans(),
    ),
    max_leaves=4,
)
_SIDES = st.builds(
    Query,
    st.one_of(st.just(""), _TEXTS),
    st.lists(_PARTS, max_size=3).map(tuple),
    st.lists(_GROUPS, max_size=3).map(tuple),
)
_SORTED = st.sampled_from([None, *SORTS])
_QUERIES = st.one_of(
    st.builds(lambda side, sort: replace(side, sort=sort), _SIDES, _SORTED),
    st.builds(
        lambda side, others, sort: replace(side, sort=sort, others=tuple(others)),
        _SIDES.filter(lambda side: side.embeds),
        st.lists(_SIDES.filter(lambda side: side.embeds), max_size=3),
        _SORTED,
    ),
).filter(lambda query: str(query) != "" and not any(side.only_pushes for side in query.sides))


@settings(max_examples=60)  # each is several questions with nested groups
@given(query=_QUERIES)
def test_a_query_survives_being_written_as_one_line(query: Query) -> None:
    assert parse_line(str(query)) == query


@given(line=st.text(st.one_of(st.sampled_from(' "-+\\:#2.tag()ORNT'), st.characters()), max_size=30))
def test_any_line_is_a_query_or_a_bad_one(line: str) -> None:
    try:
        assert parse_line(str(query := parse_line(line))) == query
    except BadQuery as error:
        assert str(error)  # noqa: PT017 (either will do)


_IN_A, _TAG_B = Filter("in", "A"), Filter("tag", "b")


@pytest.mark.parametrize(
    ("line", "query"),
    [
        ("the dog's ball", Query("the dog's ball")),
        ("t-shirt at 12:30 16:9 see: 24-70mm", Query("t-shirt at 12:30 16:9 see: 24-70mm")),
        ("beach -people", Query("beach", (Part(Words("people"), -1),))),
        ('city -"at night"', Query("city", (Part(Words("at night"), -1),))),
        ('a "red car" parked', Query("a parked", (Part(Words("red car")),))),
        ("2:snow 0.5:trees", Query("", (Part(Words("snow"), 2), Part(Words("trees"), 0.5)))),
        ('-0.5:people 2:"red car"', Query("", (Part(Words("people"), -0.5), Part(Words("red car"), 2)))),
        ("+pool.jpg -#12", Query("", (Part(Picture("pool.jpg")), Part(LibraryPhoto(12), -1)))),
        ("~/pool.HEIC 2:#7", Query("", (Part(Picture("~/pool.HEIC")), Part(LibraryPhoto(7), 2)))),
        ("~/clip.MP4 -first.mov", Query("", (Part(Picture("~/clip.MP4")), Part(Picture("first.mov"), -1)))),
        ('+"my pool.jpg"', Query("", (Part(Picture("my pool.jpg")),))),
        ('"pool.jpg"', Query("", (Part(Words("pool.jpg")),))),
        (r"\-5 \tag:x #1", Query("-5 tag:x #1")),
        (r"dog \- \2: --", Query("dog - 2: --")),
        (r'"a \"red\" car" tag:"C:\\"', Query("", (Part(Words('a "red" car')),), (Filter("tag", "C:\\"),))),
        ('tag:"a b" -in:Trips', Query(filters=(Filter("tag", "a b"), Filter("in", "Trips", negated=True)))),
        ("Near:kyoto~5km sort:date", Query("", (), (Filter("near", "kyoto~5km"),), "date")),
        ("cat OR dog", Query("cat", others=(Query("dog"),))),
        ("the (cat OR dog) ran", Query("the cat ran", others=(Query("the dog ran"),))),
        ("sea (in:A OR tag:b)", Query("sea", filters=(AnyOf(((_IN_A,), (_TAG_B,))),))),
        ("in:A OR tag:b sort:date", Query(filters=(AnyOf(((_IN_A,), (_TAG_B,))),), sort="date")),
        ("sea (in:A tag:b)", Query("sea", filters=(_IN_A, _TAG_B))),
        ("sea -(in:A tag:b)", Query("sea", filters=(AnyOf(((_IN_A, _TAG_B),), negated=True),))),
        ("sea NOT in:A NOT -tag:b", Query("sea", filters=(replace(_IN_A, negated=True), _TAG_B))),
        ("sea NOT (in:A OR tag:b)", Query("sea", filters=(AnyOf(((_IN_A,), (_TAG_B,)), negated=True),))),
        ("sea NOT (people OR dogs)", Query("sea", (Part(Words("people"), -1), Part(Words("dogs"), -1)))),
        ("sea NOT people", Query("sea", (Part(Words("people"), -1),))),
        (r"\OR \NOT \(x f(x) :) or not", Query("OR NOT (x f(x) :) or not")),
        ("(((sea)))", Query("sea")),
        ('((f(x) OR "a)"))', Query("f(x)", others=(Query("", (Part(Words("a)")),)),))),
        ("كلب في الثلج 雪の中の犬 🐕", Query("كلب في الثلج 雪の中の犬 🐕")),
    ],
)
def test_each_way_of_writing_has_its_meaning(line: str, query: Query) -> None:
    assert parse_line(line) == query


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["dog on grass tag:beach"], "dog on grass tag:beach"),
        (["tag:my beach", "dog"], 'dog tag:"my beach"'),
        (["tag:my beach"], 'tag:"my beach"'),
        (["beach", "-at night"], 'beach -"at night"'),
        (["-people dog"], "dog -people"),
        (["dog", "2:red car"], 'dog 2:"red car"'),
        (["+my pool.jpg"], '+"my pool.jpg"'),
        (["-near:new york~5km", "dog"], 'dog -near:"new york~5km"'),
        (["a", "cat and", "mouse"], "a cat and mouse"),
    ],
)
def test_what_a_shell_leaves_of_quotation_marks_is_understood(words: list[str], line: str) -> None:
    assert parse(words) == parse_line(line)


@pytest.mark.parametrize(
    ("line", "column", "says"),
    [
        ("a snow cammera:fuji", 8, "did you mean camera:?"),
        ("soort:date", 1, "did you mean sort:?"),
        ("beach year:2019", 7, "did you mean on:?"),
        ("beach -date:2019", 8, "did you mean -on:?"),
        ("folder:Trips", 1, "did you mean in:?"),
        ("during:2019", 8, "did you mean on:2019?"),
        ("on:summer", 4, "did you mean during:summer?"),
        ("-before:july", 9, "did you mean during:july?"),
        ("note:this", 1, "quotation marks"),
        ("dog on:2024-13-45", 8, "calendar"),
        ("dog after:soon", 11, "no date"),
        ("on:2021..2019", 4, "turn it round"),
        ("after:2019..2021", 7, "on:2019..2021"),
        ("during:lunch", 8, "no season or month: write spring"),
        ("during:sumer", 8, "did you mean during:summer?"),
        ("on:2019..", 4, "write both, as in 2019..2021"),
        ("on:..2019", 4, "write both, as in 2019..2021"),
        ("after:2019..", 7, "write both, as in 2019..2021"),
        ("on:2019...2021", 4, "as in 2019..2021"),
        ("on:2019-2021", 4, "as in 2019..2021"),
        ("type:rav", 6, "did you mean type:raw?"),
        ("is:round", 4, "is not a filter"),
        ("in:../elsewhere", 4, "out of the watched folders"),
        ("near:kyoto~far", 6, "no distance"),
        ("near:95,10", 6, "nowhere on earth"),
        ("near:48.85", 6, "no longitude"),
        ("near:,us", 6, "needs a place"),
        ("dog near:kyotoo", 10, "did you mean Kyoto?"),
        ("dog tag:", 5, "needs a value"),
        ('dog tag:""', 9, "needs a value"),
        ('dog "red car', 5, "no partner"),
        ('dog "red"car', 10, "put a space there"),
        (r'dog "red \"car', 5, "no partner"),
        (r'"a \"', 1, "no partner"),
        (r'"a \"red\" car"s', 16, "put a space there"),
        ("dog - cat", 5, r"as in -people, or \-"),
        ("+", 1, "as in +pool.jpg"),
        ("dog 2: cat", 5, "as in 2:snow"),
        ("dog -0.5:", 6, "as in 0.5:snow"),
        ("sort:date dog sort:date-asc", 15, "keep one"),
        (r"a\b C:\Photos cammera:fuji", 15, "did you mean camera:?"),
        ("dog (cat", 5, "no partner"),
        ("dog ()", 5, "nothing between"),
        ("dog (cat)s", 10, "put a space there"),
        ("dog OR", 7, "empty"),
        ("OR dog", 1, "empty"),
        ("dog (cat OR)", 12, "empty"),
        ("dog NOT", 5, "behind NOT"),
        ("dog -(cat tag:x)", 5, "NOT before each"),
        ("dog (cat sort:date)", 10, "outside"),
        ("(" * 9 + "x" + ")" * 9, 9, "groups"),
        ("(a OR b) (c OR d) (e OR f) (g OR h)", 28, "more than 8 questions"),
        ('""', 1, "nothing between"),
        ("0:dog", 1, "above 0"),
        ("9999:dog", 1, "at most"),
        ("2:tag:beach", 3, "no weight"),
        ("雪 cammera:fuji", 3, "did you mean camera:?"),
    ],
)
def test_what_is_wrong_is_pointed_at(line: str, column: int, says: str) -> None:
    with pytest.raises(BadQuery) as caught:
        parse_line(line)
    sentence, shown, caret = str(caught.value).splitlines()
    assert says in sentence
    assert f"at column {column}" in sentence
    assert caught.value.column == column
    assert shown == f"  {line}"
    wide = sum(character == "雪" for character in line[: column - 1])
    assert caret == " " * (2 + column - 1 + wide) + "^"


def test_an_accent_of_its_own_moves_no_caret() -> None:
    with pytest.raises(BadQuery, match="at column 7") as caught:
        parse_line("cafe\u0301 cammera:fuji")
    assert str(caught.value).splitlines()[-1] == " " * (2 + 5) + "^"


def test_a_long_line_is_shown_around_what_is_wrong() -> None:
    with pytest.raises(BadQuery) as caught:
        parse_line("dog " * 100 + "cammera:fuji " + "cat " * 100)
    _, shown, caret = str(caught.value).splitlines()
    assert len(shown) < 110
    assert shown[caret.index("^") :].startswith("cammera:")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("-people", "say also what to look for"),
        ("-people tag:beach", "say also what to look for"),
        ("dog OR -people", "say also what to look for"),
        ("dog OR tag:beach", "one side of OR only filters"),
        (" ", "say what the photo shows"),
        ("dog " * 600, "600 words"),
        ("dog " * 10_000, "40000 characters"),
        ("\udcff", "not valid text"),
        ("tag:\udcff", "not valid text"),
        ("a\0b", "not valid text"),
    ],
)
def test_what_asks_nothing_says_what_to_do(line: str, says: str) -> None:
    with pytest.raises(BadQuery, match=says):
        parse_line(line)


def test_escape_sequences_in_a_query_do_not_reach_the_terminal() -> None:
    with pytest.raises(BadQuery) as caught:
        parse_line("x\x1b[31mred cammera:fuji")
    assert "\x1b" not in str(caught.value)


def test_pictures_are_known_by_the_suffixes_that_are_indexed() -> None:
    assert all(names_photo(f"a{suffix}") and names_photo(f"a{suffix.upper()}") for suffix in PHOTO_SUFFIXES)


def test_a_query_keeps_its_meaning_where_it_is_asked_from_elsewhere() -> None:
    query = parse_line("dog +pool.jpg -~/x.jpg tag:beach")
    anchored = query.anchored(Path("/photos"))
    assert anchored.parts[0] == Part(Picture("/photos/pool.jpg"))
    assert re.fullmatch(r"/.*/x\.jpg", anchored.parts[1].what.path)  # type: ignore[union-attr]
    assert (anchored.text, anchored.filters) == (query.text, query.filters)


@pytest.mark.parametrize(
    ("saved", "query"),
    [
        ('tag:"a b" album:c dog', Query("dog", (), (Filter("tag", "a b"), Filter("album", "c")))),
        ("the dog's ball - t-shirt", Query("the dog's ball - t-shirt")),
        (
            'say "cheese" -5 +1 12:30 see: http://x 2:snow',
            Query('say "cheese" -5 +1 12:30 see: http://x 2:snow'),
        ),
        (r"note:this beach.jpg \o/ St. #1", Query(r"note:this beach.jpg \o/ St. #1")),
        ('tag:"a\\.b"', Query(filters=(Filter("tag", "a\\.b"),))),
    ],
)
def test_a_saved_query_of_an_older_library_means_what_it_meant(
    saved: str, query: Query, tmp_path: Path
) -> None:
    older = Path(__file__).parents[1] / "storage" / "libraries" / "schema-1.sqlite.gz"
    (tmp_path / "catalog.sqlite").write_bytes(gzip.decompress(older.read_bytes()))
    with closing(sqlite3.connect(tmp_path / "catalog.sqlite")) as connection, connection:
        connection.execute("INSERT INTO album (name, query, created_at) VALUES ('old', ?, '')", (saved,))
    library = Library(tmp_path)
    with library.catalog.read() as transaction:
        kept = transaction.albums.named("old").query
    library.close()
    assert kept is not None
    assert parse_line(kept) == query
