"""Tags and albums: a person's word stands above a model's, and an album is a set."""

import pytest

from photoseek.storage import Library, NameTaken, PhotoFacts, Transaction, UnknownName


def _photos(transaction: Transaction, count: int) -> list[int]:
    made = []
    for number in range(count):
        name = number.to_bytes(16, "big")
        facts = PhotoFacts(name, name, 1, 1, "JPEG", None, None, None, None, None, None)
        made.append(transaction.photos.add(facts))
    return made


def test_a_models_tags_can_be_taken_away_and_a_persons_stay(library: Library) -> None:
    with library.catalog.write() as transaction:
        photos = _photos(transaction, 3)
        transaction.tags.put(photos[:1], "beach")
        assert transaction.tags.propose("beach", "fake", dict.fromkeys(photos, 0.9)) == 2
        assert transaction.tags.photos_with("beach") == set(photos)
        assert transaction.tags.withdraw("beach") == 2
        assert transaction.tags.photos_with("beach") == {photos[0]}


def test_a_person_who_repeats_a_models_tag_makes_it_theirs(library: Library) -> None:
    with library.catalog.write() as transaction:
        (photo,) = _photos(transaction, 1)
        transaction.tags.propose("beach", "fake", {photo: 0.7})
        transaction.tags.put([photo], "beach")
        (tag,) = transaction.tags.of(photo)
        assert (tag.model, tag.probability) == (None, None)


def test_applying_labels_again_keeps_what_still_fits(library: Library) -> None:
    with library.catalog.write() as transaction:
        photos = _photos(transaction, 3)
        transaction.tags.propose("beach", "fake", dict.fromkeys(photos, 0.9))
        assert transaction.tags.withdraw("beach", keep=photos[1:]) == 1
        assert transaction.tags.counts() == {"beach": 2}


def test_an_album_holds_each_photo_once_in_the_order_of_adding(library: Library) -> None:
    with library.catalog.write() as transaction:
        photos = _photos(transaction, 3)
        trip = transaction.albums.create("trip", None)
        assert transaction.albums.add(trip, photos[:2]) == 2
        assert transaction.albums.add(trip, photos[1:]) == 1
        assert transaction.albums.photos(trip) == photos


def test_two_albums_never_share_a_name(library: Library) -> None:
    with library.catalog.write() as transaction:
        transaction.albums.create("trip", None)
    with pytest.raises(NameTaken, match="trip"), library.catalog.write() as transaction:
        transaction.albums.create("trip", "a beach")


def test_a_removed_album_leaves_its_photos(library: Library) -> None:
    with library.catalog.write() as transaction:
        photos = _photos(transaction, 2)
        transaction.albums.add(transaction.albums.create("trip", None), photos)
        transaction.albums.remove("trip")
        assert len(transaction.photos.by_id(photos)) == 2
        with pytest.raises(UnknownName):
            transaction.albums.named("trip")


def test_a_photo_edited_in_place_inherits_a_persons_words_and_no_models(library: Library) -> None:
    with library.catalog.write() as transaction:
        old, new = _photos(transaction, 2)
        transaction.tags.put([old], "family")
        transaction.tags.propose("beach", "fake", {old: 0.9})
        trip = transaction.albums.create("trip", None)
        transaction.albums.add(trip, [old])
        transaction.photos.inherit(old, new)
        assert [tag.name for tag in transaction.tags.of(new)] == ["family"]
        assert transaction.albums.photos(trip) == [old, new]
