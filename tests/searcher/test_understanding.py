"""Dates typed as words are filters: which words, undone by what, and never where they leave no photo."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image

from photoseek.embedder import FakeEmbedder
from photoseek.indexer import Run, index
from photoseek.searcher import Answer, Searcher, parse, parse_line
from photoseek.searcher.understanding.dates_in_words import dates_in
from photoseek.storage import Library

_TODAY = date(2026, 11, 27)
_CAPTIONS = ("red", "green", "blue", "white", "black", "yellow", "purple")
_MONTHS = ("2015-07-03", "2018-12-24", "2019-02-02", "2019-07-14", "2021-03-09")

MakePhoto = Callable[..., Path]


def _read(text: str, today: date = _TODAY) -> dict[str, str]:
    found = dates_in(text, today)
    return {text[one.begins : one.ends]: " ".join(map(str, one.filters)) for one in found}


@pytest.mark.parametrize(
    ("text", "words", "filters"),
    [
        ("beach 2019", "2019", "on:2019"),
        ("2019 beach", "2019", "on:2019"),
        ("my photos taken in 2019 of a dog", "my photos taken in 2019", "on:2019"),
        ("Kyoto in SPRING", "in SPRING", "during:spring"),
        ("christmas 2018", "2018", "on:2018"),
        ("july 2019", "july 2019", "on:2019-07"),
        ("a dog in march", "in march", "during:march"),
        ("2019-05", "2019-05", "on:2019-05"),
        ("17 may 2019", "17 may 2019", "on:2019-05-17"),
        ("May 17th, 2019", "May 17th, 2019", "on:2019-05-17"),
        ("fall 2018", "fall 2018", "on:2018 during:fall"),
        ("yesterday", "yesterday", "on:2026-11-26"),
        ("last year", "last year", "on:2025"),
        ("last may", "last may", "on:2026-05"),
        ("last december", "last december", "on:2025-12"),
        ("last week", "last week", "on:2026-11-16..2026-11-22"),
        ("last weekend", "last weekend", "on:2026-11-21..2026-11-22"),
        ("last summer", "last summer", "on:2025-09..2026-08 during:summer"),
        ("dogs 3 years ago", "3 years ago", "on:2023"),
        ("two months ago", "two months ago", "on:2026-09"),
        ("in the last ten days", "in the last ten days", "after:2026-11-17"),
        ("between 2018 and 2015", "between 2018 and 2015", "on:2015..2018"),
        ("from july 2015 to 2018", "from july 2015 to 2018", "on:2015-07..2018"),
        ("2015–2018", "2015–2018", "on:2015..2018"),
        ("since 2020", "since 2020", "after:2020"),
        ("until july 2019", "until july 2019", "before:2019-08-01"),
        ("in the 90s", "in the 90s", "on:1990..1999"),
        ("hair of the 1920s", "of the 1920s", "on:1920..1929"),
    ],
)
def test_words_that_say_when_are_filters(text: str, words: str, filters: str) -> None:
    assert _read(text) == {words: filters}


@pytest.mark.parametrize(
    "text",
    [
        *("spring flowers", "a fall from a horse", "marching band", "may I", "this may be a dog", "a march"),
        *(
            "a man in winter clothing",
            "in fall colors",
            "the last may flower",
            "autumn leaves",
            "a summer dress",
        ),
        *("2000 meters", "room 2019", "a cake with 2019", "a crowd of 2000 people", "a 2019 calendar page"),
        *("not in 2019", "in 2018 and 2019", "2018 or 2019", "in 1066", "in 2050", "2019-13", "31 june 2019"),
        *("80s hair", "1234567", "4000 years ago", "٢٠١٩", "in ２０１９"),
    ],
)
def test_words_that_may_mean_something_else_stay_words(text: str) -> None:
    assert _read(text) == {}


@pytest.mark.parametrize(
    ("today", "text", "filters"),
    [
        (date(2026, 7, 10), "last summer", "on:2024-09..2025-08 during:summer"),
        (date(2026, 7, 10), "this summer", "on:2025-09..2026-08 during:summer"),
        (date(2027, 1, 5), "last winter", "on:2025-03..2026-02 during:winter"),
        (date(2027, 1, 5), "this winter", "on:2026-03..2027-02 during:winter"),
        (date(2027, 1, 5), "last month", "on:2026-12"),
        (date(2027, 1, 5), "13 months ago", "on:2025-12"),
        (date(2024, 2, 29), "a year ago", "on:2023"),
    ],
)
def test_what_is_last_depends_on_the_day(today: date, text: str, filters: str) -> None:
    assert list(_read(text, today).values()) == [filters]


def taken(make_photo: MakePhoto, path: Path, colour: str, shade: int, day: str | None) -> None:
    """Write a photo that says on which day it was taken."""
    make_photo(path, colour, shade)
    if day is None:
        return
    tags = Image.Exif()
    tags.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = f"{day.replace('-', ':')} 12:00:00"
    with Image.open(path) as photo:
        photo.load()
        photo.save(path, "JPEG", exif=tags)


@pytest.fixture(scope="module")
def dated(tmp_path_factory: pytest.TempPathFactory, make_photo: MakePhoto) -> Searcher:
    """Return photos of five days in two colours, and some that only a name dates, or that a name misdates."""
    folder = tmp_path_factory.mktemp("dated")
    for shade, day in enumerate(_MONTHS):
        for colour in ("red", "blue"):
            taken(make_photo, folder / "photos" / f"{colour} {'abcde'[shade]}.jpg", colour, shade, day)
    taken(make_photo, folder / "photos" / "IMG_2019.jpg", "red", 7, "2015-07-04")
    taken(make_photo, folder / "photos" / "scans 2019" / "b.jpg", "red", 8, None)
    taken(make_photo, folder / "photos" / "IMG-20190503-WA0001.jpg", "red", 9, None)
    taken(make_photo, folder / "photos" / "Last Summer" / "c.jpg", "red", 10, "2015-08-01")
    library, embedder = Library(folder / "library"), FakeEmbedder()
    with library.catalog.write() as transaction:
        model = transaction.models.add(embedder.facts.model_id, embedder.facts.dimension, None)
        transaction.models.use(model)
        root = transaction.roots.add(str(folder / "photos"))
    index(Run(library, embedder, model), {root: [""]})
    return Searcher(library, embedder, captions=_CAPTIONS)


def names(answer: Answer) -> list[str]:
    """Return the names of the files that were found."""
    return [Path(hit.path).name for hit in answer.hits]


def test_a_year_is_a_filter_and_said(dated: Searcher) -> None:
    answer = dated.find(parse(["blue 2019"]), 30)
    assert set(names(answer)[:2]) == {"blue c.jpg", "blue d.jpg"}
    assert answer.query == "blue 2019"
    assert answer.as_json()["readings"] == [{"words": "2019", "filter": "on:2019"}]
    assert any("read “2019” as on:2019" in note and "quotation marks" in note for note in answer.notes)


def test_a_photo_that_is_dated_by_its_name_alone_passes_and_a_camera_s_number_is_no_date(
    dated: Searcher,
) -> None:
    found = set(names(dated.find(parse(["red 2019"]), 30)))
    assert {"b.jpg", "IMG-20190503-WA0001.jpg"} < found
    assert "IMG_2019.jpg" not in found


def test_a_folder_that_is_called_like_a_time_comes_up_and_first_where_all_its_words_are_said(
    dated: Searcher,
) -> None:
    assert "c.jpg" in names(dated.find(parse(["last summer"]), 30))
    assert names(dated.find(parse(["scans 2019"]), 30))[0] == "b.jpg"


def test_dates_alone_list_the_newest_first(dated: Searcher) -> None:
    answer = dated.find(parse(["photos from between 2018 and 2021"]), 30)
    assert names(answer) == names(dated.find(parse(["on:2018..2021"]), 30))


def test_a_reading_that_would_leave_nothing_is_not_made(dated: Searcher) -> None:
    for asked in ("red 1950", "red in april", "red 2019 on:2015"):
        answer = dated.find(parse([asked]), 30)
        assert answer.readings == ()
        assert not any("read “" in note for note in answer.notes)


def test_what_only_pushes_away_beside_a_date_stays_a_question_in_words(dated: Searcher) -> None:
    assert dated.find(parse(["2019 -red"]), 30).readings == ()


def test_each_side_of_or_is_read_for_itself(dated: Searcher) -> None:
    answer = dated.find(parse(["red 2018 OR blue since 2021"]), 30)
    assert [reading.words for reading in answer.readings] == ["2018", "since 2021"]
    assert set(names(answer)) == {"red b.jpg", "blue b.jpg", "red e.jpg", "blue e.jpg"}


def test_pages_of_a_question_with_a_date_lack_none_and_repeat_none(dated: Searcher) -> None:
    for asked in ("red 2019", "2019"):
        seen: list[str] = []
        cursor = None
        while True:
            answer = dated.find(parse([asked]), 2, cursor=cursor)
            seen += names(answer)
            if (cursor := answer.next) is None:
                break
        assert sorted(seen) == sorted(names(dated.find(parse([asked]), 30)))
        assert len(seen) == len(set(seen))


def test_an_explanation_names_the_filter_that_words_were_read_as(dated: Searcher) -> None:
    query = parse(["blue 2018"])
    explained = dated.explained(query, dated.find(query, 1)).hits[0].explanation
    assert explained is not None
    assert ("on:2018", "taken 2018-12-24 12:00:00") in explained.filters


_DATES_IN_WORDS = st.sampled_from(
    [
        "2019",
        "in july",
        "last summer",
        "july 2019",
        "since 2018",
        "3 years ago",
        "in the 90s",
        "1950",
        "in spring",
    ]
)
_OTHER_WORDS = st.lists(
    st.sampled_from(["red", "blue", "dog", "fall", "may", "march", "photos", "and", "the", "in"]), min_size=1
)
_SOME = settings(max_examples=60)


@_SOME
@given(words=_OTHER_WORDS, said=_DATES_IN_WORDS)
def test_quotation_marks_undo_every_reading(dated: Searcher, words: list[str], said: str) -> None:
    assert dated.find(parse_line(f'"{" ".join(words)} {said}"'), 3).readings == ()
    assert dated.find(parse_line(f'red "{said}"'), 3).readings == ()


@_SOME
@given(words=_OTHER_WORDS, said=_DATES_IN_WORDS)
def test_a_reading_leaves_photos_and_all_other_words(dated: Searcher, words: list[str], said: str) -> None:
    typed = parse_line(f"{' '.join(words)} {said}")
    read = dated.understood(typed)
    answer = dated.find(typed, 30)
    assert answer.hits
    left = f"{read.text} {' '.join(reading.words for reading in answer.readings)}"
    assert sorted(left.split()) == sorted(typed.text.split())


@_SOME
@given(
    said=st.sampled_from([("2021", "on:2021"), ("july 2015", "on:2015-07"), ("since 2021", "after:2021")]),
    colour=st.sampled_from(["red", "blue", "green"]),
)
def test_a_reading_finds_what_its_filter_finds(dated: Searcher, said: tuple[str, str], colour: str) -> None:
    words, written = said
    assert names(dated.find(parse_line(f"{colour} {words}"), 30)) == names(
        dated.find(parse_line(f"{colour} {written}"), 30)
    )


@_SOME
@given(
    words=st.lists(st.sampled_from(["red", "dog", "the", "may", "fall", "of", "march", "spring"]), min_size=1)
)
def test_a_question_without_dates_is_untouched(dated: Searcher, words: list[str]) -> None:
    typed = parse_line(" ".join(["dog", *words, "dog"]))
    assert dated.understood(typed) == typed


@given(noise=st.text(max_size=80))
def test_no_characters_stop_the_reading(noise: str) -> None:
    text = " ".join(noise.split())
    for found in dates_in(f"{text} 2019", _TODAY):
        assert 0 <= found.begins < found.ends <= len(text) + len(" 2019")
