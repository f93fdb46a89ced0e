"""A file that crashes, hangs or bloats its decoder costs only itself."""

import multiprocessing
import os
import platform
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Thread

import psutil
import pytest
from PIL import Image

from photoseek.embedder import Preprocess
from photoseek.indexer.errors import IndexerError
from photoseek.indexer.workers.isolation import Isolated
from photoseek.indexer.workers.outcomes import AlreadyEmbedded, Prepared, Rejected, Task, Unreadable
from photoseek.storage import Library, Root, Stamp

pytestmark = pytest.mark.slow

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture
def isolated(library: Library) -> Iterator[Isolated]:
    with closing(Isolated(Preprocess(32, "squash"), set(), library.thumbnails)) as opened:
        yield opened


def _task(path: Path) -> Task:
    status = path.stat()
    return Task(Root(1, str(path.parent)), path.name, Stamp.of(status))


def test_a_worker_prepares_as_the_process_itself_does(isolated: Isolated, photos: Path, make_photo) -> None:
    from photoseek.indexer.workers.prepare import preparer

    task = _task(make_photo(photos / "red.jpg"))
    there, here = isolated(task), preparer(isolated.preprocess, set(), isolated.thumbnails)(task)
    assert isinstance(there, Prepared)
    assert isinstance(here, Prepared)
    assert (there.facts, there.pixels.tobytes()) == (here.facts, here.pixels.tobytes())


def test_a_worker_loads_nothing_that_only_the_catalog_or_a_model_needs() -> None:
    needless = "{'sqlalchemy', 'faiss', 'openvino', 'click'}"
    program = f"import photoseek.indexer.workers.isolation, sys; print({needless} & sys.modules.keys())"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, cwd=REPOSITORY)
    assert done.stdout.strip() == b"set()"


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another malloc")
def test_a_worker_keeps_the_memory_of_one_photo_for_the_next() -> None:
    program = (
        "import resource; from photoseek.indexer.workers.isolation import _keep_memory; _keep_memory()\n"
        "faults = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_minflt\n"
        "def photo(): return [bytearray(1_000_000) for _ in range(6)]\n"  # more than malloc would learn to keep
        "photo()\n"
        "before = faults()\n"
        "for _ in range(20): photo()\n"
        "print(faults() - before)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, cwd=REPOSITORY)
    assert int(done.stdout) < 100  # of 29,000 pages


def test_known_content_is_not_decoded_again(isolated: Isolated, photos: Path, make_photo) -> None:
    task = _task(make_photo(photos / "red.jpg"))
    first = isolated(task)
    assert isinstance(first, Prepared)
    isolated.already_embedded = {first.facts.content_hash}
    assert isolated(task) == AlreadyEmbedded(task, first.facts.content_hash)


def test_a_file_that_takes_too_long_is_left_in_time_and_not_blamed(
    isolated: Isolated, photos: Path, make_photo
) -> None:
    os.mkfifo(photos / "endless.jpg")
    isolated.file_s = 1.0
    unread = isolated(_task(photos / "endless.jpg"))
    assert isinstance(unread, Unreadable)
    assert unread.costly
    assert "took longer than 1 s" in str(unread.reason)
    isolated.file_s = 60.0
    assert isinstance(isolated(_task(make_photo(photos / "red.jpg"))), Prepared)


def test_a_decoder_that_dies_costs_one_file(isolated: Isolated, photos: Path, make_photo) -> None:
    assert isinstance(isolated(_task(make_photo(photos / "red.jpg"))), Prepared)
    os.mkfifo(photos / "crashing.jpg")
    crash = Thread(target=_kill_workers, args=(signal.SIGSEGV,))
    crash.start()
    refused = isolated(_task(photos / "crashing.jpg"))
    crash.join()  # a file is blamed the second time
    assert isinstance(refused, Rejected)
    assert "crashed" in refused.reason
    assert isinstance(isolated(_task(make_photo(photos / "blue.jpg", "blue"))), Prepared)


def test_a_file_is_not_blamed_for_processes_that_were_killed_from_outside(
    isolated: Isolated, photos: Path, make_photo
) -> None:
    assert isinstance(isolated(_task(make_photo(photos / "red.jpg"))), Prepared)
    os.mkfifo(photos / "waiting.jpg")
    killing = Thread(target=_kill_workers, args=(signal.SIGKILL,))  # as a system does that is short of memory
    killing.start()
    unread = isolated(_task(photos / "waiting.jpg"))
    killing.join()
    assert isinstance(unread, Unreadable)
    assert unread.costly


def test_workers_that_are_killed_while_they_wait_are_replaced(
    isolated: Isolated, photos: Path, make_photo
) -> None:
    task = _task(make_photo(photos / "red.jpg"))
    with ThreadPoolExecutor(3) as people:
        while len(isolated._idle) < 3:
            list(people.map(isolated, [task] * 9))
    for child in multiprocessing.active_children():
        child.kill()
        child.join()
    assert isinstance(isolated(task), Prepared)


def test_a_photo_that_memory_is_short_for_is_left_with_that_reason(
    isolated: Isolated, photos: Path, make_photo
) -> None:
    Image.new("RGB", (16_000, 16_000)).save(photos / "vast.png", compress_level=1)
    isolated.memory_bytes = 700_000_000
    unread = isolated(_task(photos / "vast.png"))
    assert isinstance(unread, Unreadable)
    assert unread.costly
    assert "not enough memory" in str(unread.reason)
    assert isinstance(isolated(_task(make_photo(photos / "red.jpg"))), Prepared)


def _kill_workers(number: signal.Signals) -> None:
    for _ in range(2):
        time.sleep(1)  # by then the worker waits for the file
        _kill(number)


def _kill(number: signal.Signals) -> None:
    for child in psutil.Process().children(recursive=True):
        if "from multiprocessing.forkserver" in " ".join(child.cmdline()) and child.children() == []:
            child.send_signal(number)


def test_a_worker_that_cannot_start_is_no_fault_of_the_file(
    isolated: Isolated, photos: Path, make_photo
) -> None:
    task = _task(make_photo(photos / "red.jpg"))
    isolated.preprocess = _Unreadable()  # type: ignore[assignment]
    with pytest.raises(IndexerError, match="can't be started"):
        isolated(task)


class _Unreadable:
    """Arrives at a worker as something that it can't unpack."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return int, ("not a number",)
