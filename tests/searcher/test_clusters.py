"""Photos that lie together on a map are one cluster, and no photo is lost or counted twice."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from photoseek.searcher.timeline.choosing import Box
from photoseek.searcher.timeline.clusters import Cluster, clusters, largest_places, towns_within
from photoseek.searcher.timeline.columns import Columns, columns_of
from photoseek.storage.rows.grid import GridRow

_WORLD = Box(-90, -180, 90, 180)
_KYOTO, _OSAKA, _PARIS = (35.011, 135.768), (34.694, 135.502), (48.857, 2.352)


def _columns(*positions: tuple[float, float] | None, hidden: bool = False) -> Columns:
    return columns_of(
        GridRow(
            number,
            bytes([number % 256]) * 16,
            3,
            2,
            "JPEG",
            f"2020-01-01T00:00:{number % 60:02d}",
            None if position is None else position[0],
            None if position is None else position[1],
            look=None,
            duration_ms=None,
            motion_at=None,
            rating=None,
            favourite=False,
            hidden=hidden,
        )
        for number, position in enumerate(positions, 1)
    )


def _counts(found: list[Cluster]) -> list[int]:
    return [one.photos for one in found]


def test_towns_are_one_cluster_from_afar_and_two_from_near() -> None:
    columns = _columns(_KYOTO, _KYOTO, _OSAKA, _PARIS, None)
    assert _counts(clusters(columns, _WORLD, 2)) == [3, 1]
    assert _counts(clusters(columns, _WORLD, 9)) == [2, 1, 1]
    kyoto = clusters(columns, _WORLD, 9)[0]
    assert kyoto.name == "Kyoto, Japan"
    assert columns.ids[kyoto.row] == 2  # the newest


def test_only_what_lies_in_the_box_is_shown_and_nothing_hidden() -> None:
    columns = _columns(_KYOTO, _PARIS)
    assert _counts(clusters(columns, Box(30, 130, 40, 140), 5)) == [1]
    assert clusters(_columns(_KYOTO, hidden=True), _WORLD, 2) == []
    assert clusters(_columns(), _WORLD, 2) == []


def test_the_largest_places_are_towns_with_a_box_that_holds_their_photos() -> None:
    columns = _columns(_KYOTO, _KYOTO, _PARIS)
    kyoto, paris = largest_places(columns)
    assert (kyoto.name, kyoto.photos, paris.name) == ("Kyoto, Japan", 2, "Paris, France")
    assert int(kyoto.box.holds(columns).sum()) == 2


def test_the_largest_towns_of_a_box_are_named() -> None:
    names = [name for name, _, _ in towns_within(Box(34, 134, 36, 137))]
    assert names[0] in {"Osaka", "Nagoya"}
    assert "Kyoto" in names


_POSITIONS = st.lists(st.tuples(st.floats(-90, 90, width=32), st.floats(-180, 180, width=32)), max_size=60)


@given(_POSITIONS, st.floats(0, 20))
def test_every_photo_is_in_exactly_one_cluster_and_in_its_box(
    positions: list[tuple[float, float]], zoom: float
) -> None:
    columns = _columns(*positions)
    found = clusters(columns, _WORLD, zoom)
    assert sum(_counts(found)) == len(positions)
    for one in found:
        assert np.count_nonzero(one.box.holds(columns)) >= one.photos
