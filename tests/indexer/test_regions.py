"""Faces that other programs named in a photo's XMP: whose they are, and where they are in the upright photo."""

import io
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageDraw
from tiff_samples import TURNS

from photoseek.indexer.decode.decode import decode
from photoseek.indexer.metadata import Beside, Facts, facts_from, read_facts, takeout, xmp_claims
from photoseek.indexer.metadata.regions import turned
from photoseek.storage import Box
from tests.indexer.photos import exif, saved, scene

SPACES = (
    'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns:mwg-rs="http://www.metadataworkinggroup.com/schemas/regions/" '
    'xmlns:stArea="http://ns.adobe.com/xmp/sType/Area#" '
    'xmlns:stDim="http://ns.adobe.com/xap/1.0/sType/Dimensions#" '
    'xmlns:MP="http://ns.microsoft.com/photo/1.2/" '
    'xmlns:MPRI="http://ns.microsoft.com/photo/1.2/t/RegionInfo#" '
    'xmlns:MPReg="http://ns.microsoft.com/photo/1.2/t/Region#" '
    'xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" '
    'xmlns:apple-fi="http://ns.apple.com/faceinfo/1.0/"'
)


def packet(inside: str) -> bytes:
    return (
        f'<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        f'<rdf:RDF {SPACES}><rdf:Description rdf:about="">{inside}</rdf:Description></rdf:RDF>'
        '</x:xmpmeta><?xpacket end="w"?>'
    ).encode()


def as_lightroom(name: str, box: Box, size: tuple[int, int], kind: str = "Face") -> str:
    """Write a region as Adobe's library does: structures in attributes, inside rdf:Description."""
    return (
        '<mwg-rs:Regions rdf:parseType="Resource">'
        f'<mwg-rs:AppliedToDimensions stDim:w="{size[0]}" stDim:h="{size[1]}" stDim:unit="pixel"/>'
        f'<mwg-rs:RegionList><rdf:Bag><rdf:li><rdf:Description mwg-rs:Rotation="0.00000" mwg-rs:Name="{name}" '
        f'mwg-rs:Type="{kind}"><mwg-rs:Area stArea:h="{box.height}" stArea:w="{box.width}" '
        f'stArea:x="{box.left + box.width / 2}" stArea:y="{box.top + box.height / 2}"/>'
        "</rdf:Description></rdf:li></rdf:Bag></mwg-rs:RegionList></mwg-rs:Regions>"
    )


def as_picasa(name: str, box: Box, size: tuple[int, int]) -> str:
    """Write a region as Picasa and exiftool do: each value an element."""
    return (
        '<mwg-rs:Regions rdf:parseType="Resource"><mwg-rs:AppliedToDimensions rdf:parseType="Resource">'
        f"<stDim:w>{size[0]}</stDim:w><stDim:h>{size[1]}</stDim:h><stDim:unit>pixel</stDim:unit>"
        '</mwg-rs:AppliedToDimensions><mwg-rs:RegionList><rdf:Bag><rdf:li rdf:parseType="Resource">'
        '<mwg-rs:Area rdf:parseType="Resource">'
        f"<stArea:x>{box.left + box.width / 2}</stArea:x><stArea:y>{box.top + box.height / 2}</stArea:y>"
        f"<stArea:w>{box.width}</stArea:w><stArea:h>{box.height}</stArea:h>"
        "<stArea:unit>normalized</stArea:unit></mwg-rs:Area>"
        f"<mwg-rs:Name>{name}</mwg-rs:Name><mwg-rs:Type>Face</mwg-rs:Type>"
        "</rdf:li></rdf:Bag></mwg-rs:RegionList></mwg-rs:Regions>"
    )


def as_microsoft(name: str, box: Box, _: tuple[int, int]) -> str:
    rectangle = ", ".join(f"{side:.6f}" for side in box)
    return (
        '<MP:RegionInfo rdf:parseType="Resource"><MPRI:Regions><rdf:Bag>'
        f'<rdf:li MPReg:Rectangle="{rectangle}" MPReg:PersonDisplayName="{name}"/>'
        "</rdf:Bag></MPRI:Regions></MP:RegionInfo>"
    )


def as_digikam(name: str, box: Box, size: tuple[int, int]) -> str:
    """Write a region as digiKam does: both ways, and with its own tag."""
    tags = f'<digiKam:TagsList xmlns:digiKam="http://www.digikam.org/ns/1.0/"><rdf:Seq><rdf:li>People/{name}</rdf:li>'
    return (
        f"{as_lightroom(name, box, size)}{as_microsoft(name, box, size)}{tags}</rdf:Seq></digiKam:TagsList>"
    )


PROGRAMS = [as_lightroom, as_picasa, as_microsoft, as_digikam]
FACE = Box(0.1, 0.2, 0.25, 0.3)


def read(inside: str, orientation: int = 1, size: tuple[int, int] | None = (4000, 3000)) -> Facts:
    return facts_from({ExifTags.Base.Orientation: orientation}, {}, {}, packet(inside), size=size)


def is_near(one: Box | None, other: Box, most: float = 1e-5) -> bool:
    return one is not None and all(abs(a - b) <= most for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_face_named_by_another_program_is_where_the_upright_photo_shows_it(
    program: Callable[[str, Box, tuple[int, int]], str], orientation: int
) -> None:
    upright = scene(320, 200)
    where = Box(0.625, 0.1, 0.2, 0.25)
    ImageDraw.Draw(upright).rectangle((200, 20, 263, 69), fill=(0, 0, 0))  # the face
    stored = upright.transpose(TURNS[orientation]) if orientation in TURNS else upright
    dark = np.asarray(stored.convert("L")) < 8
    rows, columns = np.flatnonzero(dark.any(axis=1)), np.flatnonzero(dark.any(axis=0))
    seen_by_program = Box(
        columns[0] / stored.width,
        rows[0] / stored.height,
        len(columns) / stored.width,
        len(rows) / stored.height,
    )
    content = saved(
        stored,
        quality=95,
        exif=exif({ExifTags.Base.Orientation: orientation}),
        xmp=packet(program("Ana María", seen_by_program, stored.size)),
    )
    decoded = decode(content, "a.jpg")
    assert [region.name for region in decoded.facts.regions] == ["Ana María"]
    assert is_near(decoded.facts.regions[0].box, where)
    dark_part = decoded.photo.crop((201, 21, 262, 68)).convert("L")
    assert dark_part.getextrema()[1] < 40


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_a_heic_that_its_reader_turns_is_counted_as_it_is_stored(orientation: int) -> None:
    upright = scene(320, 200)
    stored = upright.transpose(TURNS[orientation]) if orientation in TURNS else upright
    written = as_picasa("Ana", turned(FACE, {6: 8, 8: 6}.get(orientation, orientation)), stored.size)
    tags = exif({ExifTags.Base.Orientation: orientation}).tobytes()
    decoded = decode(saved(stored, "HEIF", exif=tags, xmp=packet(written)), "a.heic")
    assert is_near(decoded.facts.regions[0].box, FACE)


def test_a_program_that_counted_from_the_upright_photo_is_known_by_the_size_it_names() -> None:
    assert is_near(read(as_picasa("Ana", FACE, (3000, 4000)), orientation=6).regions[0].box, FACE)
    assert is_near(read(as_picasa("Ana", FACE, (4000, 3000)), orientation=6).regions[0].box, turned(FACE, 6))
    # A raw photo's size isn't known here: sensors are wider than high.
    assert is_near(read(as_picasa("Ana", FACE, (3000, 4000)), 6, None).regions[0].box, FACE)


@given(
    st.tuples(st.floats(0, 0.5), st.floats(0, 0.5), st.floats(0.01, 0.5), st.floats(0.01, 0.5)),
    st.integers(1, 8),
)
def test_turning_a_box_and_turning_it_back_changes_nothing(
    sides: tuple[float, ...], orientation: int
) -> None:
    box = Box(*sides)
    back = {6: 8, 8: 6}.get(orientation, orientation)
    assert is_near(turned(turned(box, orientation), back), box)


def test_only_faces_with_a_name_are_read() -> None:
    unnamed = '<rdf:li rdf:parseType="Resource"><mwg-rs:Type>Face</mwg-rs:Type></rdf:li>'
    focus = '<rdf:li><rdf:Description mwg-rs:Name="AF" mwg-rs:Type="Focus"/></rdf:li>'
    pet = '<rdf:li><rdf:Description mwg-rs:Name="Rex" mwg-rs:Type="Pet"/></rdf:li>'
    extended = (
        '<rdf:li rdf:parseType="Resource"><mwg-rs:Extensions rdf:parseType="Resource"><apple-fi:FaceID>2'
        "</apple-fi:FaceID><apple-fi:Notes><rdf:Bag><rdf:li>of no use</rdf:li></rdf:Bag></apple-fi:Notes>"
        "</mwg-rs:Extensions><mwg-rs:Type>Face</mwg-rs:Type><mwg-rs:Name>Ben</mwg-rs:Name></rdf:li>"
    )
    listed = f"<mwg-rs:RegionList><rdf:Seq>{unnamed}{focus}{pet}{extended}</rdf:Seq></mwg-rs:RegionList>"
    found = read(f'<mwg-rs:Regions rdf:parseType="Resource">{listed}</mwg-rs:Regions>').regions
    assert [(region.name, region.box) for region in found] == [("Ben", None)]


def test_names_without_a_place_are_read_and_said_once() -> None:
    persons = "<Iptc4xmpExt:PersonInImage><rdf:Bag><rdf:li>ana</rdf:li><rdf:li>Ben</rdf:li></rdf:Bag>"
    found = read(as_lightroom("Ana", FACE, (4000, 3000)) + f"{persons}</Iptc4xmpExt:PersonInImage>").regions
    assert [(region.name, region.box is None) for region in found] == [("Ana", False), ("Ben", True)]


def test_the_latest_source_alone_says_who_is_there() -> None:
    inside = packet(
        as_picasa("Ana", FACE, (4000, 3000)) + as_microsoft("Eva", Box(0.7, 0.2, 0.1, 0.1), (0, 0))
    )
    sidecar = xmp_claims.claims_of(packet(as_lightroom("Ana", Box(0.1, 0.2, 0.25, 0.25), (4000, 3000))))
    exported = takeout.claims_of(
        b'{"geoData": {}, "people": [{"name": "Zoe"}, 7, {}]}', "a.jpg", is_sure=True
    )
    assert exported is not None
    found = facts_from({}, {}, {}, inside, beside=Beside((sidecar,), (exported,)))
    assert [region.name for region in found.regions] == ["Ana"]
    found = facts_from({}, {}, {}, packet(""), beside=Beside((), (exported,)))
    assert [(region.name, region.box) for region in found.regions] == [("Zoe", None)]


def test_one_name_at_two_places_is_two_faces_as_in_a_mirror() -> None:
    other = Box(0.6, 0.2, 0.25, 0.3)
    found = read(as_picasa("Ana", FACE, (4000, 3000)) + as_microsoft("Ana", other, (0, 0))).regions
    assert [region.name for region in found] == ["Ana", "Ana"]


@pytest.mark.parametrize(
    ("area", "box"),
    [
        ('stArea:x="0.05" stArea:y="0.5" stArea:w="0.2" stArea:h="0.2"', Box(0, 0.4, 0.15, 0.2)),
        (
            'stArea:x="1000" stArea:y="1500" stArea:w="400" stArea:h="300" stArea:unit="pixel"',
            Box(0.2, 0.45, 0.1, 0.1),
        ),
        ('stArea:x="0.5" stArea:y="0.5" stArea:d="0.2"', Box(0.4, 0.4, 0.2, 0.2)),
        ('stArea:x="0.5" stArea:y="0.5"', None),
        ('stArea:x="0.5" stArea:y="0.5" stArea:w="0" stArea:h="0"', None),
        ('stArea:x="nan" stArea:y="inf" stArea:w="1e400" stArea:h="0,2"', None),
        ('stArea:x="7" stArea:y="9" stArea:w="0.1" stArea:h="0.1"', None),
        ('stArea:x="-1e308" stArea:y="0.5" stArea:w="1e308" stArea:h="0.1"', None),
    ],
)
def test_a_box_that_cannot_be_right_leaves_the_name(area: str, box: Box | None) -> None:
    described = (
        f'<rdf:Description mwg-rs:Name="Ana" mwg-rs:Type="Face"><mwg-rs:Area {area}/></rdf:Description>'
    )
    found = read(
        '<mwg-rs:Regions rdf:parseType="Resource"><mwg-rs:AppliedToDimensions stDim:w="4000" stDim:h="3000"/>'
        f"<mwg-rs:RegionList><rdf:Bag><rdf:li>{described}</rdf:li></rdf:Bag></mwg-rs:RegionList></mwg-rs:Regions>"
    ).regions
    assert [one.name for one in found] == ["Ana"]
    assert is_near(found[0].box, box) if box else found[0].box is None


@given(st.text(st.characters(codec="utf-8"), max_size=60), st.text(max_size=30))
def test_no_value_of_a_region_stops_the_reading(rectangle: str, name: str) -> None:
    def escaped(text: str) -> str:
        return "".join(f"&#{ord(char)};" for char in text if not 0xD800 <= ord(char) < 0xE000)

    inside = (
        '<MP:RegionInfo rdf:parseType="Resource"><MPRI:Regions><rdf:Bag><rdf:li '
        f'MPReg:Rectangle="{escaped(rectangle)}" MPReg:PersonDisplayName="{escaped(name)}"/>'
        "</rdf:Bag></MPRI:Regions></MP:RegionInfo>"
    )
    for region in read(inside).regions:
        assert region.name == " ".join(region.name.split())
        assert region.box is None or all(0 <= side <= 1 for side in region.box)


def test_ten_thousand_regions_are_read_up_to_a_bound() -> None:
    region = '<rdf:li MPReg:Rectangle="0.1, 0.1, 0.1, 0.1" MPReg:PersonDisplayName="Ana {}"/>'
    listed = "".join(region.format(number) for number in range(10_000))
    inside = f"<MP:RegionInfo><MPRI:Regions><rdf:Bag>{listed}</rdf:Bag></MPRI:Regions></MP:RegionInfo>"
    assert len(read(inside).regions) == 500


def test_a_file_without_regions_has_none() -> None:
    with Image.open(io.BytesIO(saved(scene()))) as photo:
        assert read_facts(photo).regions == ()
