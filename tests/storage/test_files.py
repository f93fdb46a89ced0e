"""What is known of paths, however many are asked about, and of files that have been missing for long."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photoseek.storage import Library, NameTaken, PhotoFacts, Root, Stamp, Transaction, days_ago
from tests.storage.dialects import sql

_STAMP = Stamp(1, 1, 1)


def _photo(transaction: Transaction, number: int) -> int:
    name = number.to_bytes(16, "big")
    return transaction.photos.add(PhotoFacts(name, name, 1, 1, "JPEG", None, None, None, None, None, None))


def _placed(transaction: Transaction, root: Root, path: str, photo_id: int) -> int:
    transaction.files.put(root.root_id, path, _STAMP, photo_id)
    file = transaction.files.at(root.root_id, path)
    assert file is not None
    return file.file_id


@given(st.integers(-(2**64), 2**64), st.integers(0, 2**64 - 1))
def test_every_stamp_fits_into_the_catalog_and_tells_a_change(mtime_ns: int, inode: int) -> None:
    stamps = [
        Stamp.of(os.stat_result((0, ino, *[0] * 8), {"st_mtime_ns": time}))
        for time, ino in ((mtime_ns, inode), (mtime_ns + 1, inode), (mtime_ns, inode ^ 1))
    ]
    assert len(set(stamps)) == 3
    assert all(-(2**63) <= number < 2**63 for stamp in stamps for number in stamp)


def test_thousands_of_paths_can_be_asked_about_at_once(library: Library) -> None:
    paths = [f"2024/{number}.jpg" for number in range(3_000)]
    with library.catalog.write() as transaction:
        root = transaction.roots.add("/photos")
        _placed(transaction, root, paths[0], _photo(transaction, 0))
        transaction.skips.add(root.root_id, paths[-1], _STAMP, "it is cut short")
        assert list(transaction.files.known(root.root_id, paths)) == paths[:1]
        assert list(transaction.skips.under(root.root_id, paths)) == paths[-1:]


def test_of_files_that_are_as_they_were_seen_only_the_paths_are_returned(library: Library) -> None:
    odd = os.fsdecode(b"caf\xe9.jpg")
    with library.catalog.write() as transaction:
        root = transaction.roots.add("/photos")
        for number, path in enumerate(("as it was.jpg", odd, "written to.jpg", "back.jpg", "unseen.jpg")):
            _placed(transaction, root, path, _photo(transaction, number))
        known = transaction.files.known(root.root_id)
        transaction.files.set_missing([known["back.jpg"].file_id])
        seen = dict.fromkeys(["as it was.jpg", odd, "back.jpg", "new.jpg"], _STAMP)
        seen["written to.jpg"] = _STAMP._replace(size=2)
        others, as_seen = transaction.files.known_except_unchanged(root.root_id, [""], seen)
        assert as_seen == {"as it was.jpg", odd}
        assert others == {
            path: file for path, file in transaction.files.known(root.root_id).items() if path not in as_seen
        }
        assert others["back.jpg"].missing_since is not None


def test_files_are_missing_since_the_moment_they_went(library: Library) -> None:
    with library.catalog.write() as transaction:
        root = transaction.roots.add("/photos")
        gone = _placed(transaction, root, "gone.jpg", _photo(transaction, 0))
        _placed(transaction, root, "there.jpg", _photo(transaction, 1))
        transaction.files.set_missing([gone])
        assert [file.path for file in transaction.files.missing_since_before(days_ago(0))] == ["gone.jpg"]
        assert transaction.files.missing_since_before(days_ago(1)) == []


def test_a_file_is_missing_since_no_earlier_than_it_was_seen_whatever_the_clock_says(
    library: Library,
) -> None:
    with library.catalog.write() as transaction:
        root = transaction.roots.add("/photos")
        gone = _placed(transaction, root, "gone.jpg", _photo(transaction, 0))
    sql(library, "UPDATE root SET scanned_at = ?", [days_ago(-2)])
    with library.catalog.write() as transaction:
        transaction.files.set_missing([gone])
        assert transaction.files.missing_since_before(days_ago(-1)) == []
        assert transaction.files.missing_since_before(days_ago(-3)) != []


def test_of_the_time_in_which_nobody_looked_little_counts_as_missing(library: Library) -> None:
    with library.catalog.write() as transaction:
        root = transaction.roots.add("/photos")
        files = [_placed(transaction, root, f"{n}.jpg", _photo(transaction, n)) for n in range(3)]
    for file_id, days in zip(files, [500, 430, 410], strict=True):
        sql(library, "UPDATE file SET missing_since = ? WHERE id = ?", [days_ago(days), file_id])
    sql(library, "UPDATE root SET scanned_at = ?", [days_ago(400)])
    for _ in range(2):  # the second follows at once, so that it takes nothing more off
        with library.catalog.write() as transaction:
            transaction.roots.scanned(root.root_id, 30)
            since = [
                [file.file_id for file in transaction.files.missing_since_before(days_ago(days))]
                for days in (129, 59, 39, 131)
            ]
            assert since == [files[:1], files[:2], files, []]


def test_a_forgotten_photo_takes_its_words_along_and_leaves_all_others(library: Library) -> None:
    with library.catalog.write() as transaction:
        root = transaction.roots.add("/photos")
        photos = [_photo(transaction, number) for number in range(2)]
        files = [_placed(transaction, root, f"{photo}.jpg", photo) for photo in photos]
        transaction.tags.put(photos, "family")
        trip = transaction.albums.create("trip", None)
        transaction.albums.add(trip, photos)
        assert transaction.photos.unplaced_ids() == set()
        transaction.files.forget(files[:1])
        assert transaction.photos.unplaced_ids() == {photos[0]}
        transaction.photos.forget(photos[:1])
        assert transaction.tags.photos_with("family") == {photos[1]}
        assert transaction.albums.photos(trip) == [photos[1]]
        assert len(transaction.photos.content_hashes()) == 1


def test_a_file_whose_name_a_mac_wrote_is_known_by_the_spelling_that_is_typed(library: Library) -> None:
    decomposed, composed = "Bru\u0308cke.jpg", "Br\u00fccke.jpg"
    with library.catalog.write() as transaction:
        root = transaction.roots.add("/photos")
        macs = _placed(transaction, root, decomposed, _photo(transaction, 1))
        found = transaction.files.at(root.root_id, composed)
        assert found is not None
        assert (found.file_id, found.path) == (macs, decomposed)
        assert transaction.files.at_all(root.root_id, [composed, "no.jpg"]) == {composed: found}
        others = _placed(transaction, root, composed, _photo(transaction, 2))  # a file of its own, beside it
        assert others != macs
        each = transaction.files.at_all(root.root_id, [composed, decomposed])
        assert {path: file.file_id for path, file in each.items()} == {composed: others, decomposed: macs}


def test_an_album_is_one_by_every_spelling_of_its_name(library: Library) -> None:
    with library.catalog.write() as transaction:
        transaction.albums.create("Caf\u00e9", None)
        assert transaction.albums.named("Cafe\u0301").name == "Caf\u00e9"
        with pytest.raises(NameTaken):
            transaction.albums.create("Cafe\u0301", None)
