"""What a sidecar holds in the fields that are written, read from its bytes."""

import re
from collections.abc import Sequence

from photoseek.indexer.sidecars.fields import LISTS, REGIONS, TEXTS, Content, Field
from photoseek.indexer.sidecars.layout import (
    MOST_BYTES,
    RDF,
    UNDECLARED,
    XML,
    Element,
    UnusableXmp,
    descriptions_in,
    layout_of,
)

CONTAINERS = ((RDF, "Bag"), (RDF, "Seq"), (RDF, "Alt"))
LIST_ITEM = (RDF, "li")
_LANGUAGE = (XML, "lang")
DEFAULT = "x-default"
_DECLARED = re.compile(r"""<\?xml\s[^>]*encoding\s*=\s*["']([\w-]+)["']""")
_SPACE_DECLARED = re.compile(r"""\s+xmlns:[\w.-]+\s*=\s*(?:"[^"]*"|'[^']*')""")
_BLANKS = re.compile(r">\s+<")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MARKS = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"), (b"\xef\xbb\xbf", "utf-8"))


def content_of(sidecar: bytes | None) -> Content:
    """Return what a sidecar holds in the fields that are written. Raises UnusableXmp."""
    content = Content()
    if sidecar is None:
        return content
    packet = decoded(sidecar)[1]
    for description in descriptions_in(layout_of(packet)):
        for found in description.within(REGIONS.name):
            content.texts.setdefault(REGIONS, bare(packet[found.start : found.end].decode()))
        for one in LISTS:
            for found in description.within(one.name):
                content.lists.setdefault(one, []).extend(items_in(found))
            if (attribute := description.attribute(one.name)) is not None:
                content.lists.setdefault(one, []).append(attribute.value)
        for one in TEXTS:
            for text in default_texts(description, one) if one is not REGIONS else ():
                content.texts.setdefault(one, text.strip())
    return content


def other_languages(sidecar: bytes | None) -> list[tuple[str, str, str]]:
    """Return the texts that stand for one language only: field, language and text. Raises UnusableXmp."""
    if sidecar is None:
        return []
    return sorted(
        (one.shown, _language(item), item.text)
        for description in descriptions_in(layout_of(decoded(sidecar)[1]))
        for one in TEXTS
        for found in description.within(one.name)
        for item in texts_in(found)
        if item is not default_of(texts_in(found))
    )


def default_texts(description: Element, one: Field) -> list[str]:
    """Return the texts of a field that stand for all languages, of which there should be one."""
    attribute = description.attribute(one.name)
    texts = [attribute.value] if attribute is not None else []
    found = [*texts, *(_text(element) for element in description.within(one.name))]
    return [text for text in found if text is not None and text.strip()]


def has_text(found: Element) -> bool:
    """Return whether a property has a text that stands for all languages, or is empty."""
    return not texts_in(found) or default_of(texts_in(found)) is not None


def is_plain(found: Element) -> bool:
    """Return whether a property is a text, or one list of texts, with nothing but their languages besides."""
    if not _has_only(found):
        return False
    if not found.children:
        return True
    container, *more = found.children
    return (
        not more
        and container.name in CONTAINERS
        and not found.text.strip()
        and not container.text.strip()
        and _has_only(container)
        and all(
            item.name == LIST_ITEM and not item.children and _has_only(item, _LANGUAGE)
            for item in container.children
        )
    )


def _has_only(element: Element, *names: tuple[str, str]) -> bool:
    """Return whether an element has no attributes but these, and declarations of namespaces."""
    return all(
        one.name in {*names, ("", "xmlns")} or one.name[0] == UNDECLARED + "xmlns"
        for one in element.attributes
    )


def decoded(sidecar: bytes) -> tuple[bytes, bytes, str]:
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
    if declared and not declared[1].lower().startswith("utf"):
        raise UnusableXmp(f"its text is said to be {declared[1]}: save it as UTF-8")
    return mark, packet, encoding


def cleaned(value: str) -> str:
    """Return a text without what XML can't hold."""
    return _NOT_XML.sub(" ", value.replace("\r\n", "\n").replace("\r", "\n"))


def bare(written: str) -> str:
    """Return XML without what differs by where it stands: declarations, and blanks between tags."""
    return _BLANKS.sub("><", _SPACE_DECLARED.sub("", written))


def items_in(found: Element) -> list[str]:
    """Return the texts of a list, or the one that stands where a list should be."""
    containers = list(found.within(*CONTAINERS))
    texts = [item.text for container in containers for item in container.within(LIST_ITEM)]
    return [text.strip() for text in (texts if containers else [found.text]) if text.strip()]


def texts_in(found: Element) -> list[Element]:
    """Return the elements of a property that hold its text, one a language."""
    return [item for container in found.within(*CONTAINERS) for item in container.within(LIST_ITEM)]


def default_of(items: Sequence[Element]) -> Element | None:
    """Return the text that stands for all languages: it says so, or says none."""
    by_language = {_language(item): item for item in reversed(items)}
    return by_language.get(DEFAULT) or by_language.get("")


def _text(found: Element) -> str | None:
    """Return a property's text; None where it has texts in some languages, and none that stands for all."""
    items = texts_in(found)
    if not items:
        return found.text
    item = default_of(items)
    return None if item is None else item.text


def _language(item: Element) -> str:
    attribute = item.attribute(_LANGUAGE)
    return "" if attribute is None else attribute.value
