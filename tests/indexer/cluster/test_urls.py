"""Photos in an object store are read by the machines of a cluster."""

from contextlib import closing
from pathlib import Path

import pytest

from photoseek.embedder import FakeEmbedder
from photoseek.indexer import Run, index
from photoseek.indexer.cluster.cluster import Cluster, ClusterOptions
from photoseek.indexer.disk.locations import places_for
from tests.conftest import MakePhoto
from tests.object_store import Bucket, object_store
from tests.runs import present_paths

pytestmark = pytest.mark.slow


def test_objects_are_read_by_the_cluster_and_none_is_missing_while_their_store_is_away(
    run: Run, bucket: Bucket, tmp_path: Path, make_photo: MakePhoto
) -> None:
    for shade in range(6):
        bucket.put(f"{shade}.jpg", make_photo(tmp_path / f"{shade}.jpg", shade=shade).read_bytes())
    bucket.put("broken.jpg", make_photo(tmp_path / "0.jpg").read_bytes()[:300])
    places = places_for(run.library, [Path(bucket.url())])
    with closing(Cluster(ClusterOptions("local", batch=2))) as cluster:
        run.blocks, run.isolated = cluster.blocks, True
        summary = index(run, places)
        assert (summary.embedded, summary.skipped) == (6, 1)
        assert isinstance(run.embedder, FakeEmbedder)
        assert run.embedder.photos_embedded == 0
        bucket.put("new.jpg", make_photo(tmp_path / "new.jpg", shade=7).read_bytes())
        object_store().stop()
        assert index(run, places).missing == 0
    assert present_paths(run.library) == {bucket.url(f"{shade}.jpg") for shade in range(6)}
