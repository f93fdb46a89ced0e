"""Hits whose files seem gone are named as that."""

from pathlib import Path

from indexer import Run
from searcher.query import Query
from searcher.search import Searcher
from tests.runs import index_folders


def test_hits_that_seem_gone_are_named_until_they_are_back(run: Run, photos: Path, make_photo) -> None:
    path = make_photo(photos / "red.jpg")
    index_folders(run, photos)
    searcher = Searcher(run.library, run.embedder)
    assert not any("seem gone" in note for note in searcher.find(Query(), 5).notes)
    path.rename(photos.parent / "away.jpg")
    assert index_folders(run, photos).held_back == 1
    assert any(f"1 of these seem gone, as {path}" in note for note in searcher.find(Query(), 5).notes)
    (photos.parent / "away.jpg").rename(path)
    index_folders(run, photos)
    assert not any("seem gone" in note for note in searcher.find(Query(), 5).notes)
