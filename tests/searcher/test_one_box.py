"""What is typed is looked for in words too: which names count, where their photos stand, what a hit says of it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photoseek.cli.search.hit_table import as_table
from photoseek.indexer import Run, index
from photoseek.searcher import BadQuery, Hit, Searcher, parse, parse_line
from photoseek.searcher.hits.listing import never_rising
from photoseek.searcher.hits.one_list import one_list
from photoseek.searcher.scoring.name_matches import NameGroup, NameMatch
from photoseek.storage import Photo, PhotoFacts

_CAPTIONS = ("red", "green", "blue", "white", "black", "yellow", "purple")
MakePhoto = Callable[..., object]


@pytest.fixture
def named(run: Run, photos: Path, make_photo: MakePhoto) -> Searcher:
    """Return forty photos in two folders, whose names have nothing to do with what they show."""
    for number in range(20):
        for folder, colour in (("Kyoto im Frühling", "blue"), ("photos", "red")):
            (photos / folder).mkdir(exist_ok=True)
            make_photo(photos / folder / f"IMG_{number:04d}_{folder[:1]}.jpg", colour, number)
    make_photo(photos / "photos" / "a quokka at 京都.jpg", "green", 1)
    make_photo(photos / "photos" / "GrandmasBirthday.jpg", "green", 2)
    with run.library.catalog.write() as transaction:
        root = transaction.roots.add(str(photos))
    index(run, {root: [""]})
    return Searcher(run.library, run.embedder, captions=_CAPTIONS)


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("quokka", "a quokka at 京都.jpg"),
        ("a red quokka", None),
        ("IMG_0007_K", "IMG_0007_K.jpg"),
        ("img 0007 p", "IMG_0007_p.jpg"),
        ("京都", "a quokka at 京都.jpg"),
        ("grandma's birthday", "GrandmasBirthday.jpg"),
        ("birthday", "GrandmasBirthday.jpg"),
    ],
)
def test_a_name_is_found_by_what_is_typed(named: Searcher, asked: str, first: str | None) -> None:
    hits = named.find(parse([asked]), 3).hits
    if first is not None:
        assert Path(hits[0].path).name == first
        assert hits[0].words


@pytest.mark.parametrize("typed", ["IMG_0007_K.jpg", "img_0007_k.JPG"])
def test_the_name_of_a_photo_finds_it_where_no_such_file_lies_here(
    named: Searcher, tmp_path: Path, typed: str
) -> None:
    query = parse([typed]).anchored(tmp_path)
    assert Path(named.find(query, 3).hits[0].path).name == "IMG_0007_K.jpg"
    with pytest.raises(BadQuery, match="there is no picture"):
        named.find(parse([f"./{typed}"]).anchored(tmp_path), 3)


def test_an_empty_library_says_that_it_is_empty(run: Run) -> None:
    answer = Searcher(run.library, run.embedder, captions=_CAPTIONS).find(parse(["red"]), 3)
    assert answer.hits == ()
    assert "the library has no photos yet" in answer.notes[0]


def test_a_folder_is_found_by_its_name_and_answers_well(named: Searcher) -> None:
    answer = named.find(parse(["kyoto im fruhling"]), 20)
    assert {Path(hit.path).parent.name for hit in answer.hits} == {"Kyoto im Frühling"}
    assert answer.matches
    assert "(named kyoto im fruhling)" in as_table(answer)


def test_a_rare_word_stands_before_what_is_weak_and_behind_what_is_strong(named: Searcher) -> None:
    hits = named.find(parse(["a red quokka"]), 42).hits
    place = next(number for number, hit in enumerate(hits) if hit.words)
    assert all(hit.relevance == "weak" for hit in hits[place:])
    assert all(hit.relevance != "weak" for hit in hits[:place])


def test_words_that_all_names_have_change_nothing(named: Searcher) -> None:
    plain, got = (named.find(parse([asked]), 42).hits for asked in ("red", "red photos"))
    assert [hit.photo.photo_id for hit in got] == [hit.photo.photo_id for hit in plain]
    assert not any(hit.words for hit in got)


def test_pages_of_named_and_of_alike_hits_lack_none_and_repeat_none(named: Searcher) -> None:
    seen: list[int] = []
    cursor = None
    while True:
        answer = named.find(parse(["kyoto red"]), 5, cursor=cursor)
        seen += [hit.photo.photo_id for hit in answer.hits]
        if (cursor := answer.next) is None:
            break
    assert len(seen) == len(set(seen)) == 42


def test_a_hit_by_its_name_says_where_the_word_stands(named: Searcher) -> None:
    query = parse(["quokka"])
    explained = named.explained(query, named.find(query, 1)).hits[0]
    assert explained.explanation is not None
    assert "“quokka” stands in its file’s name" in explained.explanation.lines()
    assert explained.as_json()["explanation"]["names"] == [{"word": "quokka", "stands_in": "its file’s name"}]


def test_a_name_is_kept_whatever_the_least_relevance(named: Searcher) -> None:
    assert [Path(hit.path).name for hit in named.find(parse(["quokka"]), 5, minimum="strong").hits] == [
        "a quokka at 京都.jpg"
    ]


_GRADES = st.sampled_from(["strong", "possible", "weak"])


@given(
    grades=st.lists(_GRADES, max_size=12).map(
        lambda grades: sorted(grades, key=("strong", "possible", "weak").index)
    ),
    exact=st.frozensets(st.integers(0, 11), max_size=4),
    rare=st.frozensets(st.integers(0, 11), max_size=4),
    wanted=st.integers(1, 12),
)
def test_laws_of_the_one_list(
    grades: list[str], exact: frozenset[int], rare: frozenset[int], wanted: int
) -> None:
    hits = [_hit(number, 1 - number / 20, grade) for number, grade in enumerate(grades)]
    groups = [
        NameGroup(exact, ("x",), NameMatch.EXACTLY),
        NameGroup(rare - exact, ("y",), NameMatch.WITH_A_RARE_WORD),
    ]

    def within(some: frozenset[int]) -> Callable[[int], list[Hit]]:
        return lambda count: [hit for hit in hits if hit.photo.photo_id in some][:count]

    listed = one_list(lambda count: hits[:count], within, groups)
    everything = listed(len(hits) + 1)
    ids = [hit.photo.photo_id for hit in everything]
    assert sorted(ids) == [hit.photo.photo_id for hit in hits]
    assert [hit.photo.photo_id for hit in listed(wanted)] == ids[:wanted]
    kinds = [
        0
        if hit.is_named
        else 1
        if hit.relevance == "strong"
        else 2
        if hit.relevance == "possible"
        else 3
        if hit.words
        else 4
        for hit in everything
    ]
    assert kinds == sorted(kinds)
    for kind in range(5):  # within a kind, the nearer comes first
        scores = [hit.score for hit, its in zip(everything, kinds, strict=True) if its == kind]
        assert scores == sorted(scores, reverse=True)


def _hit(number: int, score: float, relevance: str) -> Hit:
    content = bytes([number])
    facts = PhotoFacts(content, content, 1, 1, "JPEG", None, None, None, None, None, None)
    return Hit(Photo(number, facts, "", ("/x",)), score, relevance)  # type: ignore[arg-type]


@given(
    st.lists(st.tuples(_GRADES, st.floats(0, 1), st.booleans()), max_size=12).map(
        lambda rows: sorted(rows, key=lambda row: ("strong", "possible", "weak").index(row[0]))
    )
)
def test_in_a_list_of_several_questions_no_number_rises_unless_a_name_has_raised_the_photo(
    rows: list[tuple[str, float, bool]],
) -> None:
    begins = {"strong": 0.75, "possible": 0.5, "weak": 0.0}
    listed = [
        replace(_hit(number, 0.5, grade), match=begins[grade] + share / 5, words=("x",) if is_raised else ())
        for number, (grade, share, is_raised) in enumerate(rows)
    ]
    shown = never_rising(listed)
    numbers = [hit.match or 0.0 for hit in shown if not hit.words]
    assert numbers == sorted(numbers, reverse=True)
    assert all((hit.match or 0.0) >= begins[str(hit.relevance)] for hit in shown)
    assert [hit for hit in shown if hit.words] == [hit for hit in listed if hit.words]


def test_the_numbers_of_either_of_two_questions_do_not_rise(named: Searcher) -> None:
    numbers = [hit.match or 0.0 for hit in named.find(parse(["red OR blue"]), 60).hits if not hit.words]
    assert len(numbers) > 30
    assert numbers == sorted(numbers, reverse=True)


def _names(searcher: Searcher, asked: str) -> set[str]:
    return {Path(hit.path).name for hit in searcher.find(parse_line(asked), 60).hits}


def test_each_kind_of_name_can_be_asked_alone(named: Searcher) -> None:
    assert _names(named, "name:quokka") == {"a quokka at 京都.jpg"}
    assert len(_names(named, 'name:"kyoto frühling"')) == 20
    assert _names(named, "keyword:quokka") == _names(named, "text:quokka") == set()
    assert len(_names(named, "-name:img")) == 2


def test_either_of_two_questions_is_answered_once_a_photo(named: Searcher) -> None:
    hits = named.find(parse(["green OR white"]), 60).hits
    assert len({hit.photo.photo_id for hit in hits}) == len(hits) == 42
    either = {Path(hit.path).name for hit in hits[:2]}
    assert either == {"a quokka at 京都.jpg", "GrandmasBirthday.jpg"}
    assert _names(named, "name:quokka OR name:grandmas") == either
    assert _names(named, "green (name:quokka OR name:grandmas) NOT name:birthday") == {"a quokka at 京都.jpg"}
    assert _names(named, "quokka in:photos OR grandmas in:photos name:birthday") >= either
    explained = named.explained(query := parse(["green OR white"]), named.find(query, 1)).hits[0]
    assert explained.explanation is not None
    assert explained.explanation.parts[0].part == '"green"'


def test_words_the_model_can_not_read_are_found_in_names(named: Searcher) -> None:
    answer = named.find(parse(["京都"]), 5)
    assert [Path(hit.path).name for hit in answer.hits] == ["a quokka at 京都.jpg"]
    assert answer.matches
    assert any("names" in note for note in answer.notes)


def test_an_ordinary_word_that_is_somebodys_keyword_stands_before_what_only_looks_so(
    run: Run, photos: Path, make_photo: MakePhoto
) -> None:
    for number in range(8):
        make_photo(photos / f"{number}.jpg", "red", number)
        got = photos / f"{number} got.jpg"
        make_photo(got, "blue", number)
        got.write_bytes(_with_keyword(got.read_bytes(), "red"))
    with run.library.catalog.write() as transaction:
        root = transaction.roots.add(str(photos))
    index(run, {root: [""]})
    hits = Searcher(run.library, run.embedder, captions=_CAPTIONS).find(parse(["red"]), 16).hits
    assert [hit.words for hit in hits] == [("red",)] * 8 + [()] * 8


def _with_keyword(jpeg: bytes, keyword: str) -> bytes:
    """Put a keyword into a JPEG, in an IPTC record (IIM, dataset 2:25)."""
    record = b"\x1c\x02\x19" + len(keyword).to_bytes(2, "big") + keyword.encode()
    block = b"8BIM\x04\x04\0\0" + len(record).to_bytes(4, "big") + record + b"\0" * (len(record) % 2)
    content = b"Photoshop 3.0\0" + block
    return jpeg[:2] + b"\xff\xed" + (len(content) + 2).to_bytes(2, "big") + content + jpeg[2:]
