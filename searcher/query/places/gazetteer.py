"""The towns of GeoNames (CC BY 4.0) by any of their names, in a table that ships and is memory-mapped.

`scripts/gazetteer.py` makes the table. Its layout is that of safetensors: 8 bytes that say how long a JSON header
is, the header, and arrays. A name is found by its hash. With 950,000 names and 46 bits, a name of no town is taken
for one once in 70 million names; no two names in the table share a hash (the script checks that).
"""

import json
import re
import unicodedata
from dataclasses import dataclass
from functools import cache, cached_property
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from photoseek.searcher.errors import GazetteerUnusable
from photoseek.storage.disk.checksums import checksum

GAZETTEER_FILE = Path(__file__).with_name("gazetteer.safetensors")
VERSION = 1  # of the table's content, and of how names are folded
TOWN_BITS = 18  # the low bits of a key are a town's row; those above are the hash of a name
DEGREES = 1e5  # positions are whole numbers of 0.00001°, as GeoNames gives them

_LENGTH_BYTES = 8
_DTYPES = {"U64": "<u8", "U32": "<u4", "I32": "<i4", "U16": "<u2", "U8": "u1"}  # as safetensors names them
_LETTERS = str.maketrans("øłđðæœıħ", "oldd\x00\x01ih")
_LIGATURES = {"\x00": "ae", "\x01": "oe"}


@dataclass(frozen=True, slots=True)
class Town:
    """A town, or a part of a large one."""

    name: str
    region: str  # a state of the US, or ""
    country: str
    region_code: str
    country_code: str
    latitude: float
    longitude: float
    population: int

    def __str__(self) -> str:
        return ", ".join(part for part in (self.name, self.region, self.country) if part)


class Gazetteer:
    """The table, in rows of towns: larger ones first (from 15,000 people), then by how many people live there."""

    def __init__(self, path: Path = GAZETTEER_FILE) -> None:
        """Map the table. Raises GazetteerUnusable."""
        try:
            content = np.memmap(path, np.uint8, "r")
            begins = _LENGTH_BYTES + int.from_bytes(content[:_LENGTH_BYTES].tobytes(), "little")
            header = json.loads(content[_LENGTH_BYTES:begins].tobytes())
            about = json.loads(header["__metadata__"]["about"])
            if about["version"] != VERSION:
                raise GazetteerUnusable(path, "is of another version")
            if about["sum"] != checksum(content[begins:]):
                raise GazetteerUnusable(path, "is damaged")
            self._arrays = {name: _array(content[begins:], header[name]) for name in header if name[0] != "_"}
        except FileNotFoundError as error:
            raise GazetteerUnusable(path, "is missing") from error
        except (OSError, OverflowError, ValueError, KeyError, TypeError) as error:
            raise GazetteerUnusable(path, "is damaged or can't be read") from error
        self.countries: dict[str, str] = about["countries"]  # names by codes
        self._states: dict[str, str] = about["states"]
        self.larger: int = about["larger"]  # the number of rows with towns from 15,000 people

    def rows(self, name: str) -> list[int]:
        """Return the rows of towns with a name, in any language, that folds to this one."""
        keys = self._arrays["keys"]
        minimum = np.uint64(key(name, 0))
        most = np.uint64(key(name, (1 << TOWN_BITS) - 1))
        found = keys[np.searchsorted(keys, minimum) : np.searchsorted(keys, most, "right")]
        return [int(one) & ((1 << TOWN_BITS) - 1) for one in found]

    def town(self, row: int) -> Town:
        """Return the town of a row."""
        region = self._region_names[int(self._arrays["regions"][row])]
        country_code, region_code = region[:2], region[2:]
        return Town(
            self.name(row),
            self._states.get(region_code, "") if country_code == "US" else "",
            self.countries.get(country_code, country_code),
            region_code,
            country_code,
            int(self._arrays["latitudes"][row]) / DEGREES,
            int(self._arrays["longitudes"][row]) / DEGREES,
            int(self._arrays["populations"][row]),
        )

    def country_code(self, row: int) -> str:
        """Return the code of the country that a town lies in."""
        return self._region_names[int(self._arrays["regions"][row])][:2]

    def positions(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the latitudes and the longitudes of all towns in degrees, each (towns,)."""
        return self._arrays["latitudes"] / DEGREES, self._arrays["longitudes"] / DEGREES

    def populations(self) -> NDArray[np.int64]:
        """Return how many people live in each town, (towns,)."""
        populations: NDArray[np.int64] = self._arrays["populations"].astype(np.int64)
        return populations

    def name(self, row: int) -> str:
        """Return a town's own name."""
        begins, ends = self._arrays["name_ends"][row : row + 2]
        return self._arrays["names"][begins:ends].tobytes().decode()

    @cached_property
    def _region_names(self) -> list[str]:
        """Return names of regions by the codes of country and region together, as in `US` and `TX`."""
        return self._arrays["region_codes"].tobytes().decode().split("\n")


@cache
def gazetteer() -> Gazetteer:
    """Return the table that ships. Raises GazetteerUnusable."""
    return Gazetteer()


def towns_called(name: str, *, larger: bool = False) -> list[Town]:
    """Return the towns with a name that folds to this one; with `larger`, only those from 15,000 people.

    The larger come first. Raises GazetteerUnusable.
    """
    table = gazetteer()
    return [table.town(row) for row in table.rows(name) if not larger or row < table.larger]


def town_names() -> list[str]:
    """Return the own names of the towns from 15,000 people. Raises GazetteerUnusable."""
    table = gazetteer()
    return [table.name(row) for row in range(table.larger)]


def key(name: str, row: int) -> int:
    """Return the table's 64-bit key for a folded name and the row of a town with that name."""
    digest = int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "little")
    return digest >> TOWN_BITS << TOWN_BITS | row


def folded(name: str) -> str:
    """Return a name without accents, case and punctuation."""
    if name.isascii():
        return " ".join(re.sub(r"[^a-z0-9]+", " ", name.lower()).split())
    plain = unicodedata.normalize("NFKD", name).casefold().translate(_LETTERS)
    for sign, letters in _LIGATURES.items():
        plain = plain.replace(sign, letters)
    kept = (char if char.isalnum() else " " for char in plain if not unicodedata.combining(char))
    return " ".join("".join(kept).split())


def _array(content: NDArray[np.uint8], facts: dict[str, Any]) -> NDArray[Any]:
    begins, ends = facts["data_offsets"]
    return content[begins:ends].view(_DTYPES[facts["dtype"]]).reshape(facts["shape"])
