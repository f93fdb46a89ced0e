"""The same picture in several files is found; what only resembles it, or was pressed twice, is not."""

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageEnhance

from photoseek.indexer import Run, index
from photoseek.indexer.decode.look import look
from photoseek.searcher.duplicates.groups import Group, bursts, duplicates, present_photos, take_looks
from photoseek.searcher.same_picture.coarse_look import ONE_PICTURE, pairs, standardised
from photoseek.searcher.same_picture.finer_look import FinerLook, Proof
from photoseek.storage import Photo, PhotoFacts
from tests.end_to_end.person import copy_photographs

CAMERA = "Camera"


@pytest.fixture(scope="module")
def photographs(tmp_path_factory: pytest.TempPathFactory) -> list[Image.Image]:
    folder = copy_photographs(tmp_path_factory.mktemp("real") / "photographs")
    return [Image.open(path).convert("RGB") for path in sorted(folder.iterdir())]


def _resaved(photo: Image.Image) -> Image.Image:
    buffer = io.BytesIO()
    photo.save(buffer, "JPEG", quality=25)
    return Image.open(buffer).convert("RGB")


COPIES = {
    "resaved": _resaved,
    "halved": lambda photo: photo.resize((photo.width // 2, photo.height // 2)),
    "grey": lambda photo: photo.convert("L").convert("RGB"),
    "contrasted": lambda photo: ImageEnhance.Contrast(photo).enhance(1.2),
}


def _photo(
    number: int, picture: bytes, taken_at: str | None = None, side: int = 10, path: str | None = None
) -> Photo:
    content = number.to_bytes(2, "big")
    facts = PhotoFacts(
        content, content, side, side, "JPEG", taken_at, None, CAMERA, None, None, None, look=picture
    )
    return Photo(number, facts, "2024", (path or f"/photos/{number}.jpg",))


def _ids(groups: list[Group]) -> list[set[int]]:
    return [{photo.photo_id for photo in group.photos} for group in groups]


@pytest.mark.parametrize("copied", COPIES)
def test_a_copy_is_reported_from_every_other_photograph(photographs: list[Image.Image], copied: str) -> None:
    looks = [look(photo) for photo in photographs]
    copies = [look(COPIES[copied](photo)) for photo in photographs]
    found = set(pairs(standardised(looks + copies)))
    assert found == {(number, number + len(looks)) for number in range(len(looks))}


@given(
    seed=st.integers(0, 1000),
    count=st.integers(0, 60),
    close=st.floats(0, 3),
    block=st.integers(1, 70),
)
def test_pairs_are_those_of_comparing_all_with_all(seed: int, count: int, close: float, block: int) -> None:
    rng = np.random.default_rng(seed)
    few = rng.integers(0, 255, (max(1, count // 4), 64))
    grids = few[rng.integers(0, len(few), count)] + rng.normal(0, close, (count, 64))
    looks = standardised([grid.clip(0, 255).astype(np.uint8).tobytes() for grid in grids])
    rows, others = np.nonzero(np.triu(looks @ looks.T, 1) >= ONE_PICTURE)
    expected = set(zip(rows.tolist(), others.tolist(), strict=True))
    assert {(int(i), int(j)) for i, j in pairs(looks, block=block)} == expected


def test_a_blank_wall_is_a_duplicate_of_nothing() -> None:
    assert _duplicates([_photo(1, bytes([90] * 64)), _photo(2, bytes([91] * 64))]) == []


def test_the_largest_of_a_group_comes_first() -> None:
    picture = bytes(range(64))
    (group,) = _duplicates([_photo(1, picture, side=10), _photo(2, picture, side=40)])
    assert [photo.photo_id for photo in group.photos] == [2, 1]


def test_of_copies_with_as_many_pixels_the_least_compressed_comes_first(
    photographs: list[Image.Image],
) -> None:
    picture = look(photographs[0])
    copies = [_photo(1, picture), _photo(2, picture), _photo(3, picture, side=5)]
    (group,) = duplicates(copies, lambda *_: True, sizes={1: 26_000, 2: 112_000, 3: 500_000})
    assert [photo.photo_id for photo in group.photos] == [2, 1, 3]


def test_frames_of_a_burst_are_no_duplicates() -> None:
    rng = np.random.default_rng(1)
    picture = rng.integers(40, 200, 64)
    shaken = (picture + rng.normal(0, 4, 64)).astype(np.uint8).tobytes()
    first, second = picture.astype(np.uint8).tobytes(), shaken
    frames = [_photo(1, first, "2024-05-01T12:00:00"), _photo(2, second, "2024-05-01T12:00:01")]
    assert _duplicates(frames) == []
    assert _ids(bursts(frames)) == [{1, 2}]


def test_two_frames_in_one_second_are_a_burst_and_their_exact_copy_a_duplicate() -> None:
    rng = np.random.default_rng(1)
    picture = rng.integers(40, 200, 64)
    first = picture.astype(np.uint8).tobytes()
    second = (picture + rng.normal(0, 6, 64)).astype(np.uint8).tobytes()
    moment = "2024-05-01T12:00:00"
    frames = [_photo(1, first, moment), _photo(2, second, moment), _photo(3, first, moment)]
    assert _ids(_duplicates(frames, lambda one, other: one.facts.look == other.facts.look)) == [{1, 3}]


def test_a_copy_that_lost_its_date_is_a_duplicate() -> None:
    picture = bytes(range(64))
    assert _ids(_duplicates([_photo(1, picture, "2024-05-01T12:00:00"), _photo(2, picture)])) == [{1, 2}]


@pytest.mark.parametrize(
    ("known", "copies"),
    [("2024", [{1, 2}]), ("2024-05", [{1, 2}]), ("2024-05-01", [{1, 2}]), ("2023", []), ("2024-06", [])],
)
def test_a_date_of_which_part_is_known_agrees_with_those_that_begin_with_it(
    known: str, copies: list[set[int]]
) -> None:
    picture = bytes(range(64))
    photos = [_photo(1, picture, "2024-05-01T12:00:00"), _photo(2, picture, known)]
    assert _ids(_duplicates(photos)) == copies
    assert bursts(photos) == []


def test_a_raw_photo_and_its_jpeg_are_no_duplicates() -> None:
    picture = bytes(range(64))
    developed = _photo(1, picture, path="/photos/DSC_1.jpg")
    facts = PhotoFacts(b"r", b"r", 10, 10, "NEF", None, None, CAMERA, None, None, None, look=picture)
    assert _duplicates([developed, Photo(2, facts, "2024", ("/photos/DSC_1.NEF",))]) == []


@pytest.mark.parametrize("path", ["/raw/DSC_1.dng", "/photos/another name.dng", "/photos/DSC_1.dng"])
def test_an_original_is_never_spare_to_what_was_developed_from_it(path: str) -> None:
    picture = bytes(range(64))
    developed = [
        _photo(1, picture, side=90),
        _photo(2, picture, side=20),
        _photo(3, picture, "2024-05-01T12:00:00"),
    ]
    raw = replace(developed[0], photo_id=4, facts=replace(developed[0].facts, format="DNG"), paths=(path,))
    assert _ids(_duplicates([*developed, raw])) == [{1, 2, 3}]


def test_a_copy_without_a_date_does_not_make_two_frames_of_a_burst_copies_of_each_other() -> None:
    picture = bytes(range(64))
    frames = [_photo(n, picture, f"2024-05-01T12:00:0{n}") for n in (1, 2)]
    for photos in ([*frames, _photo(3, picture)], [_photo(3, picture), *frames]):
        (group,) = _duplicates(photos)
        assert len({1, 2} & {photo.photo_id for photo in group.photos}) == 1


def test_dates_known_to_the_year_or_the_day_tell_no_two_moments_apart() -> None:
    picture = bytes(range(64))
    photos = [_photo(1, picture, "2024"), _photo(2, picture, "2024-05-01"), _photo(3, picture)]
    assert _ids(_duplicates(photos)) == [{1, 2, 3}]


def test_of_many_that_look_alike_each_photo_gets_few_finer_looks() -> None:
    picture = bytes(range(64))
    asked: list[Photo] = []
    assert duplicates([_photo(n, picture) for n in range(200)], lambda one, _: bool(asked.append(one))) == []
    assert len(asked) <= 200 * 24


def test_another_scene_within_a_second_is_no_burst() -> None:
    rng = np.random.default_rng(0)
    one, other = (rng.integers(0, 255, 64).astype(np.uint8).tobytes() for _ in range(2))
    assert bursts([_photo(1, one, "2024-05-01T12:00:00"), _photo(2, other, "2024-05-01T12:00:01")]) == []


def test_indexing_keeps_a_look_and_photos_from_before_get_theirs(
    run: Run, photos: Path, photographs: list[Image.Image]
) -> None:
    photographs[0].save(photos / "one.png")
    photographs[0].resize((300, 200)).save(photos / "small.jpg")
    photographs[1].save(photos / "other.png")
    _index(run, photos)
    expected = [("one.png", "small.jpg")]
    assert _names(_of(run)) == expected
    with run.library.catalog.write() as transaction:
        transaction.photos.set_looks(dict.fromkeys(transaction.photos.present_ids(), None))
    assert _names(_of(run)) == []
    take_looks(run.library, present_photos(run.library), lambda path: look(Image.open(path).convert("RGB")))
    assert _names(_of(run)) == expected


def test_an_exact_copy_is_a_file_more(run: Run, photos: Path, make_photo) -> None:
    make_photo(photos / "a.jpg")
    (photos / "b.jpg").write_bytes((photos / "a.jpg").read_bytes())
    _index(run, photos)
    (group,) = _of(run)
    assert (group.files, len(group.photos)) == (2, 1)


def test_a_file_and_the_links_to_it_are_one_file(run: Run, photos: Path, make_photo) -> None:
    original = make_photo(photos / "original.jpg")
    (photos / "a.jpg").symlink_to(original)
    (photos.parent / "linked").symlink_to(photos)
    _index(run, photos, photos.parent / "linked")
    assert _of(run) == []


def test_a_link_is_never_kept_in_the_place_of_the_file_it_leads_to(
    run: Run, photos: Path, make_photo
) -> None:
    original = make_photo(photos / "original.jpg")
    (photos / "a.jpg").symlink_to(original)
    copy = photos / "a copy of the original.jpg"
    copy.write_bytes(original.read_bytes())
    _index(run, photos)
    (group,) = _of(run)
    assert group.photos[0].paths == (str(original), str(copy))


def test_hard_links_are_files_of_their_own(run: Run, photos: Path, make_photo) -> None:
    make_photo(photos / "a.jpg")
    (photos / "b.jpg").hardlink_to(photos / "a.jpg")
    _index(run, photos)
    assert _names(_of(run)) == [("a.jpg", "b.jpg")]


def _alike_is_same(*_: Photo) -> bool:
    return True


def _duplicates(photos: list[Photo], is_proven: Proof = _alike_is_same) -> list[Group]:
    return duplicates(photos, is_proven)


def _of(run: Run) -> list[Group]:
    return duplicates(present_photos(run.library), FinerLook(run.library.thumbnails))


def _index(run: Run, *folders: Path) -> None:
    with run.library.catalog.write() as transaction:
        roots = [transaction.roots.add(str(folder)) for folder in folders]
    index(run, {root: [""] for root in roots})


def _names(groups: list[Group]) -> list[tuple[str, ...]]:
    return [tuple(sorted(Path(path).name for photo in g.photos for path in photo.paths)) for g in groups]
