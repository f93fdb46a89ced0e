"""An XMP packet's properties. It may be hostile: entities are not expanded, and reading has an end."""

import re
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from xml.parsers import expat

from photoseek.indexer.metadata.regions import REGIONS, RegionReader, RegionWritten
from photoseek.indexer.metadata.values import decoded

_MOST_LENGTH = 16 << 20
_MOST_ELEMENTS = 100_000
_MOST_VALUES = 2_000  # of one property
_MOST_TEXT = 40_000  # characters of one value
_ITEM_DEPTH = 2  # of a list's items below the property: rdf:Bag, rdf:li
_PREFIXES = {  # by the name space, without what may stand at its end
    "http://www.w3.org/1999/02/22-rdf-syntax-ns": "rdf",
    "adobe:ns:meta": "x",
    "http://purl.org/dc/elements/1.1": "dc",
    "http://ns.adobe.com/xap/1.0": "xmp",
    "http://ns.adobe.com/exif/1.0": "exif",
    "http://ns.adobe.com/exif/1.0/aux": "aux",
    "http://cipa.jp/exif/1.0": "exifEX",
    "http://ns.adobe.com/tiff/1.0": "tiff",
    "http://ns.adobe.com/photoshop/1.0": "photoshop",
    "http://ns.adobe.com/lightroom/1.0": "lr",
    "http://www.digikam.org/ns/1.0": "digiKam",
    "http://ns.microsoft.com/photo/1.0": "MicrosoftPhoto",
    "http://ns.microsoft.com/photo/1": "MicrosoftPhoto",
    "http://ns.adobe.com/camera-raw-settings/1.0": "crs",
    "http://ns.adobe.com/xap/1.0/mm": "xmpMM",
    "http://www.w3.org/2003/01/geo/wgs84_pos": "geo",
    "http://iptc.org/std/Iptc4xmpExt/2008-02-29": "Iptc4xmpExt",
    "http://www.metadataworkinggroup.com/schemas/regions": "mwg-rs",
    "http://ns.adobe.com/xmp/sType/Area": "stArea",
    "http://ns.adobe.com/xap/1.0/sType/Dimensions": "stDim",
    "http://ns.microsoft.com/photo/1.2": "MP",
    "http://ns.microsoft.com/photo/1.2/t/RegionInfo": "MPRI",
    "http://ns.microsoft.com/photo/1.2/t/Region": "MPReg",
}
# What holds properties; every other element is one, whose own parts are none of the photo's.
_HOLDERS = frozenset({"x", "rdf", ""})
_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)")
_REFERENCE = re.compile(r"&#(?:(\d{1,7})|x([0-9a-fA-F]{1,6}));")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BEGINNINGS = (  # of a packet that is not UTF-8
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
)


@dataclass(slots=True)
class Properties:
    """The values of each property, "dc:subject", and why there may be more of them."""

    values: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    lists: set[str] = field(default_factory=set)  # those written as lists
    regions: list[RegionWritten] = field(default_factory=list)  # parts of the photo that have a name
    dropped: list[str] = field(default_factory=list)


class _Enough(Exception):
    """Ends the reading; the message says why."""


def properties_in(packet: object) -> Properties:
    """Read what can be read of a packet; never raises."""
    reading = _Reading()
    found = reading.found
    if isinstance(packet, tuple | list) and len(packet) == 1:
        packet = packet[0]
    if isinstance(packet, bytes):
        packet = _text(packet[: _MOST_LENGTH + 1])
    if not isinstance(packet, str):
        return found
    if len(packet) > _MOST_LENGTH:
        found.dropped.append(f"the XMP is longer than {_MOST_LENGTH >> 20} MB: the rest of it was not read")
    packet = packet[:_MOST_LENGTH].strip("\ufeff\x00 \n\r\t")
    if not packet:
        return found
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = reading.start, reading.end
    parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = reading.text, reading.doctype
    try:
        parser.Parse(_mended(packet), True)  # noqa: FBT003 (that it is all)
    except _Enough as enough:
        found.dropped.append(str(enough))
    except (expat.ExpatError, ValueError) as error:
        found.dropped.append(f"the XMP is damaged, and what stands behind the fault was not read ({error})")
    return found


class _Reading:
    """Takes in elements as they begin and end, and tells a photo's properties from the parts of other things."""

    def __init__(self) -> None:
        self.found = Properties()
        self._elements = 0
        self._prefixes: list[dict[str, str]] = [{}]  # as they were declared, of each element that is open
        self._property: str | None = None  # the one that is open
        self._depth = 0  # below it
        self._written: list[str] | None = None  # the value that is being read
        self._length = 0
        self._is_first = False  # in the language that stands for all
        self._regions: RegionReader | None = None  # while the open property is a list of regions

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Begin an element."""
        self._elements += 1
        if self._elements > _MOST_ELEMENTS:
            raise _Enough(f"the XMP has more than {_MOST_ELEMENTS} elements: the rest of it was not read")
        declared = {key: uri for key, uri in attributes.items() if key == "xmlns" or key.startswith("xmlns:")}
        self._prefixes.append(self._prefixes[-1] | declared if declared else self._prefixes[-1])
        known = self._known(name, is_element=True)
        if self._property is not None:
            self._depth += 1
            self._written = [] if self._depth == _ITEM_DEPTH and known == "rdf:li" else None
            self._is_first = attributes.get("xml:lang") == "x-default"
            if self._regions is not None:
                self._regions.start(known, {self._known(key): value for key, value in attributes.items()})
        elif known.rpartition(":")[0] in _HOLDERS:
            for key, value in attributes.items():
                if key not in declared:
                    self._add(self._known(key), value)
        else:
            self._property, self._depth, self._written = known, 0, []
            self._is_first = False
            self._regions = RegionReader(self.found.regions) if known in REGIONS else None
        self._length = 0

    def end(self, _: str) -> None:
        """End an element."""
        self._prefixes.pop()
        if self._property is None:
            return
        if self._written is not None:
            self._add(self._property, "".join(self._written), is_item=self._depth > 0)
        self._written = None
        self._depth -= 1
        if self._depth < 0:
            self._property = self._regions = None
        elif self._regions is not None:
            self._regions.end()

    def text(self, text: str) -> None:
        """Take in a part of a value."""
        if self._regions is not None:
            self._regions.text(text)
        if self._written is not None and self._length < _MOST_TEXT:
            self._written.append(text)
            self._length += len(text)

    def doctype(self, *_: object) -> None:
        """Refuse what could declare entities: XMP has none."""
        raise _Enough("the XMP declares a document type, which none may have: it was not read")

    def _add(self, name: str, value: str, *, is_item: bool = False) -> None:
        values = self.found.values[name]
        if not value.strip() or len(values) >= _MOST_VALUES:
            return
        values.insert(0 if self._is_first else len(values), value[:_MOST_TEXT])
        if is_item:
            self.found.lists.add(name)

    def _known(self, name: str, *, is_element: bool = False) -> str:
        """Return a name with the prefix that it usually has, or "?" for one that is none of XMP's usual ones."""
        prefix, _, own = name.rpartition(":")
        uri = self._prefixes[-1].get(f"xmlns:{prefix}" if prefix else "xmlns" if is_element else "")
        if uri is None:
            return name  # a prefix that nobody declared means what it usually means
        return f"{_PREFIXES.get(uri.rstrip('/#'), '?')}:{own}"


def _text(packet: bytes) -> str:
    for beginning, encoding in _BEGINNINGS:
        if packet.startswith(beginning):
            return packet.decode(encoding, "replace")
    return decoded(packet)


def _mended(packet: str) -> str:
    """Write out what no XML parser takes, but programs wrote: bare ampersands, control characters."""
    packet = _AMPERSAND.sub("&amp;", packet)
    return _NOT_XML.sub(" ", _REFERENCE.sub(_if_a_character, packet))


def _if_a_character(reference: re.Match[str]) -> str:
    number = int(reference[1]) if reference[1] else int(reference[2], 16)
    is_one = number <= sys.maxunicode and not _NOT_XML.match(chr(number))
    return reference[0] if is_one else " "
