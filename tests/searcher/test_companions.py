"""What one press of the shutter wrote is one hit."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from photoseek.searcher import Hit
from photoseek.searcher.hits.companions import folded
from photoseek.storage import Photo, PhotoFacts


def _hit(
    path: str, kind: str, score: float = 0.5, taken_at: str | None = None, look: bytes | None = None
) -> Hit:
    name = path.encode()
    facts = PhotoFacts(name, name, 4, 3, kind, taken_at, None, None, None, None, None, look)
    return Hit(Photo(len(path), facts, "2024", (path,)), score, None)


def test_a_raw_photo_and_its_jpeg_are_one_hit_shown_by_the_jpeg() -> None:
    pair = [_hit("/p/DSC_1.NEF", "NEF", 0.6), _hit("/p/DSC_1.jpg", "JPEG", 0.5)]
    for hits in (pair, pair[::-1]):
        (hit,) = folded(hits, 5)
        assert (hit.path, hit.companions, hit.score) == ("/p/DSC_1.jpg", ("/p/DSC_1.NEF",), hits[0].score)


def test_what_only_looks_alike_stays_apart() -> None:
    hits = [
        _hit("/p/a.jpg", "JPEG"),
        _hit("/p/a.png", "PNG"),
        _hit("/q/a.NEF", "NEF"),
        _hit("/p/b.NEF", "NEF"),
        _hit("/p/a.heic", "HEIC"),
    ]
    assert folded(hits, 10) == hits


_CAT, _FLOWER = bytes(range(64)), bytes(range(64, 0, -1))


def test_a_name_that_was_used_again_makes_no_pair_of_two_photos() -> None:
    raw = _hit("/p/DSC_1.DNG", "DNG", taken_at="2024-03-02T10:00:00", look=_CAT)
    for other in (
        _hit("/p/DSC_1.jpg", "JPEG", taken_at="2020-05-05T05:05:05", look=_CAT),
        _hit("/p/DSC_1.jpg", "JPEG", look=_FLOWER),
    ):
        assert folded([raw, other], 5) == [raw, other]


def test_a_raw_photo_in_a_folder_of_its_own_and_what_a_pixel_phone_writes_are_pairs() -> None:
    taken, press = "2025-01-26T16:49:31", "PXL_20250126_164931991.RAW-0"
    for developed, raw in (
        ("/p/JPG/DSC_7.jpg", "/p/RAW/DSC_7.dng"),
        (f"/p/{press}1.COVER.jpg", f"/p/{press}2.ORIGINAL.dng"),
    ):
        pair = [
            _hit(raw, "DNG", taken_at=taken, look=_CAT),
            _hit(developed, "JPEG", taken_at=taken, look=_CAT),
        ]
        (hit,) = folded(pair, 5)
        assert (hit.path, hit.companions) == (developed, (raw,))


def test_the_video_of_a_live_photo_lies_beside_it(tmp_path: Path) -> None:
    (tmp_path / "IMG_1.MOV").write_bytes(b"video")
    (hit,) = folded([_hit(str(tmp_path / "IMG_1.HEIC"), "HEIC")], 1)
    assert hit.companions == (str(tmp_path / "IMG_1.MOV"),)
    assert hit.as_json()["companions"] == [str(tmp_path / "IMG_1.MOV")]


@given(
    names=st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["NEF", "JPEG", "PNG"])), unique=True),
    limit=st.integers(1, 5),
)
def test_folding_keeps_the_order_and_loses_no_file(names: list[tuple[str, str]], limit: int) -> None:
    hits = [_hit(f"/p/{stem}.{kind}", kind) for stem, kind in names]
    everything = folded(hits, 100)
    answer = [path for hit in everything for path in (hit.path, *hit.companions)]
    assert sorted(answer) == sorted(hit.path for hit in hits)
    assert len(folded(hits, limit)) <= limit
