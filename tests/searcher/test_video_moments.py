"""A video is one hit, by its poster or by the moment that fits best."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from photoseek.embedder import FakeEmbedder, unit_length
from photoseek.embedder.fake import COLOURS
from photoseek.indexer import Run, index
from photoseek.searcher import Searcher, parse_line
from photoseek.searcher.hits.records import Hit
from photoseek.searcher.scoring.video_moments import FIRST_ID, Moments
from photoseek.storage import Model, Neighbours, SavedMoments
from photoseek.storage.rows import conditions
from tests.videos import make_video

_SIDE = 32


def _flat(colour: str) -> np.ndarray:
    return np.full((_SIDE, _SIDE, 3), COLOURS[colour], np.uint8)


def _vector(colour: str) -> np.ndarray:
    return FakeEmbedder().embed_photos(_flat(colour)[np.newaxis])[0]


@pytest.fixture
def with_video(coloured: Run, photos: Path) -> Run:
    """Return a library of flat photos and a purple video with moments that are yellow and green."""
    purple = Image.new("RGB", (64, 48), COLOURS["purple"])
    make_video(photos / "clip.mp4", [(purple, 3)])
    with coloured.library.catalog.read() as transaction:
        (root,) = transaction.roots.all()
    index(coloured, {root: [""]})
    with coloured.library.catalog.write() as transaction:
        (video,) = transaction.photos.which([conditions.video()])
        moments = [(0, _vector("purple")), (1000, _vector("yellow")), (2000, _vector("green"))]
        transaction.video_moments.save(coloured.model, {video: moments})
    return coloured


def _hits(run: Run, line: str, limit: int = 30) -> tuple[Hit, ...]:
    return Searcher(run.library, run.embedder).find(parse_line(line), limit).hits


def _named(hits: tuple[Hit, ...]) -> list[str]:
    return [Path(hit.path).name for hit in hits]


def test_a_video_is_found_by_a_moment_that_its_poster_does_not_show(with_video: Run) -> None:
    first = _hits(with_video, "yellow")[0]
    assert (Path(first.path).name, first.at_ms) == ("clip.mp4", 1000)
    assert first.score == pytest.approx(1.0, abs=0.01)


def test_a_video_is_one_hit_however_many_of_its_moments_are_near(with_video: Run) -> None:
    for line in ("green", "yellow", "purple", "green OR yellow", "green -yellow", "type:video green"):
        names = _named(_hits(with_video, line))
        assert names.count("clip.mp4") == 1
        assert len(names) == len(set(names))


def test_a_question_joined_by_or_has_the_video_at_its_better_moment(with_video: Run) -> None:
    (video,) = (hit for hit in _hits(with_video, "yellow OR red") if hit.path.endswith(".mp4"))
    assert video.at_ms == 1000


def test_filters_hold_for_moments_too(with_video: Run, photos: Path) -> None:
    assert _named(_hits(with_video, "yellow type:video")) == ["clip.mp4"]
    assert "clip.mp4" not in _named(_hits(with_video, "yellow type:jpeg"))
    assert _named(_hits(with_video, "yellow length:>2s")) == ["clip.mp4"]
    assert _hits(with_video, "yellow length:<2s") == ()
    (photos / "clip.mp4").unlink()
    with with_video.library.catalog.read() as transaction:
        (root,) = transaction.roots.all()
    index(with_video, {root: [""]})
    assert "clip.mp4" not in _named(_hits(with_video, "yellow"))


def test_moments_that_came_or_went_since_are_found_or_not(with_video: Run) -> None:
    searcher = Searcher(with_video.library, with_video.embedder)
    assert searcher.find(parse_line("yellow"), 1).hits[0].at_ms == 1000
    with with_video.library.catalog.write() as transaction:
        (video,) = transaction.photos.which([conditions.video()])
        transaction.video_moments.save(with_video.model, {video: [(2500, _vector("yellow"))]})
    assert searcher.find(parse_line("yellow"), 1).hits[0].at_ms == 2500
    with with_video.library.catalog.write() as transaction:
        transaction.video_moments.save(with_video.model, {video: []})
    assert searcher.find(parse_line("purple"), 1).hits[0].at_ms is None


def test_pages_of_an_answer_with_videos_have_each_photo_once(with_video: Run) -> None:
    searcher = Searcher(with_video.library, with_video.embedder)
    seen, cursor = [], None
    while True:
        answer = searcher.find(parse_line("yellow"), 4, cursor=cursor)
        seen += [hit.photo.photo_id for hit in answer.hits]
        cursor = answer.next
        if cursor is None:
            break
    assert sorted(seen) == sorted({hit.photo.photo_id for hit in _hits(with_video, "yellow", 100)})


def test_a_hit_says_when_in_the_video_and_how_long_it_is(with_video: Run) -> None:
    shape = json.loads(json.dumps(_hits(with_video, "yellow")[0].as_json()))
    assert (shape["length_s"], shape["codec"], shape["at_s"]) == (3.0, "mpeg4", 1.0)
    photo = _hits(with_video, "red")[0].as_json()
    assert not {"length_s", "codec", "at_s", "motion"} & photo.keys()


def test_an_explanation_is_of_the_moment(with_video: Run) -> None:
    searcher = Searcher(with_video.library, with_video.embedder)
    query = parse_line("yellow length:>1s")
    hit = searcher.explained(query, searcher.find(query, 1)).hits[0]
    assert hit.explanation is not None
    assert hit.explanation.parts[0].cosine == pytest.approx(1.0, abs=0.01)
    assert hit.explanation.filters == (("length:>1s", "0:03"),)


_IDS = st.lists(st.integers(1, 12), max_size=12, unique=True)


@settings(max_examples=60)
@given(
    seed=st.integers(0, 10_000),
    posters=_IDS,
    of_videos=st.lists(st.integers(1, 12), max_size=30),
    only=st.none() | _IDS,
    never=_IDS,
    limit=st.integers(1, 15),
)
def test_the_nearest_are_those_of_a_plain_comparison_of_all(
    seed: int, posters: list[int], of_videos: list[int], only: list[int] | None, never: list[int], limit: int
) -> None:
    chance = np.random.default_rng(seed)
    videos = np.sort(np.array(of_videos, np.int64))

    def vectors(count: int) -> np.ndarray:
        return unit_length(chance.normal(size=(count, 5)).astype(np.float32)).astype(np.float16)

    poster_vectors = dict(zip(posters, vectors(len(posters)), strict=True))
    saved = SavedMoments(np.arange(len(videos)) + 1, videos, np.arange(len(videos)), vectors(len(videos)))
    asked = vectors(1)[0].astype(np.float32)
    allowed = (set(range(1, 13)) if only is None else set(only)) - set(never)

    def search(limit: int, **_: object) -> Neighbours:
        inside = sorted(
            (-float(vector.astype(np.float32) @ asked), photo)
            for photo, vector in poster_vectors.items()
            if photo in allowed
        )[:limit]
        return Neighbours(
            np.array([photo for _, photo in inside], np.int64), np.array([-c for c, _ in inside], np.float32)
        )

    best: dict[int, float] = {}
    every = [*poster_vectors.items(), *zip(videos.tolist(), saved.vectors, strict=True)]
    for photo, vector in every:
        if photo in allowed:
            best[photo] = max(best.get(photo, -2.0), float(vector.astype(np.float32) @ asked))
    moments = Moments(saved)
    ids = None if only is None else np.array(sorted(only), np.int64)
    found = moments.nearest(search, asked, ids)(limit, never=np.array(sorted(never), np.int64))
    expected = sorted(best.values(), reverse=True)[:limit]
    assert found.similarities.tolist() == pytest.approx(expected, abs=1e-5)
    photos = [moments.photo_of(one) for one in found.photo_ids.tolist()]
    assert len(set(photos)) == len(photos)
    assert [best[photo] for photo in photos] == pytest.approx(expected, abs=1e-5)
    assert all((one >= FIRST_ID) == (moments.time_of(one) is not None) for one in found.photo_ids.tolist())


def test_all_of_many_moments_are_compared() -> None:
    count = (1 << 15) + 5000
    vectors = unit_length(np.random.default_rng(1).normal(size=(count, 4)).astype(np.float32)).astype(
        np.float16
    )
    videos = np.arange(count, dtype=np.int64) // 3
    moments = Moments(SavedMoments(np.arange(count) + 1, videos, np.arange(count), vectors))
    ids, photos, cosines, _ = moments.best(np.array([1, 0, 0, 0], np.float32), None, None)
    assert len(ids) == len(np.unique(videos))
    plain = np.maximum.reduceat(vectors[:, 0].astype(np.float32), np.arange(0, count, 3))
    assert np.allclose(cosines, plain)
    assert photos.tolist() == sorted(set(videos.tolist()))


@pytest.mark.parametrize("near", [0.05, 1.0], ids=["far apart", "nearly the same"])
def test_the_nearest_of_many_videos_are_found_however_alike_their_moments_are(near: float) -> None:
    chance = np.random.default_rng(2)
    videos = np.repeat(np.arange(1, 401), 50)
    about = np.repeat(chance.normal(size=(400, 16)), 50, axis=0) * near
    vectors = unit_length((about + 0.1 * chance.normal(size=about.shape)).astype(np.float32)).astype(
        np.float16
    )
    moments = Moments(SavedMoments(np.arange(len(videos)), videos, np.arange(len(videos)), vectors))
    asked = unit_length(chance.normal(size=(1, 16)).astype(np.float32))[0]
    none = Neighbours(np.empty(0, np.int64), np.empty(0, np.float32))
    find = moments.nearest(lambda *_, **__: none, asked, None)
    plain = np.maximum.reduceat(vectors.astype(np.float32) @ asked, np.arange(0, len(videos), 50))
    for limit in (3, 100, 399, 1000):
        assert np.allclose(find(limit).similarities, np.sort(plain)[::-1][:limit], atol=1e-5)


def test_moments_of_another_model_do_not_count(with_video: Run) -> None:
    other = Model(with_video.model.model_id + 1, "other", 49, None)
    with with_video.library.catalog.read() as transaction:
        assert transaction.video_moments.state(other).moments == 0
        assert transaction.video_moments.state(with_video.model).moments == 3
