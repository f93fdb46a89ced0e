"""Google Takeout's JSON finds its photo, whatever it is called, and says of it what can be true."""

import json
from typing import Any

import pytest

from photoseek.indexer.disk.sidecar_names import beside_each, related
from photoseek.indexer.metadata import takeout
from photoseek.indexer.metadata.claims import Claims

_END = ".supplemental-metadata"
_LONG = "an evening by the harbour with everybody we know"  # 48 characters

_CASES = [  # photos, the JSON, and whose it is
    (["IMG.jpg"], "IMG.jpg.json", {"IMG.jpg"}),
    (["IMG.jpg"], f"IMG.jpg{_END}.json", {"IMG.jpg"}),
    *((["IMG.jpg"], f"IMG.jpg{_END[:length]}.json", {"IMG.jpg"}) for length in range(1, len(_END))),
    (["IMG.JPG"], "IMG.jpg.JSON", {"IMG.JPG"}),
    (["IMG.JPG", "IMG.jpg"], "IMG.jpg.json", {"IMG.jpg"}),
    (["IMG.jpg", "IMG(1).jpg"], "IMG.jpg(1).json", {"IMG(1).jpg"}),
    (["IMG.jpg", "IMG(1).jpg"], f"IMG.jpg{_END}(1).json", {"IMG(1).jpg"}),
    (["IMG.jpg", "IMG(1).jpg"], "IMG.jpg.supple(1).json", {"IMG(1).jpg"}),
    (["IMG.jpg", "IMG(1).jpg"], "IMG(1).jpg.json", {"IMG(1).jpg"}),
    (["IMG.jpg", "IMG(1).jpg"], "IMG.jpg.json", {"IMG.jpg"}),
    (["IMG.jpg", "IMG(1).jpg"], "IMG.jpg(2).json", set()),
    (["IMG(2).jpg", "IMG(12).jpg"], "IMG.jpg(12).json", {"IMG(12).jpg"}),
    (["holiday (2).jpg"], "holiday (2).jpg.json", {"holiday (2).jpg"}),
    *(
        (["IMG.jpg", f"IMG{edited}.jpg"], "IMG.jpg.json", {"IMG.jpg", f"IMG{edited}.jpg"})
        for edited in (
            "-edited",
            "-bearbeitet",
            "-modifié",
            "-editado",
            "-modificato",
            "-bewerkt",
            "-編集済み",
        )
    ),
    (["IMG-EDITED.JPG"], "IMG.JPG.json", {"IMG-EDITED.JPG"}),
    (["IMG-modifie\u0301.jpg"], "IMG.jpg.json", {"IMG-modifie\u0301.jpg"}),
    (
        ["abcdefghijke\u0301e\u0301.jpg"],
        "ABCDEFGHIJK\u00e9\u00c9.jpg.json",
        {"abcdefghijke\u0301e\u0301.jpg"},
    ),
    (["IMG-edited(1).jpg"], "IMG.jpg(1).json", {"IMG-edited(1).jpg"}),
    (["IMG(1)-edited.jpg"], "IMG.jpg(1).json", {"IMG(1)-edited.jpg"}),
    (["IMG-edited.jpg"], "IMG.HEIC.json", {"IMG-edited.jpg"}),
    (["IMG-edited.jpg"], "IMG-edited.jpg.json", {"IMG-edited.jpg"}),
    (["IMG.jpg", "IMG-edited.jpg"], "IMG.jpg(1).json", set()),
    ([f"{_LONG[:47]}.jpg"], f"{_LONG[:46]}.json", {f"{_LONG[:47]}.jpg"}),
    ([f"{_LONG[:47]}(1).jpg"], f"{_LONG[:46]}(1).json", {f"{_LONG[:47]}(1).jpg"}),
    ([f"{_LONG[:40]}.jpg"], f"{_LONG[:40]}.jpg.s.json", {f"{_LONG[:40]}.jpg"}),
    ([f"{_LONG[:44]}.jpg"], f"{_LONG[:44]}.j.json", {f"{_LONG[:44]}.jpg"}),
    ([f"{_LONG[:40]}-edited.jpg"], f"{_LONG[:40]}.jpg.su.json", {f"{_LONG[:40]}-edited.jpg"}),
    ([f"{_LONG[:44]}-ed.jpg"], f"{_LONG[:44]}.j.json", {f"{_LONG[:44]}-ed.jpg"}),
    (["untitled.png"], "untitled.json", {"untitled.png"}),
    (["untitled.png", "untitled.jpg"], "untitled.json", set()),
    (["IMG.jpg"], "metadata.json", set()),
    (["IMG.jpg"], "IMG2.jpg.json", set()),
    (["s.jpg"], ".supplemental-metadata.json", set()),
]


@pytest.mark.parametrize(("photos", "file", "of"), _CASES, ids=[case[1] for case in _CASES])
def test_a_file_belongs_to_the_photo_that_takeout_named_it_after(
    photos: list[str], file: str, of: set[str]
) -> None:
    found = beside_each(photos, [file])
    assert {photo for photo, own in found.items() if own} == of
    assert all(one == (file, True) for own in found.values() for one in own)
    assert all({*of, file} <= set(related([*photos, file], [touched])) for touched in of)


def test_a_cut_name_that_fits_two_photos_belongs_to_the_one_that_it_names() -> None:
    one, other, file = f"{_LONG[:46]} a.jpg", f"{_LONG[:46]} b.jpg", f"{_LONG[:46]}.json"
    assert beside_each([one, other], [file]) == {one: [(file, False)], other: [(file, False)]}
    content = json.dumps(
        {"title": f"{_LONG[:46]} b and more.jpg", "description": "b", "geoData": {}}
    ).encode()
    assert takeout.claims_of(content, one, is_sure=False) is None
    claims = takeout.claims_of(content, other, is_sure=False)
    assert claims is not None
    assert claims.descriptions == ["b"]


def _claims(**said: Any) -> Claims:  # noqa: ANN401 (JSON)
    claims = takeout.claims_of(json.dumps({"photoTakenTime": {}} | said).encode(), "IMG.jpg", is_sure=True)
    assert claims is not None
    return claims


def test_what_it_says_is_read() -> None:
    claims = _claims(
        title="Harbour",
        description="Boats\nat night",
        photoTakenTime={"timestamp": "1562351400", "formatted": "Jul 5, 2019"},
        geoData={"latitude": 48.85, "longitude": 2.35},
        favorited=True,
        people=[{"name": "Ana"}],
    )
    (date,), (place,) = claims.dates, claims.positions
    assert (date.when.text, date.when.offset) == ("2019-07-05T18:30:00", 0)
    assert (place.latitude, place.longitude, place.field) == (48.85, 2.35, "Takeout geoData")
    assert (claims.titles, claims.descriptions) == (["Harbour"], ["Boats at night"])
    assert (claims.ratings, claims.keywords) == ([5], [])


def test_zero_and_zero_is_no_place_and_the_files_own_is_taken_instead() -> None:
    nowhere = {"latitude": 0.0, "longitude": 0.0}
    assert _claims(geoData=nowhere, geoDataExif=nowhere).positions == []
    (place,) = _claims(geoData=nowhere, geoDataExif={"latitude": -33.9, "longitude": 151.2}).positions
    assert (place.latitude, place.field) == (-33.9, "Takeout geoDataExif")


@pytest.mark.parametrize(
    "said",
    [
        {"photoTakenTime": {"timestamp": "yesterday"}},
        {"photoTakenTime": {"timestamp": 10**30}},
        {"photoTakenTime": "2019"},
        {"photoTakenTime": {"timestamp": "0"}},
        {"geoData": {"latitude": 91, "longitude": True}},
        {"geoData": [1, 2]},
        {"title": "IMG.HEIC", "description": "", "favorited": "no"},
        {"title": 7, "description": None},
    ],
)
def test_values_that_mean_nothing_are_no_claims(said: dict[str, Any]) -> None:
    claims = _claims(**said)
    found = (claims.dates, claims.positions, claims.titles, claims.descriptions, claims.ratings)
    assert found == ([], [], [], [], [])


def test_json_of_other_programs_says_nothing() -> None:
    for content in (b"[]", b"{}", b'{"title": "x", "width": 3}', b'"text"'):
        assert takeout.claims_of(content, "IMG.jpg", is_sure=True) is None


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe", b"", b"[" * 100_000, b'{"a": ' + b"9" * 5_000 + b"}"])
def test_what_is_no_json_raises_one_error_only(content: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 (the json module's own words)
        takeout.claims_of(content, "IMG.jpg", is_sure=True)
