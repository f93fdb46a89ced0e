"""The fields of XMP that are written, and what they hold."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_DC = ("http://purl.org/dc/elements/1.1/", "dc")
_XMP = ("http://ns.adobe.com/xap/1.0/", "xmp")


@dataclass(frozen=True, slots=True)
class Field:
    """One property of XMP."""

    space: str
    prefix: str  # that it usually has
    local: str
    kind: str  # "Bag" or "Seq": a list of texts; "Alt": a text in languages; "": a text; "XML": an element
    separator: str = ""  # of the names in a path, where the list has paths

    @property
    def name(self) -> tuple[str, str]:
        """The namespace and the local name."""
        return self.space, self.local

    @property
    def shown(self) -> str:
        """The name as people write it."""
        return f"{self.prefix}:{self.local}"


SUBJECT = Field(*_DC, "subject", "Bag")
HIERARCHY = Field("http://ns.adobe.com/lightroom/1.0/", "lr", "hierarchicalSubject", "Bag", "|")
# Programs that have these lists read them first, and may read no other: tags are added where one is there.
TAGS_LIST = Field("http://www.digikam.org/ns/1.0/", "digiKam", "TagsList", "Seq", "/")
LAST_KEYWORD = Field("http://ns.microsoft.com/photo/1.0/", "MicrosoftPhoto", "LastKeywordXMP", "Bag", "/")
PERSON_IN_IMAGE = Field("http://iptc.org/std/Iptc4xmpExt/2008-02-29/", "Iptc4xmpExt", "PersonInImage", "Bag")
TITLE = Field(*_DC, "title", "Alt")
DESCRIPTION = Field(*_DC, "description", "Alt")
RATING = Field(*_XMP, "Rating", "")
REGIONS = Field("http://www.metadataworkinggroup.com/schemas/regions/", "mwg-rs", "Regions", "XML")

# By the prefixes that regions are written with.
REGION_SPACES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "mwg-rs": REGIONS.space,
    "stArea": "http://ns.adobe.com/xmp/sType/Area#",
    "stDim": "http://ns.adobe.com/xap/1.0/sType/Dimensions#",
}

LISTS = (SUBJECT, HIERARCHY, TAGS_LIST, LAST_KEYWORD, PERSON_IN_IMAGE)
TEXTS = (TITLE, DESCRIPTION, RATING, REGIONS)
BY_SHOWN = {one.shown: one for one in (*LISTS, *TEXTS)}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the library says of a photo; None where it says nothing."""

    tags: tuple[tuple[str, ...], ...] = ()  # each with its parents before it: ("animal", "dog")
    texts: Mapping[Field, str] = field(default_factory=dict)
    people: tuple[str, ...] = ()  # names of those who are in the photo


@dataclass(slots=True)
class Content:
    """What a sidecar holds in these fields."""

    lists: dict[Field, list[str]] = field(default_factory=dict)  # those that are there
    texts: dict[Field, str] = field(default_factory=dict)


@dataclass(slots=True)
class Written:
    """What of a sidecar is the library's: keywords that it added, and texts with what stood there before."""

    lists: dict[Field, list[str]] = field(default_factory=dict)
    texts: dict[Field, tuple[str, str | None]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return it by the names of the fields."""
        lists = {one.shown: values for one, values in self.lists.items() if values}
        return lists | {one.shown: list(values) for one, values in self.texts.items()}

    @classmethod
    def of_json(cls, kept: Mapping[str, Any]) -> "Written":
        """Take back what `as_json` gave."""
        made = cls()
        for name, values in kept.items():
            if (one := BY_SHOWN[name]) in LISTS:
                made.lists[one] = list(values)
            else:
                made.texts[one] = (values[0], values[1])
        return made


@dataclass(slots=True)
class Change:
    """What is to become of a sidecar."""

    add: dict[Field, list[str]] = field(default_factory=dict)
    remove: dict[Field, list[str]] = field(default_factory=dict)
    put: dict[Field, str | None] = field(default_factory=dict)  # None: taken out

    def __bool__(self) -> bool:
        return bool(self.add or self.remove or self.put)
