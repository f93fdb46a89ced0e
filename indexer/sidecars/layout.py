"""Where in the bytes of an XMP packet each element and attribute stands, so that the others stay as they are."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import unescape

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XML = "http://www.w3.org/XML/1998/namespace"
UNDECLARED = "?"  # before a prefix that stands for no namespace, as xmlns does
MOST_BYTES = 8 << 20
_MOST_ELEMENTS = 100_000
_ATTRIBUTE = re.compile(rb"""\s+([^\s=/>"']+)\s*=\s*("[^"]*"|'[^']*')""")
_TAG_NAME = re.compile(rb"<[^\s/>]+")
_QUOTES = {"&quot;": '"', "&apos;": "'"}
_NUMBERED = re.compile(r"&#(?:(\d{1,7})|x([0-9a-fA-F]{1,6}));")


class UnusableXmp(ValueError):
    """A packet that can't be changed safely; the message says why."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute; positions are in bytes."""

    name: tuple[str, str]  # namespace and local name
    value: str
    start: int  # of the blanks before it
    value_start: int  # behind the quotation mark
    value_end: int
    end: int


@dataclass(slots=True)
class Element:
    """One element; positions are in bytes."""

    name: tuple[str, str]  # namespace and local name
    tag: str  # with its prefix, as written
    spaces: dict[str, str]  # prefix → namespace, of all that are declared here
    start: int
    open_end: int  # behind its start tag
    attributes: list[Attribute]
    close_start: int = 0  # of its end tag; for <a/>, where it ends
    end: int = 0
    text: str = ""
    children: "list[Element]" = field(default_factory=list)

    @property
    def is_closed_at_once(self) -> bool:
        """Whether it is written as <a/>."""
        return self.close_start == self.end

    def within(self, *names: tuple[str, str]) -> "Iterator[Element]":
        """Yield the children of these names."""
        return (child for child in self.children if child.name in names)

    def attribute(self, name: tuple[str, str]) -> Attribute | None:
        """Return the attribute of this name."""
        return next((one for one in self.attributes if one.name == name), None)


def layout_of(packet: bytes) -> Element:
    """Return the outermost element of a packet in UTF-8. Raises UnusableXmp."""
    reading = _Reading(packet)
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, _: reading.start(name, parser.CurrentByteIndex)
    parser.EndElementHandler = lambda _: reading.end(parser.CurrentByteIndex)
    parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = reading.text, reading.doctype
    try:
        parser.Parse(packet, True)  # noqa: FBT003 (that it is all)
    except expat.ExpatError as error:
        raise UnusableXmp(f"its XMP is damaged ({error})") from error
    if reading.root is None:
        raise UnusableXmp("it holds no XMP")
    return reading.root


def descriptions_in(root: Element) -> list[Element]:
    """Return the elements that hold the photo's properties. Raises UnusableXmp where there are none."""
    rdf = root if root.name == (RDF, "RDF") else next(root.within((RDF, "RDF")), None)
    found = [] if rdf is None else list(rdf.within((RDF, "Description")))
    if not found:
        raise UnusableXmp("it holds no rdf:Description, which XMP has")
    return found


class _Reading:
    """Takes in elements as they begin and end."""

    def __init__(self, packet: bytes) -> None:
        self.root: Element | None = None
        self._packet = packet
        self._open: list[Element] = []
        self._count = 0

    def start(self, tag: str, at: int) -> None:
        self._count += 1
        if self._count > _MOST_ELEMENTS:
            raise UnusableXmp(f"it has more than {_MOST_ELEMENTS} elements")
        name = _TAG_NAME.match(self._packet, at)
        behind = at + 1 if name is None else name.end()
        written = []
        while (found := _ATTRIBUTE.match(self._packet, behind)) is not None:
            written.append(found)
            behind = found.end()
        open_end = self._packet.index(b">", behind) + 1
        values = {found[1].decode(): _plain(found[2][1:-1].decode()) for found in written}
        spaces = dict(self._open[-1].spaces) if self._open else {"xml": XML}
        spaces |= {key.partition(":")[2]: uri for key, uri in values.items() if key.split(":")[0] == "xmlns"}
        attributes = [
            Attribute(
                _resolved(found[1].decode(), spaces, is_element=False),
                values[found[1].decode()],
                found.start(),
                found.start(2) + 1,
                found.end() - 1,
                found.end(),
            )
            for found in written
        ]
        element = Element(_resolved(tag, spaces, is_element=True), tag, spaces, at, open_end, attributes)
        if self._open:
            self._open[-1].children.append(element)
        else:
            self.root = element
        self._open.append(element)

    def end(self, at: int) -> None:
        element = self._open.pop()
        if self._packet[element.open_end - 2 : element.open_end] == b"/>":
            element.close_start = element.end = element.open_end
        else:
            element.close_start, element.end = at, self._packet.index(b">", at) + 1

    def text(self, text: str) -> None:
        self._open[-1].text += text

    def doctype(self, *_: object) -> None:
        raise UnusableXmp("its XMP declares a document type, which none may have")


def _resolved(tag: str, spaces: dict[str, str], *, is_element: bool) -> tuple[str, str]:
    prefix, _, local = tag.rpartition(":")
    if not prefix and not is_element:
        return "", local
    return spaces.get(prefix, UNDECLARED + prefix if prefix else ""), local


def _plain(value: str) -> str:
    def character(reference: re.Match[str]) -> str:
        return chr(int(reference[1]) if reference[1] else int(reference[2], 16))

    return unescape(_NUMBERED.sub(character, value), _QUOTES)
