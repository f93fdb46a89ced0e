"""Changing a sidecar leaves all that it is not about as it was, whichever program wrote it."""

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photoseek.indexer.metadata.xmp import properties_in
from photoseek.indexer.sidecars.contents import cleaned, content_of
from photoseek.indexer.sidecars.editing import changed
from photoseek.indexer.sidecars.fields import (
    BY_SHOWN,
    DESCRIPTION,
    HIERARCHY,
    RATING,
    SUBJECT,
    TAGS_LIST,
    TITLE,
    Change,
    Content,
    Wanted,
    Written,
)
from photoseek.indexer.sidecars.layout import UnusableXmp
from photoseek.indexer.sidecars.merging import merged

_SPACES = (
    'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:own="http://example.com/own/"'
)


def _packet(inside: str = "", attributes: str = "", behind: str = "") -> bytes:
    closed = f">{inside}</rdf:Description>" if inside else "/>"
    return (
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/">\n <rdf:RDF {_SPACES}>\n'
        f'  <rdf:Description rdf:about="" own:kept="&lt;a&gt;"\n    {attributes}{closed}{behind}\n'
        " </rdf:RDF>\n</x:xmpmeta>\n<!-- the end -->\n"
    ).encode()


_DIALECTS = {
    "none": None,
    "attributes": _packet(attributes="xmp:Rating='2'  own:more = \"x > y\""),
    "elements": _packet(
        "\r\n   <xmp:Rating>2</xmp:Rating>\r\n   <own:b><own:c/></own:b>\r\n"
        "   <dc:subject>\r\n    <rdf:Bag>\r\n     <rdf:li>old</rdf:li>\r\n    </rdf:Bag>\r\n   </dc:subject>\r\n  "
    ),
    "one line": _packet("<dc:subject><rdf:Bag><rdf:li>old</rdf:li></rdf:Bag></dc:subject><own:d>e</own:d>"),
    "empty list": _packet("<dc:subject><rdf:Bag/></dc:subject><dc:title><rdf:Alt/></dc:title>"),
    "text for a list": _packet("<dc:subject>old</dc:subject><dc:title>Old</dc:title>"),
    "languages": _packet(
        '<dc:title><rdf:Alt><rdf:li xml:lang="de">Alt</rdf:li><rdf:li xml:lang="x-default">Old</rdf:li></rdf:Alt>'
        "</dc:title>"
    ),
    "two descriptions": _packet(
        "<own:d>e</own:d>",
        behind='\n  <rdf:Description rdf:about="" xmp:Rating="1"><dc:subject><rdf:Seq>'
        "<rdf:li>old</rdf:li></rdf:Seq></dc:subject></rdf:Description>",
    ),
    "other prefixes": (
        b'<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?><m xmlns="adobe:ns:meta/"><r:RDF '
        b'xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><r:Description r:about="" '
        b'xmlns:z="http://purl.org/dc/elements/1.1/" xmlns:dc="http://example.com/no-dublin-core">'
        b"<z:subject><r:Bag><r:li>old</r:li></r:Bag></z:subject><dc:title>other</dc:title></r:Description>"
        b'</r:RDF></m>\n<?xpacket end="w"?>'
    ),
    "UTF-16": b"\xff\xfe" + _packet("<own:d>\u20ac</own:d>").decode().encode("utf-16-le"),
}
_TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20).map(
    lambda text: " ".join(cleaned(text).split()) or "word"
)


@pytest.mark.parametrize("name", _DIALECTS)
@settings(max_examples=25)
@given(tags=st.lists(_TEXT, max_size=4), parent=_TEXT, title=_TEXT, rating=st.integers(-1, 5))
def test_what_is_wanted_is_there_once_and_nothing_else_changed(
    name: str, tags: list[str], parent: str, title: str, rating: int
) -> None:
    sidecar = _DIALECTS[name]
    paths = tuple((parent, tag) if number % 2 else (tag,) for number, tag in enumerate(tags))
    wanted = Wanted(paths, {TITLE: title, RATING: str(rating)})
    first = merged(wanted, Written(), content_of(sidecar))
    after = changed(sidecar, first.change)
    found = content_of(after)
    assert {tag.casefold() for tag in tags} <= {item.casefold() for item in found.lists.get(SUBJECT, [])}
    assert (found.texts[TITLE], found.texts[RATING]) == (title, str(rating))
    assert _others(after) == _others(sidecar)
    assert not merged(wanted, first.after, found).change
    back = merged(Wanted(), first.after, found)
    restored = content_of(changed(after, back.change))
    before = content_of(sidecar)
    assert restored.texts == before.texts
    assert restored.lists.get(SUBJECT, []) == before.lists.get(SUBJECT, [])


def _others(sidecar: bytes | None) -> dict[str, list[str]]:
    found = properties_in(sidecar or b"").values
    own = {*BY_SHOWN, "rdf:about", "x:xmptk"}
    return {name: values for name, values in found.items() if name not in own}


def test_bytes_that_no_change_is_about_stay() -> None:
    sidecar = _DIALECTS["elements"]
    assert sidecar is not None
    after = changed(sidecar, Change(add={SUBJECT: ["new"]}, put={RATING: "5"}))
    expected = sidecar.replace(b">2<", b">5<").replace(
        b"<rdf:li>old</rdf:li>", b"<rdf:li>old</rdf:li>\r\n     <rdf:li>new</rdf:li>"
    )
    assert after == expected
    assert changed(after, Change(remove={SUBJECT: ["new"]}, put={RATING: "2"})) == sidecar


def test_texts_in_other_languages_stay() -> None:
    languages = '<rdf:li xml:lang="de">Hafen</rdf:li>', '<rdf:li xml:lang="it">Porto</rdf:li>'
    sidecar = _packet(f"<dc:title><rdf:Alt>{''.join(languages)}</rdf:Alt></dc:title>")
    assert content_of(sidecar).texts == {}
    after = changed(sidecar, Change(put={TITLE: "Harbour"}))
    own = b'<rdf:li xml:lang="x-default">Harbour</rdf:li>'
    assert after == sidecar.replace(b'<rdf:li xml:lang="de">', own + b'<rdf:li xml:lang="de">')
    assert changed(after, Change(put={TITLE: None})) == sidecar


def test_a_list_that_gets_empty_is_taken_out() -> None:
    sidecar = _DIALECTS["one line"]
    assert changed(sidecar, Change(remove={SUBJECT: ["OLD"]})) == _packet("<own:d>e</own:d>")


@pytest.mark.parametrize(
    "sidecar",
    [
        b"",
        b"text",
        b"<a/>",
        _packet()[:-40],
        b'<!DOCTYPE a [<!ENTITY b "c">]>' + _packet(),
        b'<?xml version="1.0" encoding="latin-1"?>' + _packet(),  # which what is written may not fit into
        b"\xff" + _packet(),
        b"\xff\xfe\x00",
        _packet("<own:d>" + "<own:e/>" * 100_001 + "</own:d>"),
        _packet() + b" " * (8 << 20),
    ],
)
def test_what_cannot_be_changed_safely_is_refused(sidecar: bytes) -> None:
    with pytest.raises(UnusableXmp):
        changed(sidecar, Change(put={RATING: "1"}))


def test_what_another_program_took_out_or_changed_stays_so() -> None:
    ours = Written({SUBJECT: ["dog", "beach"]}, {RATING: ("4", None)})
    now = Content({SUBJECT: ["beach", "theirs"]}, {RATING: "2"})
    result = merged(Wanted((("dog",), ("beach",)), {RATING: "4"}), ours, now)
    assert (bool(result.change), result.conflicts) == (False, [])
    assert result.after.as_json() == ours.as_json()
    result = merged(Wanted((("beach",),), {RATING: "5"}), ours, now)
    assert (bool(result.change), result.conflicts) == (False, [RATING])
    result = merged(Wanted((("dog",), ("beach",)), {RATING: "5"}), ours, now, overwrite=True)
    assert (result.change.add, result.change.put) == ({SUBJECT: ["dog"]}, {RATING: "5"})


def test_a_tag_that_is_taken_back_goes_only_where_the_library_had_added_it() -> None:
    result = merged(Wanted(), Written({SUBJECT: ["dog"]}), Content({SUBJECT: ["dog", "cat"]}))
    assert result.change.remove == {SUBJECT: ["dog"]}
    result = merged(Wanted((("cat",),)), Written(), Content({SUBJECT: ["Cat"]}))
    assert (bool(result.change), result.after.lists[SUBJECT]) == (False, [])


def test_lists_with_paths_get_tags_where_programs_read_those_lists_first() -> None:
    wanted = Wanted((("dog",), ("animal", "cat"), ("either/or",)))
    plain = merged(Wanted((("dog",),)), Written(), Content())
    assert plain.change.add == {SUBJECT: ["dog"]}
    new = merged(wanted, Written(), Content())
    assert new.change.add == {
        SUBJECT: ["dog", "cat", "either/or"],
        HIERARCHY: ["dog", "animal|cat", "either/or"],
    }
    digikam = merged(wanted, Written(), Content({TAGS_LIST: ["pets/Dog"]}))
    assert digikam.change.add[TAGS_LIST] == ["animal/cat"]


exiftool = pytest.mark.skipif(
    shutil.which("exiftool") is None, reason="exiftool is not installed (Debian: libimage-exiftool-perl)"
)


def _exiftool(*arguments: str) -> str:
    done = subprocess.run(["exiftool", *arguments], capture_output=True, check=True, text=True)  # noqa: S607
    return done.stdout


@exiftool
def test_exiftool_reads_what_is_written(tmp_path: Path) -> None:
    texts = {TITLE: "Der <Hafen>", DESCRIPTION: "Zeile 1\nZeile 2", RATING: "4"}
    wanted = Wanted((("Hund & Katze",), ("animal", "dog")), texts)
    path = tmp_path / "a.jpg.xmp"
    path.write_bytes(changed(None, merged(wanted, Written(), Content()).change))
    named = ["-XMP-dc:Subject", "-XMP-lr:HierarchicalSubject", "-XMP-xmp:Rating", "-XMP-dc:Title"]
    read = _exiftool("-s3", "-sep", ";", *named, str(path)).splitlines()
    assert read == ["Hund & Katze;dog", "Hund & Katze;animal|dog", "4", "Der <Hafen>"]
    assert _exiftool("-s3", "-b", "-XMP-dc:Description", str(path)) == "Zeile 1\nZeile 2"
    assert _exiftool("-s3", "-warning", "-error", str(path)) == ""


_PROGRAMS = {  # what each writes, by exiftool's names
    "digikam": (
        "-XMP-dc:Subject=Rome",
        "-XMP-digiKam:TagsList=Places/Italy/Rome",
        "-XMP-lr:HierarchicalSubject=Places|Italy|Rome",
        "-XMP-microsoft:LastKeywordXMP=Places/Italy/Rome",
        "-XMP-mediapro:CatalogSets=Places|Italy|Rome",
        "-XMP-digiKam:PickLabel=3",
        "-XMP-digiKam:ColorLabel=2",
        "-XMP-xmp:Rating=3",
        "-XMP-microsoft:RatingPercent=50",
        "-XMP-dc:Title-de=Rom",
        "-XMP-dc:Title=Rome",
    ),
    "lightroom": (
        "-XMP-dc:Subject=Rome",
        "-XMP-lr:HierarchicalSubject=Places|Italy|Rome",
        "-XMP-crs:Exposure2012=+1.50",
        "-XMP-crs:ToneCurvePV2012=0, 0",
        "-XMP-crs:ToneCurvePV2012=255, 255",
        "-XMP-xmp:Rating=2",
        "-XMP-xmp:Label=Red",
        "-XMP-photoshop:SidecarForExtension=JPG",
        "-XMP-xmpMM:HistoryAction=saved",
        "-XMP-xmpMM:DocumentID=xmp.did:1",
    ),
    "darktable": (
        "-XMP-dc:Subject=darktable",
        "-XMP-dc:Creator=Somebody",
        "-XMP-dc:Rights=CC BY",
        "-XMP-xmp:Rating=1",
        "-XMP-xmpMM:DerivedFromFilePath=a.jpg",
        "-XMP-darktable:Xmp_version=5",
        "-XMP-exif:DateTimeOriginal=2020:01:02 03:04:05",
    ),
}
_DARKTABLES_OWN = (
    b'\n <rdf:Description rdf:about="" xmlns:darktable="http://darktable.sf.net/"\n  darktable:xmp_version="5"\n'
    b'  darktable:auto_presets_applied="1">\n  <darktable:history><rdf:Seq><rdf:li\n'
    b'    darktable:operation="exposure" darktable:params="gz02eJxjYGBgYAFiCQ"/></rdf:Seq></darktable:history>\n'
    b" </rdf:Description>\n</rdf:RDF>"
)


@exiftool
@pytest.mark.parametrize("program", _PROGRAMS)
@pytest.mark.parametrize("form", ["", "Compact=Shorthand,OneDesc,NoPadding"])
def test_sidecars_of_other_programs_are_merged_without_loss(
    program: str,
    form: str,
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.jpg.xmp"
    made = [one for one in _PROGRAMS[program] if not one.startswith("-XMP-darktable")]
    _exiftool("-q", "-m", *(["-api", form] if form else []), *made, str(path))
    if program == "darktable":
        path.write_bytes(path.read_bytes().replace(b"</rdf:RDF>", _DARKTABLES_OWN))
    before = path.read_bytes()
    said = _exiftool("-a", "-G1", "-s", "-XMP:all", str(path)).splitlines()
    wanted = Wanted((("beach",), ("animal", "dog")), {RATING: "5", DESCRIPTION: "At night"})
    result = merged(wanted, Written(), content_of(before))
    path.write_bytes(changed(before, result.change))
    now = _exiftool("-a", "-G1", "-s", "-XMP:all", str(path)).splitlines()
    others = [[line for line in lines if not _is_ours(line)] for lines in (said, now)]
    assert others[0] == others[1]
    read = _exiftool(
        "-s3", "-sep", ";", "-XMP-dc:Subject", "-XMP-xmp:Rating", "-XMP-dc:Description", str(path)
    )
    first = next(line for line in _PROGRAMS[program] if "Subject=" in line).partition("=")[2]
    assert read.splitlines() == [f"{first};beach;dog", "5", "At night"]
    back = merged(Wanted(), result.after, content_of(path.read_bytes()))
    path.write_bytes(changed(path.read_bytes(), back.change))
    assert _exiftool("-a", "-G1", "-s", "-XMP:all", str(path)).splitlines() == said


def _is_ours(line: str) -> bool:
    fields = ("Subject", "Rating ", "Description", "TagsList", "LastKeywordXMP", "HierarchicalSubject")
    return line.partition("]")[2].strip().startswith(fields)


_VALUE = 'rdf:parseType="Resource"><rdf:value>Holiday</rdf:value>'


@pytest.mark.parametrize(
    ("inside", "change"),
    [
        (f"<dc:subject {_VALUE}</dc:subject>", Change(add={SUBJECT: ["dog"]})),
        (
            f"<dc:subject><rdf:Bag><rdf:li {_VALUE}</rdf:li><rdf:li>dog</rdf:li></rdf:Bag></dc:subject>",
            Change(remove={SUBJECT: ["dog"]}),
        ),
        (
            '<dc:subject><rdf:Bag><rdf:li rdf:resource="a"/><rdf:li>dog</rdf:li></rdf:Bag></dc:subject>',
            Change(remove={SUBJECT: ["dog"]}),
        ),
        ("<dc:subject><rdf:Bag/><rdf:Bag/></dc:subject>", Change(add={SUBJECT: ["dog"]})),
        ("<dc:subject><!-- theirs --><rdf:Bag/></dc:subject>", Change(add={SUBJECT: ["dog"]})),
        (
            '<xmp:Rating rdf:parseType="Resource"><rdf:value>3</rdf:value><own:by>Ann</own:by></xmp:Rating>',
            Change(put={RATING: "4"}),
        ),
        (
            '<dc:title><rdf:Alt><rdf:li xml:lang="x-default" own:by="Ann">Old</rdf:li></rdf:Alt></dc:title>',
            Change(put={TITLE: "New"}),
        ),
        ('<dc:title xml:lang="de">Mein Bild</dc:title>', Change(put={TITLE: "New"})),
        ("<dc:title>One</dc:title><dc:title>Another</dc:title>", Change(put={TITLE: "New"})),
    ],
)
def test_what_another_program_wrote_in_a_way_of_its_own_is_never_lost(inside: str, change: Change) -> None:
    with pytest.raises(UnusableXmp):
        changed(_packet(inside), change)


def test_a_keyword_that_stands_in_an_attribute_beside_a_list_stays() -> None:
    sidecar = _packet(
        attributes='dc:subject="Holiday"',
        behind='<rdf:Description rdf:about=""><dc:subject><rdf:Bag><rdf:li>sea</rdf:li></rdf:Bag></dc:subject>'
        "</rdf:Description>",
    )
    more = changed(sidecar, Change(add={SUBJECT: ["dog"]}))
    assert content_of(more).lists[SUBJECT] == ["Holiday", "sea", "dog"]
    assert changed(more, Change(remove={SUBJECT: ["dog"]})) == sidecar
    assert content_of(changed(more, Change(remove={SUBJECT: ["holiday"]}))).lists[SUBJECT] == ["sea", "dog"]


def test_a_title_in_another_language_in_another_description_stays() -> None:
    german = '<dc:title><rdf:Alt><rdf:li xml:lang="de">Alt</rdf:li></rdf:Alt></dc:title>'
    sidecar = _packet(
        "<dc:title>Old</dc:title>",
        behind=f'<rdf:Description rdf:about="">{german}</rdf:Description>',
    )
    assert changed(sidecar, Change(put={TITLE: None})) == sidecar.replace(b"<dc:title>Old</dc:title>", b"")


def test_a_comment_in_an_empty_description_stays() -> None:
    sidecar = _packet("<!-- theirs -->")
    made = changed(sidecar, Change(put={RATING: "4"}))
    assert made == sidecar.replace(b"<!-- theirs -->", b"<!-- theirs -->\n   <xmp:Rating>4</xmp:Rating>\n  ")
