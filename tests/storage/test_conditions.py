"""Each condition on photos lets the same ones through in each kind of database."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from photoseek.storage import Condition, Library, PhotoFacts, Stamp
from photoseek.storage.rows import conditions

_PLAIN = PhotoFacts(b"0", b"p", 4, 3, "JPEG", None, None, None, None, None, None)
_PHOTOS: Mapping[str, PhotoFacts] = {
    "plain": _PLAIN,
    "summer": replace(_PLAIN, taken_at="2024-07-14T21:30:00+09:00", latitude=35.0, longitude=135.0, rating=4),
    "south": replace(_PLAIN, taken_at="2024-01-05", latitude=-33.9, longitude=151.2, width=3, height=4),
    "scan": replace(_PLAIN, taken_at="1998-07", camera="Can'on %", width=9, format="TIFF", rating=-1),
    "year": replace(_PLAIN, taken_at="1998", lens="35mm", width=3),
    "clip": replace(_PLAIN, format="MP4", duration_ms=2_500),
}
_CASES: list[tuple[Condition, set[str]]] = [
    (conditions.taken_in_months([6, 7, 8], [12, 1, 2]), {"summer", "south", "scan"}),
    (conditions.unless(conditions.taken_in_months([7], [7])), {"plain", "south", "year", "clip"}),
    (conditions.taken_between("1998-01-01", "1999-01-01"), {"scan", "year"}),
    (conditions.taken_between("1998-07-01", "1998-08-01"), {"scan"}),
    (conditions.taken_with(cameras=["Can'on %"], lenses=["35mm"]), {"scan", "year"}),
    (conditions.of_format(["TIFF"]), {"scan"}),
    (conditions.lasting(1_000, 2**40), {"clip"}),
    (conditions.panorama(), {"scan"}),
    (conditions.higher_than_wide(), {"south"}),
    (conditions.as_wide_as_high(), {"year"}),
    (conditions.dated(), {"summer", "south", "scan", "year"}),
    (conditions.rated_between(-1, -1), {"scan"}),
    (conditions.rated_between(0, 5), {"plain", "summer", "south", "year", "clip"}),
    (conditions.inside(30, 40, [(130, 140)]), {"summer"}),
    (conditions.tagged("Zoo 50%"), {"plain"}),
    (conditions.tagged("zoo 50%"), set()),
    (conditions.untagged(), {"summer", "south", "scan", "year", "clip"}),
    (conditions.hidden(), set()),
    (conditions.unsorted(), set(_PHOTOS)),
    (conditions.lies_where([[(1, "s")]], [[(1, "s/south")]]), {"summer", "scan"}),
]


@pytest.fixture
def ids(library: Library) -> dict[int, str]:
    with library.catalog.write() as transaction:
        root = transaction.roots.add("/photos")
        known = {}
        for name, facts in _PHOTOS.items():
            photo_id = transaction.photos.add(replace(facts, content_hash=name.encode()))
            place = f"s/{name}" if name.startswith("s") else f"s0/{name}"
            transaction.files.put(root.root_id, place, Stamp(1, 1, 1), photo_id)
            known[photo_id] = name
        transaction.tags.put([photo_id for photo_id, name in known.items() if name == "plain"], "Zoo 50%")
    return known


def test_each_condition_lets_the_same_photos_through(library: Library, ids: dict[int, str]) -> None:
    with library.catalog.read() as transaction:
        found = [{ids[one] for one in transaction.photos.which([condition])} for condition, _ in _CASES]
    assert found == [expected for _, expected in _CASES]


@pytest.mark.usefixtures("ids")
def test_sums_are_whole_numbers(library: Library) -> None:
    with library.catalog.read() as transaction:
        (tag,) = transaction.tags.counts_by_giver()
    assert (tag.by_people, type(tag.by_people)) == (1, int)
