"""A sidecar's bytes with some fields changed: every other byte stays, whichever program wrote it."""

import re
from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

from photoseek.indexer.sidecars.contents import (
    CONTAINERS,
    DEFAULT,
    LIST_ITEM,
    cleaned,
    decoded,
    default_of,
    default_texts,
    has_text,
    is_plain,
    items_in,
    texts_in,
)
from photoseek.indexer.sidecars.fields import LISTS, REGION_SPACES, Change, Field
from photoseek.indexer.sidecars.layout import (
    RDF,
    Attribute,
    Element,
    UnusableXmp,
    descriptions_in,
    layout_of,
)

_EMPTY = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="photoseek">\n'
    f' <rdf:RDF xmlns:rdf="{RDF}">\n'
    '  <rdf:Description rdf:about="">\n'
    "  </rdf:Description>\n"
    " </rdf:RDF>\n"
    "</x:xmpmeta>\n"
).encode()
_BLANKS_BEFORE = re.compile(rb"[ \t\r\n]*\Z")
_LINE_BEFORE = re.compile(rb"\r?\n[ \t]*\Z")
_Splice = tuple[int, int, str]  # start and end in bytes, and what takes the place


def changed(sidecar: bytes | None, change: Change) -> bytes:
    """Return a sidecar with a change made; None is one that isn't there yet. Raises UnusableXmp."""
    mark, packet, encoding = (b"", _EMPTY, "utf-8") if sidecar is None else decoded(sidecar)
    for one, value in change.put.items():
        packet = _with_text(packet, one, value)
    for one in LISTS:
        if one in change.add or one in change.remove:
            packet = _with_list(packet, one, change.add.get(one, []), change.remove.get(one, []))
    return mark + (packet if encoding == "utf-8" else packet.decode().encode(encoding))


def _with_text(packet: bytes, one: Field, value: str | None) -> bytes:
    """Put one text everywhere where it stands, or where there is none, into the first description."""
    descriptions = descriptions_in(layout_of(packet))
    if one.kind == "XML":
        return _with_element(packet, descriptions, one, value)
    _refuse_unknown(packet, descriptions, one)
    if len({text.strip() for description in descriptions for text in default_texts(description, one)}) > 1:
        raise UnusableXmp(f"it holds several texts in {one.shown}")
    splices: list[_Splice] = []
    for description in descriptions:
        if (attribute := description.attribute(one.name)) is not None:
            splices.append(_of_attribute(attribute, value))
        found_here = description.within(one.name)
        splices += [
            _of_element(packet, found, one, value) for found in found_here if value or has_text(found)
        ]
    if not splices and value is not None:
        splices.append(_added(packet, descriptions[0], one, [value]))
    return _spliced(packet, splices)


def _with_element(packet: bytes, descriptions: list[Element], one: Field, value: str | None) -> bytes:
    """Put one element, given as XML, in the place of the one that is there."""
    there = [(description, found) for description in descriptions for found in description.within(one.name)]
    if len(there) > 1:
        raise UnusableXmp(f"it holds {one.shown} several times")
    if not there:
        return packet if value is None else _spliced(packet, [_added(packet, descriptions[0], one, [value])])
    ((description, found),) = there
    if value is None:
        return _spliced(packet, [(_blanks_before(packet, found.start), found.end, "")])
    return _spliced(packet, [(found.start, found.end, _declared(description, value))])


def _declared(where: Element, value: str) -> str:
    """Return an element with declarations of those of its prefixes that mean something else where it stands."""
    missing = "".join(
        f' xmlns:{prefix}="{space}"'
        for prefix, space in REGION_SPACES.items()
        if where.spaces.get(prefix) != space
    )
    tag, rest = value.split(" ", 1)
    return f"{tag}{missing} {rest}"


def _with_list(packet: bytes, one: Field, add: list[str], remove: list[str]) -> bytes:
    descriptions = descriptions_in(layout_of(packet))
    _refuse_unknown(packet, descriptions, one)
    gone = {item.casefold() for item in remove}
    lists = [found for description in descriptions for found in description.within(one.name)]
    splices: list[_Splice] = []
    for number, found in enumerate(lists):
        container = next(found.within(*CONTAINERS), None)
        more = add if number == 0 else []
        left = [item for item in items_in(found) if item.casefold() not in gone]
        if not left and not more:
            splices.append((_blanks_before(packet, found.start), found.end, ""))
        elif container is None or container.is_closed_at_once:  # a text where a list should be
            indent = _indent(packet, found.start)
            splices.append((found.start, found.end, _property(found, one, [*left, *more], indent)))
        else:
            items = list(container.within(LIST_ITEM))
            splices += [
                (_blanks_before(packet, item.start), item.end, "")
                for item in items
                if item.text.strip().casefold() in gone
            ]
            if more:
                at = items[-1].end if items else container.open_end
                blanks = _indent(packet, items[-1].start) if items else _indent(packet, container.start)
                tag = items[-1].tag if items else _prefixed(container, RDF, "rdf", "li")[0]
                splices.append((at, at, "".join(f"{blanks}<{tag}>{_escaped(item)}</{tag}>" for item in more)))
    as_attribute = [
        attribute
        for description in descriptions
        if (attribute := description.attribute(one.name)) is not None
    ]
    kept = [attribute.value for attribute in as_attribute if attribute.value.strip().casefold() not in gone]
    splices += [
        (attribute.start, attribute.end, "")
        for attribute in as_attribute
        if not lists or attribute.value not in kept  # one keyword, which an attribute can't be added to
    ]
    if not lists and (wanted := [*kept, *add]):
        return _with_new(_spliced(packet, splices), one, wanted)
    return _spliced(packet, splices)


def _refuse_unknown(packet: bytes, descriptions: Iterable[Element], one: Field) -> None:
    """Raise UnusableXmp where a field holds more than texts, which a change would lose."""
    for found in (found for description in descriptions for found in description.within(one.name)):
        inside = packet[found.start : found.end]
        if not is_plain(found) or b"<!--" in inside or b"<?" in inside:
            raise UnusableXmp(
                f"{one.shown} is written in a way that can't be changed without losing something"
            )


def _with_new(packet: bytes, one: Field, values: list[str]) -> bytes:
    description = descriptions_in(layout_of(packet))[0]
    return _spliced(packet, [_added(packet, description, one, values)])


def _of_attribute(attribute: Attribute, value: str | None) -> _Splice:
    if value is None:
        return attribute.start, attribute.end, ""
    return attribute.value_start - 1, attribute.end, quoteattr(cleaned(value))


def _of_element(packet: bytes, found: Element, one: Field, value: str | None) -> _Splice:
    """Replace the text of a property: of several languages, that which stands for all."""
    items = texts_in(found)
    item = default_of(items)
    if value is None:
        gone = found if item is None or len(items) == 1 else item
        return _blanks_before(packet, gone.start), gone.end, ""
    if item is not None and not item.is_closed_at_once:
        return item.open_end, item.close_start, _escaped(value)
    if item is None and items:  # it stands first, as XMP asks for
        written = f'<{items[0].tag} xml:lang="{DEFAULT}">{_escaped(value)}</{items[0].tag}>'
        return items[0].start, items[0].start, written + _indent(packet, items[0].start)
    if not one.kind and not found.children and not found.is_closed_at_once:
        return found.open_end, found.close_start, _escaped(value)
    return found.start, found.end, _property(found, one, [value], _indent(packet, found.start))


def _added(packet: bytes, description: Element, one: Field, values: list[str]) -> _Splice:
    """Put a new property at the end of a description."""
    outer = _indent(packet, description.start)
    inner = _indent(packet, description.children[-1].start) if description.children else f"{outer} "
    written = inner + _property(description, one, values, inner)
    if description.is_closed_at_once:
        slash = packet.rindex(b"/", description.start, description.end)
        return slash, description.end, f">{written}{outer}</{description.tag}>"
    if description.children:
        at = description.children[-1].end
        return at, at, written
    at = max(description.open_end, _blanks_before(packet, description.close_start))
    return at, at, written if at < description.close_start else f"{written}{outer}"


def _property(where: Element, one: Field, values: Iterable[str], indent: str) -> str:
    """Write a property with the prefixes that are declared where it stands, or with its own."""
    if one.kind == "XML":
        return _declared(where, next(iter(values)))
    tag, declared = _prefixed(where, one.space, one.prefix, one.local)
    if not one.kind:
        return f"<{tag}{declared}>{_escaped(next(iter(values)))}</{tag}>"
    container, _ = _prefixed(where, RDF, "rdf", one.kind)
    item, _ = _prefixed(where, RDF, "rdf", "li")
    language = f' xml:lang="{DEFAULT}"' if one.kind == "Alt" else ""
    items = "".join(f"{indent}  <{item}{language}>{_escaped(value)}</{item}>" for value in values)
    return f"<{tag}{declared}>{indent} <{container}>{items}{indent} </{container}>{indent}</{tag}>"


def _prefixed(where: Element, space: str, prefix: str, local: str) -> tuple[str, str]:
    """Return a tag as it is written there, and the declaration that it needs."""
    known = next((name for name, uri in where.spaces.items() if uri == space and name), None)
    if known is not None:
        return f"{known}:{local}", ""
    return f"{prefix}:{local}", f' xmlns:{prefix}="{space}"'


def _blanks_before(packet: bytes, at: int) -> int:
    blanks = _BLANKS_BEFORE.search(packet, 0, at)
    return at if blanks is None else blanks.start()


def _indent(packet: bytes, at: int) -> str:
    """Return the line break and the blanks before a tag; nothing where it stands behind another one."""
    blanks = _LINE_BEFORE.search(packet, 0, at)
    return "" if blanks is None else blanks[0].decode()


def _spliced(packet: bytes, splices: Iterable[_Splice]) -> bytes:
    for start, end, text in sorted(splices, reverse=True):
        packet = packet[:start] + text.encode() + packet[end:]
    return packet


def _escaped(value: str) -> str:
    return escape(cleaned(value))
