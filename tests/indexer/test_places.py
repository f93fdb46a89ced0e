"""Few places stand for many paths, and none is left out."""

from pathlib import Path, PurePosixPath

from hypothesis import given
from hypothesis import strategies as st

from photoseek.indexer.disk.locations import MOST_PLACES, places_for, together
from photoseek.storage import Library

_PATHS = st.lists(st.sampled_from("abcd"), min_size=1, max_size=4).map("/".join)


@given(paths=st.sets(_PATHS))
def test_every_path_lies_in_one_place_and_no_place_in_another(paths: set[str]) -> None:
    places = together(paths)
    for path in paths:
        assert sum(PurePosixPath(path).is_relative_to(place) for place in places) == 1


@given(folders=st.integers(1, 30), files=st.integers(1, 300))
def test_many_files_become_their_folders(folders: int, files: int) -> None:
    places = together(f"{number % folders}/{number}.jpg" for number in range(files))
    assert len(places) <= MOST_PLACES
    assert "" not in places


def test_the_root_itself_holds_everything() -> None:
    assert together({"", "a/b.jpg", "c"}) == {""}


def test_a_folder_named_with_one_above_it_is_a_part_of_that_one(library: Library, tmp_path: Path) -> None:
    (tmp_path / "photos" / "2024").mkdir(parents=True)
    (tmp_path / "linked").symlink_to(tmp_path / "photos")
    for folders in (["photos/2024", "photos"], ["photos", "linked/2024", "linked"]):
        places = places_for(library, [tmp_path / folder for folder in folders])
        assert [(root.path, below) for root, below in places.items()] == [(str(tmp_path / "photos"), [""])]
    with library.catalog.read() as transaction:
        assert len(transaction.roots.all()) == 1
