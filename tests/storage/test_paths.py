"""Which paths lie in which."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photoseek.storage.disk.paths import is_under, outermost, parents_of

_BELOW_A_ROOT = st.lists(st.sampled_from(["a", "b", "a b", "ab"]), max_size=4).map("/".join)


@pytest.mark.parametrize(
    ("path", "folder", "is_there"),
    [
        ("a/b", "a", True),
        ("a", "a", True),
        ("a", "", True),
        ("", "", True),
        ("ab", "a", False),
        ("a", "a/b", False),
        ("/home/me", "/", True),
        ("/home/me", "/home/me/", False),
        ("/home/me/x", "/home/me/", True),
        ("/homes", "/home", False),
    ],
)
def test_a_path_is_under_a_folder_by_whole_names(path: str, folder: str, *, is_there: bool) -> None:
    assert is_under(path, folder) == is_there


@given(_BELOW_A_ROOT)
def test_a_path_is_under_each_of_its_parents_up_to_the_root(path: str) -> None:
    parents = list(parents_of(path))
    assert all(is_under(path, parent) and parent != path for parent in parents)
    assert parents[-1:] == ([""] if path else [])
    assert len(parents) == (path.count(os.sep) + 1 if path else 0)


@given(st.sets(_BELOW_A_ROOT))
def test_the_outermost_paths_hold_all_and_none_holds_another(paths: set[str]) -> None:
    kept = outermost(paths)
    assert all(any(is_under(path, folder) for folder in kept) for path in paths)
    assert not any(is_under(one, other) for one in kept for other in kept - {one})
