"""A bucket has no events: a watch looks at it with each comparison of everything, and says so."""

from contextlib import closing

from photoseek.indexer import Run, Summary
from photoseek.indexer.watch.loop import watch
from photoseek.indexer.watch.watcher import Watcher
from photoseek.storage import Root, WatchedRoot
from tests.object_store import Bucket


def test_a_watch_brings_a_bucket_in_and_says_how_it_follows_it(
    run: Run, bucket: Bucket, tmp_path, make_photo
) -> None:
    bucket.put("red.jpg", make_photo(tmp_path / "red.jpg").read_bytes())
    with run.library.catalog.write() as transaction:
        root = transaction.roots.add(bucket.url())
    with closing(watch(run, [root])) as events:
        followed, summary = next(events), next(events)
    assert isinstance(followed, WatchedRoot)
    assert (followed.path, followed.means) == (bucket.url(), "polling")
    assert "every 10 minutes" in str(followed.why)
    assert isinstance(summary, Summary)
    assert summary.embedded == 1


def test_a_store_is_among_what_every_full_look_takes_in() -> None:
    root = Root(1, "s3://bucket")
    with closing(Watcher([root])) as watcher:
        watcher.start()
        assert watcher.roots == [root]
        assert [change.means for change in watcher.changes()] == ["polling"]
