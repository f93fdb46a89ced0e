"""One budget of memory holds for all workers, and a photo is weighed before it is decoded."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Thread

import pytest
from PIL import Image

from photoseek.embedder import Preprocess
from photoseek.indexer.decode.decode import decode
from photoseek.indexer.decode.free_memory import free_bytes, of_containers
from photoseek.indexer.decode.memory import Budget
from photoseek.indexer.errors import UnreadForNow
from photoseek.indexer.workers.isolation import Isolated
from photoseek.indexer.workers.outcomes import Prepared, Task, Unreadable
from photoseek.storage import Root, Stamp
from tests.indexer.photos import raw_photo, saved

PIXELS = 6000 * 5000


class Watched(Budget):
    """Notes the most that was taken at once."""

    most = 0

    def take(self, size: int) -> bool:
        taken = super().take(size)
        self.most = max(self.most, self._taken)
        return taken


@pytest.fixture
def large(tmp_path: Path) -> Task:
    """Return a photo of 30 megapixels in a few kilobytes."""
    path = tmp_path / "large.png"
    Image.new("RGB", (6000, 5000)).save(path, compress_level=1)
    return Task(Root(1, str(tmp_path)), path.name, Stamp.of(path.stat()))


def isolated(budget: Budget) -> Iterator[Isolated]:
    return closing(Isolated(Preprocess(32, "squash"), set(), None, budget=budget))  # type: ignore[return-value]


def test_workers_together_take_no_more_than_there_is(large: Task) -> None:
    budget = Watched(lambda: 500_000_000)  # room for two
    with isolated(budget) as prepare, ThreadPoolExecutor(3) as people:
        outcomes = list(people.map(prepare, [large] * 3))
    assert all(isinstance(outcome, Prepared) for outcome in outcomes)
    assert 4 * PIXELS <= budget.most <= 300_000_000
    assert budget.take(300_000_000)  # all was given back


def test_a_photo_for_which_there_is_no_room_waits_for_better_times(large: Task) -> None:
    with isolated(Budget(lambda: 150_000_000)) as prepare:
        outcome = prepare(large)
    assert isinstance(outcome, Unreadable)
    assert outcome.costly
    assert "takes about 0.1 GB of memory, more than is to spare" in (outcome.reason or "")


def test_a_worker_that_asks_for_more_than_is_left_waits_for_the_others() -> None:
    budget = Budget(lambda: 1000)
    assert budget.take(400)
    got: list[bool] = []
    waiting = Thread(target=lambda: got.append(budget.take(500)))
    waiting.start()
    waiting.join(0.2)
    assert waiting.is_alive()
    budget.give_back(400)
    waiting.join(10)
    assert got == [True]


def test_what_there_never_is_room_for_is_not_waited_for() -> None:
    assert not Budget(lambda: 1000).take(601)


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "WEBP", "GIF", "BMP", "JPEG2000", "AVIF", "HEIF"])
def test_every_format_is_weighed_by_its_header_before_it_is_decoded(kind: str) -> None:
    asked: list[int] = []

    def refuse(size: int) -> None:
        asked.append(size)
        raise UnreadForNow("no")

    with pytest.raises(UnreadForNow):
        decode(saved(Image.new("RGB", (800, 600)), kind), "a", reserve=refuse)
    assert asked[0] >= 800 * 600


def test_a_raw_photo_is_weighed_too() -> None:
    asked: list[int] = []
    decode(raw_photo(), "a.dng", reserve=asked.append)
    assert asked[0] >= 640 * 480


def test_a_jpeg_that_is_decoded_reduced_weighs_less_unless_it_comes_in_scans() -> None:
    asked: list[int] = []
    photo = Image.new("RGB", (8000, 6000))
    for content in (saved(photo), saved(photo, progressive=True)):
        decode(content, "a.jpg", reserve=asked.append)
    assert asked[0] < 20_000_000 + 4 * 8000 * 6000 // 64 < 6 * 8000 * 6000 <= asked[1]


def test_a_container_that_allows_less_is_heeded(tmp_path: Path) -> None:
    inner = tmp_path / "groups" / "user" / "app"
    inner.mkdir(parents=True)
    (tmp_path / "own").write_text("0::/user/app\n")
    for group, most in ((inner, "max"), (inner.parent, "1000000")):
        (group / "memory.max").write_text(most)
        (group / "memory.current").write_text("700000")
        (group / "memory.stat").write_text("anon 1\ninactive_file 200000\n")
    assert of_containers(tmp_path / "groups", tmp_path / "own") == [500_000]
    assert 0 < free_bytes() < 2**50
