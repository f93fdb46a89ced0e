"""Make `searcher/web/page/static/places/land.bin`, the coastlines of the map of places.

They are Natural Earth's (public domain), at 1 : 50 million, by way of the npm package world-atlas 2.0.2 (ISC, see
`LICENSES/ISC-world-atlas.txt`):

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    python3 scripts/coastlines.py package/land-50m.json

Lines are simplified (Douglas and Peucker 1973), and islets that no map of the world shows are left out. The file
is a row of rings. Each is the number of its points, and for each point how far east and north it lies of the one
before it, in hundredths of a degree; all are written as whole numbers of seven bits a byte, the lowest first,
whose sign is the lowest bit. The rings of a lake lie within those of its land: filled by the even-odd rule, they
stay empty.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import environment

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

    Points = NDArray[np.float64]

_UNITS_A_DEGREE = 100
_TOLERANCE = 0.02  # degrees that a line may move: a pixel, where the whole earth is 18,000 wide
_LEAST_SPAN = 0.08  # degrees from end to end; smaller islets are left out
_LEAST_POINTS = 4  # of a ring, the first of which is also the last
_HALF_TURN = 180  # degrees
_POLAR = 85  # degrees, beyond which the map shows nothing
_MOST_BYTES = 120_000
_FILE = Path(__file__).parent.parent / "searcher" / "web" / "page" / "static" / "places" / "land.bin"


def main() -> int:
    """Write the file, and say how large it is."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("topology", type=Path, help="land-50m.json of world-atlas")
    asked = parser.parse_args()
    environment.enter()
    topology = json.loads(asked.topology.read_text("utf-8"))
    content = b"".join(written(ring) for ring in rings_of(topology))
    if len(content) > _MOST_BYTES:
        message = f"{len(content)} bytes are more than {_MOST_BYTES}: raise the tolerance"
        raise SystemExit(message)
    temporary = _FILE.with_suffix(".part")
    temporary.write_bytes(content)
    temporary.replace(_FILE)
    print(f"{_FILE}: {len(content):,} bytes")
    return 0


def rings_of(topology: dict[str, Any]) -> Iterator[Points]:
    """Yield the simplified rings of a TopoJSON topology of polygons, (points, 2): degrees east and north."""
    import numpy as np

    scale, translate = (np.array(topology["transform"][name]) for name in ("scale", "translate"))
    arcs = [np.cumsum(np.array(arc), axis=0) * scale + translate for arc in topology["arcs"]]
    for geometry in topology["objects"]["land"]["geometries"]:
        polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
        for ring in (ring for polygon in polygons for ring in polygon):
            # A negative number is an arc the other way round; each begins where the one before it ended.
            parts = [arcs[arc] if arc >= 0 else arcs[~arc][::-1] for arc in ring]
            points = np.concatenate([parts[0], *(part[1:] for part in parts[1:])])
            for whole in _unbroken(points):
                kept = _simplified(whole) if np.ptp(whole, axis=0).max() >= _LEAST_SPAN else whole[:0]
                if len(kept) >= _LEAST_POINTS:
                    yield kept


def _unbroken(points: Points) -> Iterator[Points]:
    """Yield a ring that crosses the 180th meridian twice: going on beyond it, and beginning before it."""
    import numpy as np

    steps = np.diff(points[:, 0])
    is_polar = np.abs(points[1:, 1]) > _POLAR  # along the edge of the map, where Antarctica ends
    turns = np.where((np.abs(steps) > _HALF_TURN) & ~is_polar, -np.sign(steps), 0).cumsum()
    if not turns.any():
        yield points
        return
    unwrapped = points.copy()
    unwrapped[1:, 0] += 2 * _HALF_TURN * turns
    yield unwrapped
    other_way = -2 * _HALF_TURN if unwrapped[:, 0].max() > _HALF_TURN else 2 * _HALF_TURN
    yield unwrapped + np.array([other_way, 0])


def _simplified(points: Points) -> Points:
    """Return the points of a ring without those that lie nearer to the line between others than the tolerance."""
    import numpy as np

    keep = np.zeros(len(points), bool)
    farthest = int(np.linalg.norm(points - points[0], axis=1).argmax())  # as the ring ends where it begins
    keep[[0, farthest, -1]] = True
    left = [(0, farthest), (farthest, len(points) - 1)]
    while left:
        first, last = left.pop()
        if last - first < 2:  # noqa: PLR2004 (nothing lies between)
            continue
        along = points[last] - points[first]
        between = points[first + 1 : last] - points[first]
        # A degree of longitude is shorter away from the equator.
        shrink = np.array([np.cos(np.radians(points[first : last + 1, 1].mean())), 1.0])
        along, between = along * shrink, between * shrink
        length = float(np.hypot(*along))
        offset = (
            np.abs(between[:, 0] * along[1] - between[:, 1] * along[0]) / length
            if length
            else np.hypot(between[:, 0], between[:, 1])
        )
        at = int(offset.argmax())
        if offset[at] > _TOLERANCE:
            middle = first + 1 + at
            keep[middle] = True
            left += [(first, middle), (middle, last)]
    return points[keep]


def written(ring: Points) -> bytes:
    """Return a ring as the file has it."""
    import numpy as np

    units = np.round(ring * _UNITS_A_DEGREE).astype(int)
    steps = np.diff(units, axis=0, prepend=[[0, 0]])
    return b"".join(_number(value) for value in [len(units), *steps.ravel().tolist()])


def _number(value: int) -> bytes:
    left = (value << 1) ^ (value >> 63)
    found = bytearray()
    while left > 0x7F:  # noqa: PLR2004 (seven bits)
        found.append(left & 0x7F | 0x80)
        left >>= 7
    found.append(left)
    return bytes(found)


if __name__ == "__main__":
    raise SystemExit(main())
