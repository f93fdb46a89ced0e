"""Hits whose files seem gone are named as that."""

from pathlib import Path

from photoseek.cli.search.hit_table import as_table
from photoseek.indexer import Run
from photoseek.searcher.query.query import Query
from photoseek.searcher.search import Searcher
from tests.runs import index_folders


def test_each_hit_that_seems_gone_is_marked_and_a_copy_that_is_there_is_shown_first(
    run: Run, photos: Path, tmp_path: Path, make_photo
) -> None:
    first, other = make_photo(photos / "red.jpg"), make_photo(photos / "blue.jpg", "blue")
    copy = tmp_path / "a much longer name" / "copy.jpg"
    copy.parent.mkdir()
    copy.write_bytes(first.read_bytes())
    index_folders(run, photos, copy.parent)
    for path in (first, other):
        path.rename(tmp_path / path.name)
    make_photo(photos / "white.jpg", "white")
    with run.library.catalog.write() as transaction:  # as an index does that finds very many gone at once
        files = transaction.files.known(1).values()
        transaction.files.hold_back(1, [""], (file.file_id for file in files))
    answer = Searcher(run.library, run.embedder).find(Query(), 5)
    assert {hit.path: hit.seems_gone for hit in answer.hits} == {str(copy): False, str(other): True}
    assert [hit.as_json().get("seems_gone") for hit in answer.hits if hit.path == str(other)] == [True]
    marked = [line for line in as_table(answer).splitlines() if "(seems gone)" in line]
    assert (len(marked), str(other) in marked[0]) == (1, True)


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
