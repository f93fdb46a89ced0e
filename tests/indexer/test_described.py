"""Titles, descriptions, keywords and ratings, from EXIF, IPTC and XMP, whatever state those are in."""

import io
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ExifTags, Image, PngImagePlugin
from PIL.TiffImagePlugin import ImageFileDirectory_v2

from photoseek.indexer.decode import decode
from photoseek.indexer.metadata import Facts, facts_from, read_facts
from tests.indexer.photos import exif, saved, scene

Base = ExifTags.Base
XPTITLE, XPCOMMENT, XPKEYWORDS, XPSUBJECT = 0x9C9B, 0x9C9C, 0x9C9E, 0x9C9F
SPACES = (
    'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:lr="http://ns.adobe.com/lightroom/1.0/" xmlns:digiKam="http://www.digikam.org/ns/1.0/" '
    'xmlns:mp="http://ns.microsoft.com/photo/1.0/" xmlns:xap="http://ns.adobe.com/xap/1.0/"'
)


def facts_of(content: bytes) -> Facts:
    with Image.open(io.BytesIO(content)) as photo:
        return read_facts(photo)


def packet(properties: str, attributes: str = "") -> str:
    return (
        f'<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        f'<rdf:RDF {SPACES}><rdf:Description rdf:about="" {attributes}>{properties}</rdf:Description></rdf:RDF>'
        '</x:xmpmeta><?xpacket end="w"?>'
    )


def listed(name: str, *items: str, kind: str = "Bag") -> str:
    inside = "".join(f"<rdf:li>{item}</rdf:li>" for item in items)
    return f"<{name}><rdf:{kind}>{inside}</rdf:{kind}></{name}>"


def iptc(*values: tuple[int, bytes], utf_8: bool = True) -> bytes:
    block = b"\x1c\x01\x5a\x00\x03\x1b%G" if utf_8 else b""
    for number, value in values:
        block += struct.pack(">BBBH", 0x1C, 2, number, len(value)) + value
    return block


def in_a_jpeg(block: bytes) -> bytes:
    """Put IPTC where Photoshop puts it."""
    resource = b"8BIM\x04\x04\x00\x00" + struct.pack(">I", len(block)) + block + b"\0" * (len(block) % 2)
    segment = b"Photoshop 3.0\0" + resource
    photo = saved(scene())
    return photo[:2] + b"\xff\xed" + struct.pack(">H", len(segment) + 2) + segment + photo[2:]


def test_keywords_of_every_field_are_one_list_without_repeats() -> None:
    properties = (
        listed("dc:subject", "Paris", "Tom &amp; Jerry")
        + listed("lr:hierarchicalSubject", "Places|France|Paris")
        + listed("digiKam:TagsList", "People/Ana", kind="Seq")
        + listed("mp:LastKeywordXMP", "places/Île-de-France")
    )
    tags = {XPKEYWORDS: "holiday;PARIS;night".encode("utf-16-le")}
    facts = facts_from(tags, {}, {}, packet(properties))
    assert sorted(facts.keywords) == sorted(
        ["Paris", "Tom & Jerry", "Places", "France", "People", "Ana", "Île-de-France", "holiday", "night"]
    )


def test_iptcs_keywords_stand_beside_those_of_xmp_and_paths_give_each_of_their_names() -> None:
    block = iptc(
        (25, b"night"), (25, b"Places/Italy/Rome"), (25, b"AC/DC"), (25, b"24/7"), (25, b"People|Ana")
    )
    facts = facts_from({33723: block}, {}, {}, packet(listed("dc:subject", "boat")))
    assert facts.keywords[:2] == ("boat", "night")
    assert set(facts.keywords) == {
        *("boat", "night", "Places/Italy/Rome", "Places", "Italy", "Rome"),
        *("AC/DC", "AC", "DC", "24/7", "People", "Ana"),
    }


def test_windows_own_fields_are_read_from_a_file_that_it_wrote() -> None:
    tags = exif(
        {
            XPTITLE: "Hafen ⚓\0".encode("utf-16-le"),
            XPCOMMENT: "Boote am Abend\0".encode("utf-16-le"),
            XPSUBJECT: "Urlaub\0".encode("utf-16-le"),
            XPKEYWORDS: "Meer;Boot\0".encode("utf-16-le"),
            0x4746: 4,
        }
    )
    facts = facts_of(saved(scene(), exif=tags))
    assert (facts.title, facts.description) == ("Hafen ⚓", "Boote am Abend\nUrlaub")
    assert (facts.keywords, facts.rating) == (("Meer", "Boot"), 4)


@pytest.mark.parametrize("utf_8", [True, False])
def test_iptc_is_read_from_a_jpeg_in_unicode_and_in_windows_letters(utf_8: bool) -> None:  # noqa: FBT001
    encoding = "utf-8" if utf_8 else "cp1252"
    values = [
        (5, "Größe"),
        (105, "A headline"),
        (120, "Café at night"),
        (25, "été"),
        (25, "plage"),
        (55, "19850600"),
    ]
    content = in_a_jpeg(iptc(*((n, text.encode(encoding)) for n, text in values), utf_8=utf_8))
    facts = facts_of(content)
    assert (facts.title, facts.description) == ("Größe", "Café at night\nA headline")
    assert facts.keywords == ("été", "plage")
    assert (facts.taken_at, facts.date_source) == ("1985-06", "IPTC DateCreated")


def test_iptc_is_read_from_tiff_and_png_too() -> None:
    block = iptc((55, b"19850601"), (60, b"120000+0200"), (25, b"boat"))
    block += b"\0" * (-len(block) % 4)
    turned = b"".join(block[at : at + 4][::-1] for at in range(0, len(block), 4))
    png = PngImagePlugin.PngInfo()
    png.add_text(
        "Raw profile type iptc",
        f"\nIPTC profile\n{len(block):8}\n{block.hex()[:70]}\n{block.hex()[70:]}\n",
        zip=True,
    )
    resource = b"8BIM\x04\x04\x00\x00" + struct.pack(">I", len(block)) + block
    for facts in (
        facts_from({33723: block}, {}, {}),
        facts_from({33723: turned}, {}, {}),
        decode.facts_of(_with_numbers(block), "scan.tif"),
        facts_from({34377: b"8BIM\x04\x25\x03abc\x00\x00\x00\x01x\x00" + resource}, {}, {}),
        facts_of(saved(scene(), "PNG", pnginfo=png)),
    ):
        assert (facts.keywords, facts.taken_at) == (("boat",), "1985-06-01T12:00:00")
        assert facts.taken_offset_minutes == 120


def _with_numbers(block: bytes) -> bytes:
    """Return a TIFF with IPTC of the type that most programs write, numbers of four bytes."""
    directory = ImageFileDirectory_v2()
    directory.tagtype[33723] = 7
    directory[33723] = block
    content = saved(scene(), "TIFF", tiffinfo=directory)
    entry = struct.pack("<HHI", 33723, 7, len(block))
    assert entry in content
    return content.replace(entry, struct.pack("<HHI", 33723, 4, len(block) // 4))


def test_a_field_that_another_repeats_cut_short_is_kept_once() -> None:
    long = "A long account of a boat, its crew and its cargo"
    xmp = packet(listed("dc:description", long, kind="Alt") + listed("dc:title", "Boat", kind="Alt"))
    with Image.open(io.BytesIO(in_a_jpeg(iptc((120, long[:20].encode()), (105, b"Headline"))))) as photo:
        photo.info["xmp"] = xmp.encode()
        facts = read_facts(photo)
    assert (facts.title, facts.description) == ("Boat", f"{long}\nHeadline")


def test_a_cameras_own_words_are_no_description() -> None:
    for said in (
        "OLYMPUS DIGITAL CAMERA         ",
        "SONY DSC",
        "<Samsung S860>",
        "DCIM\\100MEDIA\\DJI_0001.JPG",
    ):
        assert facts_from({Base.ImageDescription: said}, {}, {}).description is None
    assert facts_from({Base.ImageDescription: "My digital camera, 2001"}, {}, {}).description is not None


def test_the_words_for_all_languages_come_before_one_languages() -> None:
    title = (
        '<dc:title><rdf:Alt><rdf:li xml:lang="fr">Bateau</rdf:li>'
        '<rdf:li xml:lang="x-default">Boat</rdf:li></rdf:Alt></dc:title>'
    )
    facts = facts_from({}, {}, {}, packet(title))
    assert (facts.title, facts.description) == ("Boat", "Bateau")


@pytest.mark.parametrize(
    ("attributes", "rating"),
    [
        ('xap:Rating="3"', 3),
        ('xap:Rating="-1"', -1),
        ('xap:Rating="0"', None),
        ('xap:Rating="4.0"', 4),
        ('xap:Rating="many"', None),
        ('xap:Rating="9"', None),
        ('mp:Rating="99"', 5),
        ('mp:Rating="25"', 2),
        ('mp:Rating="1"', 1),
    ],
)
def test_a_rating_is_read_as_stars(attributes: str, rating: int | None) -> None:
    assert facts_from({}, {}, {}, packet("", attributes)).rating == rating


def test_another_pictures_properties_inside_this_ones_are_not_its_own() -> None:
    inner = (
        "<xmpMM:Pantry><rdf:Bag><rdf:li><rdf:Description xap:CreateDate='1990-01-02'>"
        f"{listed('dc:subject', 'other')}<dc:title>Other</dc:title>"
        "</rdf:Description></rdf:li></rdf:Bag></xmpMM:Pantry>"
    )
    facts = facts_from({}, {}, {}, packet(inner + listed("dc:subject", "own")))
    assert (facts.keywords, facts.title, facts.taken_at) == (("own",), None, None)


def test_a_name_space_is_known_by_its_address_not_its_prefix() -> None:
    other = (
        '<a:subject xmlns:a="http://purl.org/dc/elements/1.1/">one</a:subject>'
        '<dc:subject xmlns:dc="x">two</dc:subject>'
    )
    assert facts_from({}, {}, {}, packet(other)).keywords == ("one",)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be"])
def test_xmp_is_read_in_every_encoding_it_may_have(encoding: str) -> None:
    facts = facts_from({}, {}, {}, packet(listed("dc:subject", "Größe")).encode(encoding))
    assert facts.keywords == ("Größe",)


def test_damaged_xmp_gives_what_stands_before_the_fault_and_says_so() -> None:
    whole = packet(listed("dc:subject", "one", "two") + listed("dc:title", "Boat"))
    facts = facts_from({}, {}, {}, whole[: whole.index("</rdf:Bag>")])
    assert facts.keywords == ("one", "two")
    assert "the XMP is damaged" in facts.facts_dropped[0]


def test_what_no_xml_parser_takes_but_programs_write_is_read() -> None:
    facts = facts_from({}, {}, {}, packet(listed("dc:subject", "Tom & Jerry", "a\x0bb", "c&#0;d", "&uuml;")))
    assert facts.keywords == ("Tom & Jerry", "a b", "c d", "&uuml;")


def test_xmp_that_declares_entities_is_not_read() -> None:
    bomb = "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghi", "bcdefghij", strict=True))
    hostile = f'<!DOCTYPE x [<!ENTITY a "aaaa">{bomb}]><x>{listed("dc:subject", "&j;")}</x>'
    facts = facts_from({}, {}, {}, hostile)
    assert facts.keywords == ()
    assert "document type" in facts.facts_dropped[0]


@pytest.mark.parametrize(
    "properties",
    [
        listed("dc:subject", *(f"keyword {number}" for number in range(120_000))),
        f"<dc:title>{'x' * 10_000_000}</dc:title>",
        "<a>" * 120_000,
        listed("photoshop:DocumentAncestors", "uuid:0123456789" * 800_000),
        "<rdf:Description " + " ".join(f'a{n}="x"' for n in range(60_000)) + "/>",
    ],
    ids=["keywords", "title", "depth", "history", "attributes"],
)
def test_ten_megabytes_of_xmp_are_read_within_bounds(properties: str) -> None:
    facts = facts_from({}, {}, {}, packet(listed("dc:subject", "first") + properties))
    assert facts.keywords[0] == "first"
    assert len(facts.keywords) <= 1_000
    assert len(facts.title or "") <= 500


def test_what_did_not_fit_into_a_jpegs_first_segment_of_xmp_is_read_too() -> None:
    more = packet(listed("dc:subject", *(f"keyword {number:04}" for number in range(900)))).encode()
    segments = b""
    for start in range(0, len(more), 20_000):
        part = more[start : start + 20_000]
        data = (
            b"http://ns.adobe.com/xmp/extension/\0" + b"A" * 32 + struct.pack(">II", len(more), start) + part
        )
        segments = b"\xff\xe1" + struct.pack(">H", len(data) + 2) + data + segments  # in any order
    photo = saved(scene(), xmp=packet(listed("dc:title", "Boat", kind="Alt")).encode())
    facts = facts_of(photo[:2] + segments + photo[2:])
    assert (facts.title, len(facts.keywords), facts.facts_dropped) == ("Boat", 900, ())


def test_more_keywords_than_are_kept_is_said() -> None:
    facts = facts_from({}, {}, {}, packet(listed("dc:subject", *map(str, range(1500)))))
    assert len(facts.keywords) == 1_000
    assert "1500 keywords" in facts.facts_dropped[0]


@given(
    st.binary(max_size=300),
    st.binary(max_size=300),
    st.dictionaries(st.integers(0, 2**16), st.binary(max_size=9)),
)
def test_any_bytes_for_iptc_and_any_values_for_windows_fields_raise_nothing(
    block: bytes, resources: bytes, tags: dict[int, bytes]
) -> None:
    values: dict[int, Any] = {
        XPTITLE: tags.get(1),
        XPKEYWORDS: tuple(block),
        0x4746: block,
        0x4749: resources,
    }
    info = {"photoshop": {0x0404: block}, "Raw profile type iptc": resources.decode("latin-1")}
    facts = facts_from(
        values | {33723: b"\x1c\x02" + block, 34377: b"8BIM\x04\x04" + resources}, {}, {}, info=info
    )
    assert all(word == word.strip() and word.isprintable() for word in facts.keywords)
