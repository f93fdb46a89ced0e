"""A machine takes part only with this photoseek, and where it sees the photos."""

from pathlib import Path

from photoseek import __version__
from photoseek.indexer.cluster.nodes import looking, sample_of
from photoseek.indexer.workers.outcomes import Task
from photoseek.storage import Root, Stamp


def _tasks(folder: Path, count: int = 3) -> list[Task]:
    root = Root(1, str(folder))
    return [Task(root, path.name, Stamp.of(path.stat())) for path in sorted(folder.glob("*.jpg"))][:count]


def test_one_that_sees_the_photos_takes_part(photos: Path, make_photo) -> None:
    for shade in range(3):
        make_photo(photos / f"{shade}.jpg", shade=shade)
    assert looking(__version__, sample_of(_tasks(photos)))() is None


def test_another_version_does_not() -> None:
    assert (
        looking("0.0.9", sample_of([]))()
        == f"photoseek {__version__} is installed there: install 0.0.9, as here"
    )


def test_one_without_the_folder_does_not(photos: Path, make_photo) -> None:
    make_photo(photos / "a.jpg")
    sample = sample_of(_tasks(photos))
    photos.rename(photos.with_name("unmounted"))
    assert looking(__version__, sample)() == (
        f"the photos of {photos} are not there: mount that folder at the same path"
    )


def test_one_with_another_folder_of_that_name_does_not(photos: Path, make_photo) -> None:
    path = make_photo(photos / "a.jpg")
    sample = sample_of(_tasks(photos))
    path.write_bytes(path.read_bytes() * 2)
    assert "are not there" in (looking(__version__, sample)() or "")


def test_files_that_are_looked_for_are_drawn_from_all_over_a_root(photos: Path) -> None:
    root = Root(1, str(photos))
    tasks = [Task(root, f"{number}.jpg", Stamp(number, 0, 0)) for number in range(1000)]
    ((_, sample),) = sample_of(tasks).items()
    assert [size for _, size, _ in sample] == [0, 200, 400, 600, 800]
