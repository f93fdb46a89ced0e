"""Options of an index on a cluster: what can't be meant is refused before anything begins."""

import pytest

from photoseek.cli.dispatch import read
from photoseek.cli.library.clusters import bounds
from photoseek.cli.library.index import Index
from photoseek.cli.parser import UsageError
from photoseek.hooks import Hooks


@pytest.mark.parametrize(("text", "meant"), [("1-4", (1, 4)), ("3", (3, 3)), ("2-2", (2, 2))])
def test_bounds_are_two_numbers_or_one(text: str, meant: tuple[int, int]) -> None:
    assert bounds(text) == meant


@pytest.mark.parametrize("text", ["0", "4-1", "a-b", "-", "1-", "-3", "1-4-6", "1-100000"])
def test_other_bounds_are_refused(text: str) -> None:
    with pytest.raises(UsageError, match=f"“{text}” can't be used"):
        read(["index", "--ray", "local", f"--ray-embedders={text}"])


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["a", "--ray-gpus", "1"], "are about a cluster: name it by --ray"),
        (["--metadata", "--ray", "local"], "--metadata is done on this machine"),
    ],
)
def test_what_a_cluster_has_no_part_in_is_refused(typed: list[str], said: str, tmp_path) -> None:
    command = read(["index", *typed, "--library", str(tmp_path)])
    assert isinstance(command, Index)
    with pytest.raises(UsageError, match=said):
        command.run(Hooks())
