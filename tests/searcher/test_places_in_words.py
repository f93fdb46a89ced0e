"""Places typed as words are filters: which words, undone by what, and only where photos were taken there."""

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
from photoseek.searcher.query.places import near
from photoseek.searcher.understanding.dates_in_words import dates_in
from photoseek.searcher.understanding.places_in_words import place_in
from photoseek.storage import Library

_TODAY = date(2026, 11, 27)
_CAPTIONS = ("red", "green", "blue", "white", "black", "yellow", "purple")
_TAKEN = {
    "kyoto": "2019-04-02",
    "new york": "2018-07-03",
    "san francisco": "2019-07-14",
    "lisbon": "2019-02-02",
    "paris, texas": "2015-07-03",
    "florence, italy": "2019-04-09",
    "essen": "2021-03-09",
    "st moritz": "2021-03-09",
    "recife": "2021-03-09",
    **dict.fromkeys(
        ["bath", "nice", "reading", "orange, california", "mobile", "sandwich, uk"], "2020-01-01"
    ),
    **dict.fromkeys(
        ["split", "miami", "boston", "salt lake city", "york, uk", "panama city, panama"], "2020"
    ),
}

MakePhoto = Callable[..., Path]


def _sexagesimal(degrees: float) -> tuple[float, float, float]:
    return abs(degrees), 0.0, 0.0


def _taken_at(
    make_photo: MakePhoto, path: Path, shade: int, town: str | None, day: str, *, colour: str
) -> None:
    """Write a photo that says where and when it was taken."""
    make_photo(path, colour, shade)
    tags = Image.Exif()
    tags.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = (
        f"{day[:4]}:{day[5:7] or '01'}:{day[8:] or '01'} 12:00:00"
    )
    if town is not None:
        found = near.named(town)[0]
        tags.get_ifd(ExifTags.IFD.GPSInfo).update(
            {
                ExifTags.GPS.GPSLatitudeRef: "N" if found.latitude > 0 else "S",
                ExifTags.GPS.GPSLatitude: _sexagesimal(found.latitude),
                ExifTags.GPS.GPSLongitudeRef: "E" if found.longitude > 0 else "W",
                ExifTags.GPS.GPSLongitude: _sexagesimal(found.longitude),
            }
        )
    with Image.open(path) as photo:
        photo.load()
        photo.save(path, "JPEG", exif=tags)


def _searcher(folder: Path) -> Searcher:
    library, embedder = Library(folder / "library"), FakeEmbedder()
    with library.catalog.write() as transaction:
        model = transaction.models.add(embedder.facts.model_id, embedder.facts.dimension, None)
        transaction.models.use(model)
        root = transaction.roots.add(str(folder / "photos"))
    index(Run(library, embedder, model), {root: [""]})
    return Searcher(library, embedder, captions=_CAPTIONS)


@pytest.fixture(scope="module")
def travelled(tmp_path_factory: pytest.TempPathFactory, make_photo: MakePhoto) -> Searcher:
    """Return a red and a blue photo of each of some towns, and one that only its folder places."""
    folder = tmp_path_factory.mktemp("travelled")
    for shade, (town, day) in enumerate(_TAKEN.items()):
        for colour in ("red", "blue"):
            name = f"{colour} {town.partition(',')[0].replace(' ', '')[::-1]}.jpg"
            _taken_at(make_photo, folder / "photos" / name, shade, town, day, colour=colour)
    _taken_at(make_photo, folder / "photos" / "Kyoto" / "a.jpg", 40, None, "2019-04-03", colour="red")
    _taken_at(make_photo, folder / "photos" / "b.jpg", 41, None, "2019-04-03", colour="red")
    return _searcher(folder)


@pytest.fixture(scope="module")
def without_positions(tmp_path_factory: pytest.TempPathFactory, make_photo: MakePhoto) -> Searcher:
    folder = tmp_path_factory.mktemp("unplaced")
    _taken_at(make_photo, folder / "photos" / "a.jpg", 0, None, "2019-04-03", colour="red")
    return _searcher(folder)


def _read(searcher: Searcher, text: str) -> tuple[str, str] | None:
    with searcher._library.catalog.read() as transaction:
        found = place_in(text, dates_in(text, _TODAY), transaction)
    return None if found is None else (text[found.begins : found.ends], found.filters[0].value)


def names(answer: Answer) -> set[str]:
    """Return the names of the files that were found."""
    return {Path(hit.path).name for hit in answer.hits}


@pytest.mark.parametrize(
    ("text", "words", "place"),
    [
        ("beach in kyoto", "in kyoto", "Kyoto"),
        ("kyoto in spring", "kyoto", "Kyoto"),
        ("kyoto in spring 2019", "kyoto", "Kyoto"),
        ("photos from new york", "photos from new york", "New York City"),
        ("my pictures taken in New York", "my pictures taken in New York", "New York City"),
        ("sunset near san francisco", "near san francisco", "San Francisco"),
        ("San Francisco", "San Francisco", "San Francisco"),
        ("dinner at lisbon 2019", "at lisbon", "Lisbon"),
        ("dinner in lisbon with friends", "in lisbon", "Lisbon"),
        ("temple kyoto", "kyoto", "Kyoto"),
        ("temple, kyoto", "kyoto", "Kyoto"),
        ("kyoto temple at night", "kyoto", "Kyoto"),
        ("paris", "paris", "Paris, Texas"),
        ("a barn in paris, texas", "in paris, texas", "Paris, Texas"),
        ("barn in paris, texas, usa", "in paris, texas, usa", "Paris, Texas"),
        ("barn paris texas", "paris texas", "Paris, Texas"),
        ("in bath england", "in bath england", "Bath"),
        ("kyoto japan temple", "kyoto japan", "Kyoto"),
        ("skiing in st. moritz", "in st. moritz", "St. Moritz"),
        ("a trip to kyoto 2019", "to kyoto", "Kyoto"),
        ("photos of kyoto", "photos of kyoto", "Kyoto"),
        ("In Bath", "In Bath", "Bath"),
        ("firenze", "firenze", "Florence"),
        ("in florence, italy, last summer", "in florence, italy,", "Florence"),
        ("a dog in Bath", "in Bath", "Bath"),
        ("bath, england", "bath, england", "Bath"),
        ("a beach in Nice", "in Nice", "Nice"),
        ("people in Reading, UK", "in Reading, UK", "Reading"),
        ("harbour in Split", "in Split", "Split"),
        ("beach in miami", "in miami", "Miami"),
        ("beach Miami", "Miami", "Miami"),
        ("salt lake city", "salt lake city", "Salt Lake City"),
        ("skyline of boston at night from boston", "from boston", "Boston"),
        ("Strand in Kyoto", "in Kyoto", "Kyoto"),
    ],
)
def test_words_that_say_where_are_filters(travelled: Searcher, text: str, words: str, place: str) -> None:
    assert _read(travelled, text) == (words, place)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "a dog in bath",
            "bath",
            "Bath",
            "bath time",
            "a nice dog",
            "nice dog",
            "Nice dog",
            "dog Nice",
            "nice",
        ),
        *("a woman reading", "Reading a book", "a woman in reading glasses", "reading", "in reading"),
        *(
            "orange",
            "an orange in a bowl",
            "at orange",
            "mobile phone",
            "mobile",
            "a bar",
            "sandwich",
            "split",
        ),
        *(
            "banana split",
            "in split",
            "DOG IN BATH",
            "york",
            "boston terrier",
            "Dog In Bath",
            "a postcard of kyoto",
            "road to kyoto",
            "a panama hat",
            "a man in panama hats",
        ),
        *(
            "not in kyoto",
            "a postcard of the kyoto",
            "kyoto and lisbon",
            "in kyoto or lisbon",
            "lisbon or kyoto",
        ),
        *(
            "in tokyo",
            "berlin",
            "paris, france",
            "in paris, france",
            "in it",
            "at us",
            "in the city",
            "Frau beim essen",
        ),
        *("in", "near", "from", "kyoto's temples", "京都の寺"),
    ],
)
def test_words_that_may_mean_something_else_stay_words(travelled: Searcher, text: str) -> None:
    assert _read(travelled, text) is None


def test_a_place_is_a_filter_and_said(travelled: Searcher) -> None:
    answer = travelled.find(parse(["blue in new york"]), 60)
    assert names(answer) == {"red kroywen.jpg", "blue kroywen.jpg"}
    assert Path(answer.hits[0].path).name == "blue kroywen.jpg"
    assert answer.as_json()["readings"] == [{"words": "in new york", "filter": 'near:"New York City"'}]
    assert any("read “in new york” as near:" in note and "quotation marks" in note for note in answer.notes)


def test_a_place_goes_beside_a_date(travelled: Searcher) -> None:
    answer = travelled.find(parse(["red kyoto in spring 2019"]), 60)
    assert {reading.words for reading in answer.readings} == {"kyoto", "in spring 2019"}
    answer = travelled.find(parse(["kyoto in spring 2019"]), 60)
    assert [str(reading) for reading in answer.readings] == ["on:2019 during:spring", "near:Kyoto"]
    assert names(answer) == {"red otoyk.jpg", "blue otoyk.jpg", "a.jpg"}


def test_a_place_that_no_photo_of_that_date_shows_leaves_the_date(travelled: Searcher) -> None:
    answer = travelled.find(parse(["red in kyoto 2018"]), 60)
    assert [reading.words for reading in answer.readings] == ["2018"]


def test_a_folder_that_is_called_like_a_place_comes_up(travelled: Searcher) -> None:
    assert "a.jpg" in names(travelled.find(parse(["red near kyoto"]), 60))
    assert "b.jpg" not in names(travelled.find(parse(["red near kyoto"]), 60))


def test_the_town_that_photos_lie_near_is_taken_and_said(travelled: Searcher) -> None:
    answer = travelled.find(parse(["paris"]), 60)
    assert [str(reading) for reading in answer.readings] == ['near:"Paris, Texas"']
    assert names(answer) == {"red sirap.jpg", "blue sirap.jpg"}


def test_each_side_of_or_is_read_for_itself_and_nothing_behind_a_minus(travelled: Searcher) -> None:
    answer = travelled.find(parse(["red in kyoto OR blue in lisbon"]), 60)
    assert [str(reading) for reading in answer.readings] == ["near:Kyoto", "near:Lisbon"]
    assert travelled.find(parse(["red -kyoto"]), 60).readings == ()
    assert travelled.find(parse(["kyoto -red"]), 60).readings == ()


def test_a_library_without_positions_reads_no_place(without_positions: Searcher) -> None:
    for asked in ("kyoto", "red in kyoto", "kyoto in spring"):
        assert all(
            "near" not in str(reading) for reading in without_positions.find(parse([asked]), 9).readings
        )


def test_a_country_is_read_where_photos_were_taken_there(travelled: Searcher) -> None:
    for asked, words, country in (
        ("red in italy", "in italy", "Italy"),
        ("red japan", "japan", "Japan"),
        ("photos from the uk", "photos from the uk", "United Kingdom"),
        ("red in Portugal", "in Portugal", "Portugal"),
    ):
        assert _read(travelled, asked) == (words, country)
    for asked in ("red in norway", "in italy and japan", "not in japan"):
        assert _read(travelled, asked) is None
    assert names(travelled.find(parse(["red in italy"]), 60)) == {"red ecnerolf.jpg", "blue ecnerolf.jpg"}


def test_the_name_of_a_place_is_no_misspelling(travelled: Searcher, without_positions: Searcher) -> None:
    asked = parse(["a dog in recife"])
    assert without_positions.find(asked, 9).did_you_mean == "a dog in recipe"
    assert travelled.find(asked, 9).did_you_mean is None


_PLACES = st.sampled_from(["kyoto", "in Bath", "near san francisco", "paris, texas", "Lisbon", "in tokyo"])
_WORDS = st.lists(
    st.sampled_from(["red", "blue", "dog", "2019", "in", "the", "and", "photos", "last", "summer"]),
    min_size=1,
    unique=True,
)
_SOME = settings(max_examples=60)


@_SOME
@given(words=_WORDS, said=_PLACES)
def test_quotation_marks_undo_every_reading(travelled: Searcher, words: list[str], said: str) -> None:
    assert travelled.find(parse_line(f'"{" ".join(words)} {said}"'), 3).readings == ()


@_SOME
@given(words=_WORDS, said=_PLACES)
def test_a_reading_leaves_photos_and_all_other_words(
    travelled: Searcher, words: list[str], said: str
) -> None:
    typed = parse_line(f"{' '.join(words)} {said}")
    read = travelled.understood(typed)
    answer = travelled.find(typed, 60)
    assert answer.hits
    left = f"{read.text} {' '.join(reading.words for reading in answer.readings)}"
    assert sorted(left.split()) == sorted(typed.text.split())


@_SOME
@given(noise=st.text(max_size=60))
def test_no_characters_stop_the_reading(travelled: Searcher, noise: str) -> None:
    text = " ".join(f"{noise} in kyoto".split())
    with travelled._library.catalog.read() as transaction:
        found = place_in(text, dates_in(text, _TODAY), transaction)
    assert found is None or 0 <= found.begins < found.ends <= len(text)
