"""A sidecar's bytes with some fields changed: every other byte stays, whichever program wrote it."""

import re
from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape, quoteattr

from photoseek.indexer.sidecars.fields import LISTS, TEXTS, Change, Content, Field
from photoseek.indexer.sidecars.layout import (
    MOST_BYTES,
    RDF,
    XML,
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
_CONTAINERS = ((RDF, "Bag"), (RDF, "Seq"), (RDF, "Alt"))
_LI = (RDF, "li")
_LANGUAGE = (XML, "lang")
_DEFAULT = "x-default"
_BLANKS_BEFORE = re.compile(rb"[ \t\r\n]*\Z")
_LINE_BEFORE = re.compile(rb"\r?\n[ \t]*\Z")
_DECLARED = re.compile(r"""<\?xml\s[^>]*encoding\s*=\s*["']([\w-]+)["']""")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MARKS = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"), (b"\xef\xbb\xbf", "utf-8"))

_Splice = tuple[int, int, str]  # start and end in bytes, and what takes the place


def content_of(sidecar: bytes | None) -> Content:
    """Return what a sidecar holds in the fields that are written. Raises UnusableXmp."""
    content = Content()
    if sidecar is None:
        return content
    for description in descriptions_in(layout_of(_decoded(sidecar)[1])):
        for one in LISTS:
            for found in description.within(one.name):
                content.lists.setdefault(one, []).extend(_items(found))
            if (attribute := description.attribute(one.name)) is not None:
                content.lists.setdefault(one, []).append(attribute.value)
        for one in TEXTS:
            attribute = description.attribute(one.name)
            texts = [attribute.value] if attribute is not None else []
            for text in (*texts, *(_text(found) for found in description.within(one.name))):
                if text is not None and text.strip():
                    content.texts.setdefault(one, text.strip())
    return content


def changed(sidecar: bytes | None, change: Change) -> bytes:
    """Return a sidecar with a change made; None is one that isn't there yet. Raises UnusableXmp."""
    mark, packet, encoding = (b"", _EMPTY, "utf-8") if sidecar is None else _decoded(sidecar)
    for one, value in change.put.items():
        packet = _with_text(packet, one, value)
    for one in LISTS:
        if one in change.add or one in change.remove:
            packet = _with_list(packet, one, change.add.get(one, []), change.remove.get(one, []))
    return mark + (packet if encoding == "utf-8" else packet.decode().encode(encoding))


def _decoded(sidecar: bytes) -> tuple[bytes, bytes, str]:
    """Return the byte order mark, the packet in UTF-8, and its encoding."""
    if len(sidecar) > MOST_BYTES:
        raise UnusableXmp(f"it is larger than {MOST_BYTES >> 20} MB")
    mark, encoding = next(
        ((mark, encoding) for mark, encoding in _MARKS if sidecar.startswith(mark)), (b"", "utf-8")
    )
    try:
        text = sidecar[len(mark) :].decode(encoding)
        packet = text.encode()
    except UnicodeError as error:
        raise UnusableXmp("its text is neither UTF-8 nor UTF-16") from error
    declared = _DECLARED.match(text)
    if declared and not packet.isascii() and not declared[1].lower().startswith("utf"):
        raise UnusableXmp(f"its text is said to be {declared[1]}: save it as UTF-8")
    return mark, packet, encoding


def _with_text(packet: bytes, one: Field, value: str | None) -> bytes:
    """Put one text everywhere where it stands, or where there is none, into the first description."""
    descriptions = descriptions_in(layout_of(packet))
    splices: list[_Splice] = []
    for description in descriptions:
        if (attribute := description.attribute(one.name)) is not None:
            splices.append(_of_attribute(attribute, value))
        splices += [_of_element(packet, found, one, value) for found in description.within(one.name)]
    if not splices and value is not None:
        splices.append(_added(packet, descriptions[0], one, [value]))
    return _spliced(packet, splices)


def _with_list(packet: bytes, one: Field, add: list[str], remove: list[str]) -> bytes:
    descriptions = descriptions_in(layout_of(packet))
    gone = {item.casefold() for item in remove}
    lists = [found for description in descriptions for found in description.within(one.name)]
    splices: list[_Splice] = []
    for number, found in enumerate(lists):
        container = next(found.within(*_CONTAINERS), None)
        more = add if number == 0 else []
        left = [item for item in _items(found) if item.casefold() not in gone]
        if not left and not more:
            splices.append((_blanks_before(packet, found.start), found.end, ""))
        elif container is None or container.is_closed_at_once:  # a text where a list should be
            indent = _indent(packet, found.start)
            splices.append((found.start, found.end, _property(found, one, [*left, *more], indent)))
        else:
            items = list(container.within(_LI))
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
        (attribute, description)
        for description in descriptions
        if (attribute := description.attribute(one.name)) is not None
    ]
    for attribute, _ in as_attribute:  # one keyword, which an attribute can't be added to
        splices.append((attribute.start, attribute.end, ""))
    kept = [attribute.value for attribute, _ in as_attribute if attribute.value.casefold() not in gone]
    if not lists and (wanted := [*kept, *add]):
        return _with_new(_spliced(packet, splices), one, wanted)
    return _spliced(packet, splices)


def _with_new(packet: bytes, one: Field, values: list[str]) -> bytes:
    description = descriptions_in(layout_of(packet))[0]
    return _spliced(packet, [_added(packet, description, one, values)])


def _of_attribute(attribute: Attribute, value: str | None) -> _Splice:
    if value is None:
        return attribute.start, attribute.end, ""
    return attribute.value_start - 1, attribute.end, quoteattr(cleaned(value))


def _of_element(packet: bytes, found: Element, one: Field, value: str | None) -> _Splice:
    """Replace the text of a property: of several languages, that which stands for all."""
    items = _texts_in(found)
    item = _default_of(items)
    if value is None:
        gone = found if item is None or len(items) == 1 else item
        return _blanks_before(packet, gone.start), gone.end, ""
    if item is not None and not item.is_closed_at_once:
        return item.open_end, item.close_start, _escaped(value)
    if item is None and items:  # it stands first, as XMP asks for
        written = f'<{items[0].tag} xml:lang="{_DEFAULT}">{_escaped(value)}</{items[0].tag}>'
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
    return description.open_end, description.close_start, f"{written}{outer}"


def _property(where: Element, one: Field, values: Iterable[str], indent: str) -> str:
    """Write a property with the prefixes that are declared where it stands, or with its own."""
    tag, declared = _prefixed(where, one.space, one.prefix, one.local)
    if not one.kind:
        return f"<{tag}{declared}>{_escaped(next(iter(values)))}</{tag}>"
    container, _ = _prefixed(where, RDF, "rdf", one.kind)
    item, _ = _prefixed(where, RDF, "rdf", "li")
    language = f' xml:lang="{_DEFAULT}"' if one.kind == "Alt" else ""
    items = "".join(f"{indent}  <{item}{language}>{_escaped(value)}</{item}>" for value in values)
    return f"<{tag}{declared}>{indent} <{container}>{items}{indent} </{container}>{indent}</{tag}>"


def _prefixed(where: Element, space: str, prefix: str, local: str) -> tuple[str, str]:
    """Return a tag as it is written there, and the declaration that it needs."""
    known = next((name for name, uri in where.spaces.items() if uri == space and name), None)
    if known is not None:
        return f"{known}:{local}", ""
    return f"{prefix}:{local}", f' xmlns:{prefix}="{space}"'


def _items(found: Element) -> list[str]:
    containers = list(found.within(*_CONTAINERS))
    texts = [item.text for container in containers for item in container.within(_LI)]
    return [text.strip() for text in (texts if containers else [found.text]) if text.strip()]


def _text(found: Element) -> str | None:
    """Return a property's text; None where it has texts in some languages, and none that stands for all."""
    items = _texts_in(found)
    if not items:
        return found.text
    item = _default_of(items)
    return None if item is None else item.text


def _texts_in(found: Element) -> list[Element]:
    return [item for container in found.within(*_CONTAINERS) for item in container.within(_LI)]


def _default_of(items: Sequence[Element]) -> Element | None:
    """Return the text that stands for all languages: it says so, or says none."""
    by_language = {_language(item): item for item in reversed(items)}
    return by_language.get(_DEFAULT) or by_language.get("")


def _language(item: Element) -> str:
    attribute = item.attribute(_LANGUAGE)
    return "" if attribute is None else attribute.value


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


def cleaned(value: str) -> str:
    """Return a text without what XML can't hold."""
    return _NOT_XML.sub(" ", value.replace("\r\n", "\n").replace("\r", "\n"))
