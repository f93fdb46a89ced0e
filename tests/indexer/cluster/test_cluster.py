"""What a cluster reads and embeds is saved as if it had been done here, whatever dies meanwhile."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from photoseek.embedder import FakeEmbedder
from photoseek.indexer import Run, Summary
from photoseek.indexer.cluster.cluster import Cluster
from photoseek.indexer.errors import ClusterError
from photoseek.indexer.pipeline.here import blocks_here
from photoseek.indexer.pipeline.run import Block
from photoseek.indexer.pipeline.time_spent import TimeSpent
from photoseek.indexer.workers.outcomes import Task
from photoseek.storage import Library
from tests.runs import index_folders

pytestmark = pytest.mark.slow

PHOTOS = 24


@pytest.fixture
def on_cluster(run: Run, cluster: Cluster) -> Run:
    run.blocks, run.isolated = cluster.blocks, True
    return run


@pytest.fixture
def filled(photos: Path, make_photo) -> Path:
    """Give a folder with photos, a copy, a photo that was cut short, and a file that is none."""
    for shade in range(PHOTOS):
        make_photo(photos / f"{shade:02}.jpg", shade=shade)
    shutil.copyfile(photos / "00.jpg", photos / "copy.jpg")
    (photos / "broken.jpg").write_bytes((photos / "01.jpg").read_bytes()[:300])
    (photos / "text.png").write_text("no photo")
    return photos


def _content(library: Library, model_name: str = "fake") -> dict[str, object]:
    """Give all that tells two libraries of the same folder apart."""
    with library.catalog.read() as transaction:
        model = transaction.models.named(model_name)
        assert model is not None
        (root,) = transaction.roots.all()
        files = transaction.files.known(root.root_id)
        photo_ids = sorted({file.photo_id for file in files.values()})
        vectors = transaction.vectors.of(model, photo_ids)
        hashes = transaction.vectors.content_hashes(model)
        assert transaction.vectors.count(model) == len(photo_ids) == len(hashes)
        return {
            "files": {path: vectors[file.photo_id].tobytes() for path, file in files.items()},
            "skips": {(skip.path, skip.reason) for skip in transaction.skips.all()},
            "contents": hashes,
            "thumbnails": {library.thumbnails.path(one).read_bytes() for one in hashes},
        }


def _fresh(run: Run, folder: Path, tmp_path: Path) -> dict[str, object]:
    """Index the same folder into another library, on this machine alone."""
    library = Library(tmp_path / "fresh")
    with library.catalog.write() as transaction:
        model = transaction.models.add("fake", run.embedder.facts.dimension, None)
        transaction.models.use(model)
    index_folders(replace(run, library=library, model=model, embedder=FakeEmbedder(), blocks=None), folder)
    try:
        return _content(library)
    finally:
        library.close()


def test_a_cluster_brings_in_what_one_machine_does(on_cluster: Run, filled: Path, tmp_path: Path) -> None:
    summary = index_folders(on_cluster, filled)
    assert (summary.embedded, summary.recognised, summary.skipped) == (PHOTOS, 1, 2)
    assert _content(on_cluster.library) == _fresh(on_cluster, filled, tmp_path)
    assert isinstance(on_cluster.embedder, FakeEmbedder)
    assert on_cluster.embedder.photos_embedded == 0


def test_contents_that_are_known_are_not_embedded_again(
    on_cluster: Run, filled: Path, tmp_path: Path
) -> None:
    index_folders(on_cluster, filled)
    elsewhere = tmp_path / "photos" / "elsewhere"
    elsewhere.mkdir()
    for path in filled.glob("0*.jpg"):
        shutil.copyfile(path, elsewhere / path.name)
    summary = index_folders(on_cluster, filled)
    assert (summary.embedded, summary.recognised) == (0, 10)


class _Meanwhile:
    """Does something when the first block is there, and has a run go on."""

    def __init__(self, cluster: Cluster, action) -> None:
        self._cluster, self._action = cluster, action

    def blocks(self, run: Run, tasks: list[Task], spent: TimeSpent) -> Iterator[Block]:
        for number, block in enumerate(self._cluster.blocks(run, tasks, spent)):
            yield block
            if number == 0:
                self._action()


@pytest.mark.parametrize("who", ["ray::RemoteEmbedder", "ray::"])
def test_a_process_of_the_cluster_may_be_killed(
    who: str, on_cluster: Run, cluster: Cluster, filled: Path, tmp_path: Path
) -> None:
    killed: list[str] = []

    def kill() -> None:
        for process in psutil.Process().children(recursive=True):
            title = "".join(process.cmdline()[:1])
            if title.startswith(who) and "Agent" not in title:
                process.kill()
                killed.append(title)

    on_cluster.blocks = _Meanwhile(cluster, kill).blocks
    assert index_folders(on_cluster, filled).embedded == PHOTOS
    assert killed
    assert _content(on_cluster.library) == _fresh(on_cluster, filled, tmp_path)


def test_a_run_that_is_stopped_keeps_what_was_done(
    on_cluster: Run, cluster: Cluster, photos: Path, make_photo, tmp_path: Path
) -> None:
    for shade in range(200):
        make_photo(photos / f"{shade}.jpg", shade=shade)
    on_cluster.blocks = _Meanwhile(cluster, on_cluster.stop.set).blocks
    stopped = index_folders(on_cluster, photos)
    assert stopped.stopped
    assert 0 < stopped.embedded < 200
    on_cluster.stop.clear()
    on_cluster.blocks = cluster.blocks
    assert index_folders(on_cluster, photos).embedded == 200 - stopped.embedded
    assert _content(on_cluster.library) == _fresh(on_cluster, photos, tmp_path)


def test_a_model_that_cant_be_opened_there_ends_the_run(on_cluster: Run, filled: Path) -> None:
    with on_cluster.library.catalog.write() as transaction:
        on_cluster.model = transaction.models.add("none", on_cluster.embedder.facts.dimension, None)
    with pytest.raises(
        ClusterError, match=r"can't be opened on a machine of the cluster: there is no model “none”"
    ):
        index_folders(on_cluster, filled)


def test_a_block_that_comes_twice_is_saved_once(run: Run, filled: Path, tmp_path: Path) -> None:
    def twice(run: Run, tasks: list[Task], spent: TimeSpent) -> Iterator[Block]:
        for block in blocks_here(run, tasks, spent):
            yield block
            yield block

    indexed: list[int] = []
    run.on_indexed = lambda _transaction, _model, vectors: indexed.extend(vectors)
    run.blocks = twice
    summary: Summary = index_folders(run, filled)
    assert summary.embedded == len(indexed) == len(set(indexed)) == PHOTOS
    run.on_indexed = None
    assert _content(run.library) == _fresh(run, filled, tmp_path)
