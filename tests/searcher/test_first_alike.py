"""Folding very many hits gives what comparing each with every other gives, in memory by their number."""

import numpy as np
import pytest

from photoseek.searcher.same_picture.coarse_look import BURST_GAP_S, ONE_PICTURE, ONE_SCENE, standardised
from photoseek.searcher.same_picture.first_alike import first_alike
from photoseek.searcher.scoring.mmr import by_marginal_relevance
from photoseek.storage import PhotoFacts


def _facts(number: int, look: bytes | None, taken_at: str | None = None, pixels: int = 0) -> PhotoFacts:
    content = number.to_bytes(16, "big")
    pixel_hash = pixels.to_bytes(16, "big") if pixels else content
    return PhotoFacts(
        content, pixel_hash, 4, 3, "JPEG", taken_at, None, "Camera", None, None, None, look=look
    )


def _first_alike(photos: list[PhotoFacts]) -> list[int]:
    return first_alike(photos, lambda *_: True)


def _album(seed: int, count: int, scenes: int, noise: float) -> tuple[np.ndarray, np.ndarray]:
    """Make looks of photos around some scenes, and the seconds at which they were taken; below 0, nobody knows."""
    random = np.random.default_rng(seed)
    pictures = random.normal(128, 40, (scenes, 64))
    looks = pictures[random.integers(0, scenes, count)] + random.normal(0, noise, (count, 64))
    return np.clip(looks, 0, 255).astype(np.uint8), random.integers(-count, 2 * count, count)


def _time(second: int) -> str | None:
    return (
        None if second < 0 else f"{np.datetime64('2024-05-01T00:00:00') + np.timedelta64(int(second), 's')}"
    )


@pytest.mark.parametrize(("scenes", "noise"), [(1, 3.0), (40, 4.0), (900, 6.0), (3, 0.0)])
def test_the_first_that_each_is_one_with_is_found_among_many(scenes: int, noise: float) -> None:
    looks, seconds = _album(scenes, 1800, scenes, noise)
    photos = [
        _facts(number, look.tobytes(), _time(second))
        for number, (look, second) in enumerate(zip(looks, seconds, strict=True))
    ]
    rows = standardised([look.tobytes() for look in looks])
    agreement = rows @ rows.T
    apart = np.abs(seconds[:, np.newaxis] - seconds).astype(float)
    undated = (seconds < 0)[:, np.newaxis] | (seconds < 0)
    copies = (agreement >= ONE_PICTURE) & (undated | (apart == 0))
    bursts = ~undated & (apart <= BURST_GAP_S) & (agreement >= ONE_SCENE)
    earlier = np.tril(copies | bursts, -1)
    wanted = np.where(earlier.any(axis=1), earlier.argmax(axis=1), np.arange(len(photos)))
    assert _first_alike(photos) == wanted.tolist()


def test_fifty_thousand_copies_of_one_picture_fold_into_it() -> None:
    look = bytes(range(64))
    assert _first_alike([_facts(number, look, pixels=7) for number in range(50_000)]) == [0] * 50_000


def test_pictures_without_a_look_fold_where_their_pixels_are_the_same() -> None:
    flat = bytes([9] * 64)
    photos = [
        _facts(1, flat, pixels=5),
        _facts(2, None, pixels=6),
        _facts(3, flat, pixels=5),
        _facts(4, None),
    ]
    assert _first_alike(photos) == [0, 1, 0, 3]


def test_a_date_that_is_known_in_part_folds_nothing_wrongly() -> None:
    look = np.random.default_rng(0).integers(0, 255, 64).astype(np.uint8).tobytes()
    assert _first_alike([_facts(1, look, "2024-05-01"), _facts(2, look, "2024-05-02")]) == [0, 1]


def test_of_very_many_each_portion_gives_its_part_of_those_that_differ() -> None:
    random = np.random.default_rng(0)
    vectors = random.standard_normal((5000, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    scores = np.linspace(1, 0, 5000, dtype=np.float32)
    order = by_marginal_relevance(scores, vectors, count=700)
    assert len(set(order)) == len(order) == 700
    assert order[0] == 0
    assert max(order) > 4096
    assert sorted(by_marginal_relevance(scores, vectors)) == list(range(5000))
