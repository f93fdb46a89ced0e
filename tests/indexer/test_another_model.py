"""Photos that are in the library get vectors of another model, and nothing else becomes of them."""

from pathlib import Path

from photoseek.embedder import FakeEmbedder
from photoseek.indexer import Run, index
from photoseek.indexer.pipeline.index import embed_lacking
from photoseek.storage import Stamp
from tests.runs import index_folders


def test_vectors_are_made_for_another_model_where_file_systems_have_no_inodes(
    run: Run, photos: Path, make_photo
) -> None:
    path = make_photo(photos / "0.jpg")
    index_folders(run, photos)
    other = FakeEmbedder("other")
    with run.library.catalog.write() as transaction:
        model = transaction.models.add("other", other.facts.dimension, None)
        (root,) = transaction.roots.all()
        known = transaction.files.at(root.root_id, "0.jpg")
        assert known is not None
        transaction.files.put(root.root_id, "0.jpg", Stamp.of(path.stat())._replace(inode=0), known.photo_id)
    assert embed_lacking(Run(run.library, other, model), [root]).embedded == 1


def test_a_root_that_is_away_is_left_alone_while_vectors_are_made_for_another_model(
    run: Run, photos: Path, make_photo, tmp_path: Path
) -> None:
    make_photo(photos / "here.jpg")
    make_photo(tmp_path / "disk" / "there.jpg", "blue")
    index_folders(run, photos)
    index_folders(run, tmp_path / "disk")
    (tmp_path / "disk").rename(tmp_path / "unmounted")
    other = FakeEmbedder("other")
    with run.library.catalog.write() as transaction:
        model = transaction.models.add("other", other.facts.dimension, None)
        roots = transaction.roots.all()
    summary = index(Run(run.library, other, model), {root: [""] for root in roots})
    assert (summary.embedded, summary.skipped, summary.missing) == (1, 0, 0)
    (tmp_path / "unmounted").rename(tmp_path / "disk")
    assert index(Run(run.library, other, model), {root: [""] for root in roots}).embedded == 1
