"""A download goes on where it stopped and is compared with the hub's hash; a blocked hub says what to do."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from photoseek.embedder import ModelNotUsable
from photoseek.embedder.open_clip.downloading import from_hub
from tests.hub import Hub, serving

pytest.importorskip("huggingface_hub")

_CONTENT = bytes(range(256)) * 100_000  # some of the pieces of 10 MB that are written as they come


@pytest.fixture
def hub() -> Iterator[Hub]:
    with serving("weights.bin", _CONTENT) as hub:
        yield hub


def test_the_first_file_that_the_repository_has_comes_and_stays(hub: Hub, tmp_path: Path) -> None:
    for _ in range(2):
        got = from_hub(
            "some/model", ("better.bin", "weights.bin"), "--weights", hub=hub.url, kept_in=tmp_path
        )
        assert got.read_bytes() == _CONTENT
    assert hub.asked_from == [0]


def test_a_download_that_broke_off_goes_on_where_it_stopped(hub: Hub, tmp_path: Path) -> None:
    hub.breaks_off = True
    with pytest.raises(ModelNotUsable, match="run this again to go on"):
        from_hub("some/model", ("weights.bin",), "--weights", hub=hub.url, kept_in=tmp_path)
    hub.breaks_off, hub.status = False, 200
    got = from_hub("some/model", ("weights.bin",), "--weights", hub=hub.url, kept_in=tmp_path)
    assert got.read_bytes() == _CONTENT
    assert hub.asked_from[0] == 0
    assert all(start > 0 for start in hub.asked_from[1:])


def test_a_download_goes_on_though_the_hub_gives_no_parts(hub: Hub, tmp_path: Path) -> None:
    hub.breaks_off = True
    with pytest.raises(ModelNotUsable):
        from_hub("some/model", ("weights.bin",), "--weights", hub=hub.url, kept_in=tmp_path)
    hub.breaks_off, hub.status, hub.ranges = False, 200, False
    got = from_hub("some/model", ("weights.bin",), "--weights", hub=hub.url, kept_in=tmp_path)
    assert got.read_bytes() == _CONTENT


@pytest.mark.parametrize("extra", [b"", b"more than there should be"])
def test_a_download_that_was_all_there_but_for_its_name_is_taken_or_begun_anew(
    hub: Hub, tmp_path: Path, extra: bytes
) -> None:
    part = tmp_path / "models--some--model" / "blobs" / f"{hub.digest}.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(_CONTENT + extra)
    got = from_hub("some/model", ("weights.bin",), "--weights", hub=hub.url, kept_in=tmp_path)
    assert got.read_bytes() == _CONTENT
    assert hub.asked_from == ([0] if extra else [])


def test_two_that_want_one_file_download_it_once(hub: Hub, tmp_path: Path) -> None:
    def get(_: int) -> Path:
        return from_hub("some/model", ("weights.bin",), "--weights", hub=hub.url, kept_in=tmp_path)

    with ThreadPoolExecutor(2) as two:
        assert [path.read_bytes() == _CONTENT for path in two.map(get, range(2))] == [True, True]
    assert hub.asked_from == [0]


def test_a_file_that_is_not_what_the_hub_lists_is_deleted_and_comes_again(hub: Hub, tmp_path: Path) -> None:
    true, hub.digest = hub.digest, "0" * 64
    with pytest.raises(ModelNotUsable, match="damaged on its way"):
        from_hub("some/model", ("weights.bin",), "--weights", hub=hub.url, kept_in=tmp_path)
    hub.digest = true
    got = from_hub("some/model", ("weights.bin",), "--weights", hub=hub.url, kept_in=tmp_path)
    assert got.read_bytes() == _CONTENT


@pytest.mark.parametrize("status", [403, 503])
def test_a_hub_that_refuses_says_what_to_do_instead(hub: Hub, tmp_path: Path, status: int) -> None:
    hub.status = status
    with pytest.raises(ModelNotUsable, match=rf"HTTP {status}.* weights\.bin elsewhere .*--weights FILE"):
        from_hub("some/model", ("weights.bin",), "--weights", hub=hub.url, kept_in=tmp_path)


def test_a_hub_that_is_not_reached_is_asked_once(tmp_path: Path) -> None:
    with pytest.raises(ModelNotUsable, match="--tokenizer FILE"):
        from_hub("some/model", ("tokenizer.json",), "--tokenizer", hub="http://127.0.0.1:9", kept_in=tmp_path)


def test_a_repository_without_the_file_is_named(hub: Hub, tmp_path: Path) -> None:
    with pytest.raises(ModelNotUsable, match=r"some/model has no better\.bin"):
        from_hub("some/model", ("better.bin",), "--weights", hub=hub.url, kept_in=tmp_path)
