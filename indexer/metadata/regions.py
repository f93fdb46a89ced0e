"""Regions of a photo that programs named: where a face is, and whose.

digiKam, Lightroom, Picasa and Apple write them as the Metadata Working Group says (`mwg-rs:Regions`), Windows
Photo Gallery as Microsoft does (`MP:RegionInfo`); digiKam writes both. Both count from the pixels as they are
stored, before EXIF's orientation turns them. Some programs count from the upright photo instead. Where width and
height are exchanged, the size that a program names shows which photo it counted from.

Sources: Metadata Working Group, Guidelines for Handling Image Metadata 2.0, section 5.9; Microsoft, People Tagging
Overview.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from photoseek.indexer.metadata.values import LONGEST_NAME, cleaned
from photoseek.storage import Box, NamedRegion

REGIONS = frozenset({"mwg-rs:Regions", "MP:RegionInfo"})
_LISTS = frozenset({"mwg-rs:RegionList", "MPRI:Regions"})
_MOST_REGIONS = 500  # of one photo
_MOST_TEXT = 400  # characters of one value
_LEAST_SIDE = 1e-4  # of the photo's
_ITEM = 3  # a list, its rdf:Bag, its rdf:li
_SAME = 0.3  # of two boxes' union is in both: the same face
ON_ITS_SIDE = 5  # from this orientation on, width and height are exchanged

Fields = Mapping[str, str]  # a region's values by their names: "mwg-rs:Name", "stArea:x"


@dataclass(slots=True)
class RegionWritten:
    """One region as it is written, with the size of the photo that the program had before it."""

    fields: dict[str, str] = field(default_factory=dict)
    made_for: dict[str, str] = field(default_factory=dict)  # "stDim:w" and "stDim:h", shared by a whole list


def shown_somewhere(name: str) -> RegionWritten:
    """Return a region for somebody who is in a photo, though nobody says where."""
    return RegionWritten({"mwg-rs:Name": name})


class RegionReader:
    """Takes in the elements below one list of regions, whichever way RDF writes structures."""

    def __init__(self, found: list[RegionWritten]) -> None:
        self._found = found
        self._open: list[str] = []
        self._text: list[str] = []
        self._region: RegionWritten | None = None  # the one that is open
        self._region_depth = 0
        self._made_for: dict[str, str] = {}

    def start(self, name: str, attributes: Fields) -> None:
        """Begin an element, its names as they are usually written."""
        self._open.append(name)
        self._text = []
        is_item = name == "rdf:li" and len(self._open) >= _ITEM and self._open[-_ITEM] in _LISTS
        if is_item and self._region is None and len(self._found) < _MOST_REGIONS:
            self._region, self._region_depth = RegionWritten(made_for=self._made_for), len(self._open)
        for key, value in attributes.items():
            self._take(key, value)

    def text(self, text: str) -> None:
        """Take in a part of a value."""
        if len(self._text) < _MOST_TEXT:
            self._text.append(text)

    def end(self) -> None:
        """End the innermost element."""
        name = self._open.pop()
        self._take(name, "".join(self._text))
        self._text = []
        if self._region is not None and len(self._open) < self._region_depth:
            self._found.append(self._region)
            self._region = None

    def _take(self, name: str, value: str) -> None:
        value = value.strip()[:_MOST_TEXT]
        if not value:
            return
        if name.startswith("stDim:"):
            self._made_for.setdefault(name, value)
        elif self._region is not None:
            self._region.fields.setdefault(name, value)


def named_regions(
    written: Iterable[RegionWritten], orientation: int, stored_size: tuple[int, int] | None
) -> tuple[NamedRegion, ...]:
    """Return the named faces, each once, with boxes in fractions of the upright photo.

    `stored_size` is width and height before `orientation` turns the pixels; None: unknown, as a sensor lies.
    A face whose box can't be right has none.
    """
    found: list[NamedRegion] = []
    for one in written:
        name = _name(one.fields)
        if name is None:
            continue
        box = _box(one.fields, _size(one.made_for))
        if box is not None and not _is_upright(one.made_for, orientation, stored_size):
            box = turned(box, orientation)
        if not any(_is_same(NamedRegion(name, box), known) for known in found):
            found.append(NamedRegion(name, box))
    return tuple(found)


def turned(box: Box, orientation: int) -> Box:
    """Return where a box of the stored pixels lies once EXIF's orientation has turned them."""
    left, top, width, height = box
    right, bottom = 1 - left - width, 1 - top - height  # what is left beside it
    corners = {
        2: (right, top),
        3: (right, bottom),
        4: (left, bottom),
        5: (top, left),
        6: (bottom, left),
        7: (bottom, right),
        8: (top, right),
    }
    sides = (height, width) if orientation >= ON_ITS_SIDE else (width, height)
    return Box(*corners.get(orientation, (left, top)), *sides)


def _name(fields: Fields) -> str | None:
    """Return whose face a region is; None for other things, such as where the lens was focused, and for nobody."""
    if fields.get("mwg-rs:Type", "Face").casefold() != "face":
        return None
    return cleaned(fields.get("mwg-rs:Name") or fields.get("MPReg:PersonDisplayName") or "", LONGEST_NAME)


def _box(fields: Fields, made_for: tuple[float, float] | None) -> Box | None:
    if "MPReg:Rectangle" in fields:
        numbers = [_number(part) for part in fields["MPReg:Rectangle"].split(",")]
        left, top, width, height = numbers if len(numbers) == 4 else (None,) * 4  # noqa: PLR2004 (sides)
    else:
        middle_x, middle_y, width, height, across = (
            _number(fields.get(f"stArea:{side}")) for side in ("x", "y", "w", "h", "d")
        )
        if width is None or height is None:  # a circle
            width = height = across
        left = None if middle_x is None or width is None else middle_x - width / 2
        top = None if middle_y is None or height is None else middle_y - height / 2
    if left is None or top is None or width is None or height is None:
        return None
    if fields.get("stArea:unit", "").casefold() == "pixel" and made_for is not None:
        left, width, top, height = (
            left / made_for[0],
            width / made_for[0],
            top / made_for[1],
            height / made_for[1],
        )
    right, bottom = min(left + width, 1.0), min(top + height, 1.0)
    left, top = max(left, 0.0), max(top, 0.0)
    if right - left < _LEAST_SIDE or bottom - top < _LEAST_SIDE:
        return None
    return Box(left, top, right - left, bottom - top)


def _number(text: str | None) -> float | None:
    try:
        number = float((text or "").strip())
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _size(made_for: Fields) -> tuple[float, float] | None:
    width, height = _number(made_for.get("stDim:w")), _number(made_for.get("stDim:h"))
    return (width, height) if width and height and width > 0 and height > 0 else None


def _is_upright(made_for: Fields, orientation: int, stored_size: tuple[int, int] | None) -> bool:
    """Return whether regions were counted from the upright photo, by the size that they were made for."""
    size = _size(made_for)
    if orientation < ON_ITS_SIDE or size is None or size[0] == size[1]:
        return False
    width, height = stored_size or (2, 1)
    return width != height and (size[0] > size[1]) != (width > height)


def _is_same(one: NamedRegion, other: NamedRegion) -> bool:
    """Return whether two regions name one face: a program may write both kinds, or one twice."""
    if one.name.casefold() != other.name.casefold():
        return False
    return one.box is None or other.box is None or one.box.overlap(other.box) >= _SAME
