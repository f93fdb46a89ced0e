"""Files beside photos are read with them, and again when they come, change or go; nothing is embedded for it."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags

from photoseek.embedder import FakeEmbedder
from photoseek.indexer import Run, Summary
from photoseek.indexer.disk.locations import known_places
from photoseek.indexer.disk.sidecar_names import beside_each
from photoseek.indexer.pipeline.index import index
from photoseek.indexer.pipeline.known_facts import Reread
from photoseek.indexer.pipeline.rereading import read_again
from photoseek.storage import NEVER_READ, Library, PhotoFacts, Root
from tests.indexer.photos import exif, raw_photo, saved, scene
from tests.indexer.test_described import listed, packet
from tests.runs import index_folders

_LAUGHS = '<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


def _facts(run: Run, name: str) -> PhotoFacts:
    with run.library.catalog.read() as transaction:
        photos = transaction.photos.by_id(sorted(transaction.photos.present_ids())).values()
        return next(p.facts for p in photos if any(path.endswith(f"/{name}") for path in p.paths))


def _write(path: Path, *keywords: str, attributes: str = "") -> None:
    path.write_text(packet(listed("dc:subject", *keywords) if keywords else "", attributes), "utf-8")


def test_the_union_of_what_stands_inside_and_beside_is_kept(run: Run, photos: Path) -> None:
    inside = packet(listed("dc:subject", "boat", "Harbour"), 'xap:Rating="2"')
    (photos / "a.jpg").write_bytes(saved(scene(), xmp=inside.encode()))
    _write(photos / "a.jpg.xmp", "night", "harbour", attributes='xap:Rating="4"')
    summary = index_folders(run, photos)
    facts = _facts(run, "a.jpg")
    assert facts.keywords == ("night", "harbour", "boat")
    assert (facts.rating, summary.sidecars_read, summary.embedded) == (4, 1, 1)


def test_a_sidecar_that_comes_changes_or_goes_is_read_again_and_embeds_nothing(
    run: Run, photos: Path, make_photo
) -> None:
    make_photo(photos / "sub" / "a.jpg")
    make_photo(photos / "sub" / "b.jpg", "blue")
    sidecar = photos / "sub" / "a.xmp"
    root = index_root(run, photos)

    def again(place: str) -> Summary:
        summary = index(run, {root: [place]})
        assert summary.embedded == 0
        return summary

    for number, place in enumerate(("", "sub", "sub/a.xmp")):
        _write(sidecar, f"one{number}")
        assert again(place).sidecars_read == 1
        assert _facts(run, "a.jpg").keywords == (f"one{number}",)
        assert again(place).sidecars_read == 0
        _write(sidecar, f"another{number}", "more")
        assert again(place).sidecars_read == 1
        assert _facts(run, "a.jpg").keywords == (f"another{number}", "more")
        sidecar.unlink()
        assert again(place).sidecars_read == 1
        assert _facts(run, "a.jpg").keywords == ()
        assert again("").sidecars_read == 0


def index_root(run: Run, photos: Path) -> Root:
    index_folders(run, photos)
    with run.library.catalog.read() as transaction:
        (root,) = transaction.roots.all()
    return root


def test_copies_of_a_photo_share_what_lies_beside_each(run: Run, photos: Path, make_photo) -> None:
    make_photo(photos / "a.jpg")
    (photos / "copies").mkdir()
    shutil.copy(photos / "a.jpg", photos / "copies" / "b.jpg")
    _write(photos / "copies" / "b.jpg.xmp", "beside the copy")
    root = index_root(run, photos)
    assert _facts(run, "a.jpg").keywords == ("beside the copy",)
    _write(photos / "a.jpg.xmp", "beside the first")
    assert index(run, {root: ["a.jpg.xmp"]}).sidecars_read == 1
    assert _facts(run, "a.jpg").keywords == ("beside the first", "beside the copy")
    (photos / "copies" / "b.jpg").unlink()
    (photos / "copies" / "b.jpg.xmp").unlink()
    index(run, {root: [""]})
    assert _facts(run, "a.jpg").keywords == ("beside the first",)
    assert index(run, {root: [""]}).sidecars_read == 0


def test_a_photo_that_moves_keeps_what_its_sidecar_says_only_if_that_moves_too(
    run: Run, photos: Path, make_photo
) -> None:
    make_photo(photos / "a.jpg")
    _write(photos / "a.jpg.xmp", "word")
    root = index_root(run, photos)
    (photos / "new").mkdir()
    for name in ("a.jpg", "a.jpg.xmp"):
        (photos / name).rename(photos / "new" / name)
    index(run, {root: [""]})
    assert _facts(run, "a.jpg").keywords == ("word",)
    (photos / "new" / "a.jpg").rename(photos / "a.jpg")
    index(run, {root: [""]})
    assert _facts(run, "a.jpg").keywords == ()


def test_a_sidecar_whose_photo_is_read_again_by_index_metadata_counts(
    run: Run, photos: Path, make_photo
) -> None:
    make_photo(photos / "a.jpg")
    index_folders(run, photos)
    _write(photos / "a.jpg.xmp", "word")
    places = known_places(run.library, [])
    assert read_again(run.library, places, Event(), workers=2) == Reread(read=1, changed=1)
    assert _facts(run, "a.jpg").keywords == ("word",)
    assert index_folders(run, photos).sidecars_read == 0


def test_what_a_person_leaves_out_is_not_read(run: Run, photos: Path, make_photo) -> None:
    make_photo(photos / "a.jpg")
    _write(photos / "a.jpg.xmp", "word")
    (photos / ".photoseekignore").write_text("*.xmp\n")
    assert index_folders(run, photos).sidecars_read == 0
    assert _facts(run, "a.jpg").keywords == ()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"<x:xmpmeta><rdf:RDF><rdf:Description>", "damaged"),
        (b"no XMP at all", "damaged"),
        (b"", "holds no XMP"),
        (_LAUGHS.encode() + packet("<dc:title>&b;</dc:title>").encode(), "document type"),
        (packet("<dc:source/>").encode() + b" " * 10_000_000, "larger than 8 MB"),
        (packet(listed("dc:subject", *["word"] * 200_000)).encode(), "more than 100000 elements"),
    ],
    ids=["cut", "text", "empty", "entities", "large", "many"],
)
def test_a_sidecar_that_cannot_be_read_costs_its_own_words_and_gives_a_reason(
    run: Run, photos: Path, make_photo, content: bytes, reason: str
) -> None:
    make_photo(photos / "a.jpg")
    (photos / "a.jpg.xmp").write_bytes(content)
    index_folders(run, photos)
    (dropped,) = _facts(run, "a.jpg").facts_dropped
    assert dropped.startswith("the sidecar a.jpg.xmp")
    assert reason in dropped


@pytest.mark.skipif(
    not Path("/proc/self/mem").exists(), reason="there is no file that opens and can't be read"
)
def test_a_sidecar_that_cannot_be_read_for_a_cause_outside_it_is_tried_again(
    run: Run, photos: Path, make_photo
) -> None:
    make_photo(photos / "a.jpg")
    (photos / "a.jpg.xmp").symlink_to("/proc/self/mem")
    root = index_root(run, photos)
    (dropped,) = _facts(run, "a.jpg").facts_dropped
    assert dropped.startswith("the sidecar a.jpg.xmp was not read: input/output error")
    with run.library.catalog.read() as transaction:
        (read,) = transaction.sidecars.of(transaction.photos.present_ids()).popitem()[1]
    assert read.stamp == NEVER_READ
    assert index(run, {root: [""]}).sidecars_read == 1
    (photos / "a.jpg.xmp").unlink()
    _write(photos / "a.jpg.xmp", "word")
    assert index(run, {root: [""]}).sidecars_read == 1
    assert _facts(run, "a.jpg").keywords == ("word",)
    assert index(run, {root: [""]}).sidecars_read == 0


def test_takeouts_json_is_read_with_the_photo_and_the_file_itself_counts_for_more(
    run: Run, photos: Path
) -> None:
    tags = exif({}, {ExifTags.Base.DateTimeOriginal: "2019:07:05 20:30:00"})
    (photos / "a.jpg").write_bytes(saved(scene(), exif=tags))
    (photos / "b.jpg").write_bytes(saved(scene(200)))
    said = {"title": "a.jpg", "description": "Boats", "photoTakenTime": {"timestamp": "1562351400"}}
    (photos / "a.jpg.supplemental-met.json").write_text(json.dumps(said))
    (photos / "b.jpg.json").write_text(json.dumps(said)[:-1])
    index_folders(run, photos)
    first, other = _facts(run, "a.jpg"), _facts(run, "b.jpg")
    assert (first.taken_at, first.description, first.title) == ("2019-07-05T20:30:00", "Boats", None)
    assert other.taken_at is None
    assert other.facts_dropped[0].startswith("the sidecar b.jpg.json is damaged JSON")


def test_the_date_and_place_of_a_sidecar_count_for_more_than_the_files(run: Run, photos: Path) -> None:
    tags = exif({}, {ExifTags.Base.DateTimeOriginal: "2019:07:05 20:30:00"})
    (photos / "a.jpg").write_bytes(saved(scene(), exif=tags))
    place = (
        'exif:DateTimeOriginal="2018-07-05T20:30:00" exif:GPSLatitude="48,51.34N" exif:GPSLongitude="2,20.1E"'
    )
    _write(photos / "a.jpg.xmp", attributes=f'xmlns:exif="http://ns.adobe.com/exif/1.0/" {place}')
    index_folders(run, photos)
    facts = _facts(run, "a.jpg")
    assert (facts.taken_at, facts.date_source) == ("2018-07-05T20:30:00", "sidecar exif:DateTimeOriginal")
    assert facts.position_source == "sidecar exif:GPSLatitude"


def test_a_sidecar_without_the_photos_suffix_is_the_raw_photos_or_that_which_it_names(
    run: Run, photos: Path
) -> None:
    (photos / "a.jpg").write_bytes(saved(scene()))
    (photos / "a.dng").write_bytes(raw_photo())
    _write(photos / "a.xmp", "word")
    root = index_root(run, photos)
    assert (_facts(run, "a.jpg").keywords, _facts(run, "a.dng").keywords) == ((), ("word",))
    space = 'xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"'
    _write(photos / "a.xmp", "word", attributes=f'{space} photoshop:SidecarForExtension="JPG"')
    index(run, {root: [""]})
    assert (_facts(run, "a.jpg").keywords, _facts(run, "a.dng").keywords) == (("word",), ())


def test_names_say_which_photo_a_sidecar_belongs_to() -> None:
    def of(sidecar: str, *photos: str) -> dict[str, bool]:
        return {photo: one.is_sure for photo, own in beside_each(photos, [sidecar]).items() for one in own}

    assert of("a.jpg.xmp", "a.jpg", "a.png") == {"a.jpg": True}
    assert of("a.JPG.XMP", "a.jpg") == {"a.jpg": True}
    assert of("a.JPG.xmp", "a.jpg", "a.JPG") == {"a.JPG": True}
    assert of("a.jpg.xmp", "a.png") == {}
    assert of("a.xmp", "a.png") == {"a.png": True}
    assert of("A.Xmp", "a.png") == {"a.png": True}
    assert of("a.xmp", "a.png", "a.jpg") == {"a.png": False, "a.jpg": False}
    assert of("a.xmp", "a.cr2", "a.jpg") == {"a.cr2": True, "a.jpg": False}
    assert of("caf\u00e9.jpg.xmp", "cafe\u0301.jpg") == {"cafe\u0301.jpg": True}


def test_folders_without_sidecars_cost_no_further_look_at_the_disk(
    run: Run, photos: Path, make_photo
) -> None:
    make_photo(photos / "a.jpg")
    root = index_root(run, photos)
    os.utime(photos / "a.jpg")  # read again as an unchanged content
    summary = index(run, {root: ["a.jpg"]})
    assert (summary.recognised, summary.sidecars_read) == (1, 0)


_PLACES = ("a.jpg", "b.jpg", "sub/a.jpg", "sub/a.dng")
_SIDECARS = ("a.jpg.xmp", "a.xmp", "b.jpg.json", "sub/a.jpg.xmp", "sub/a.xmp", "sub/a.jpg(1).json")
_Step = tuple[str, str, str]


@settings(max_examples=12)
@given(
    steps=st.lists(
        st.one_of(
            st.tuples(st.just("write"), st.sampled_from(_SIDECARS), st.sampled_from(("one", "two"))),
            st.tuples(st.just("remove"), st.sampled_from((*_PLACES, *_SIDECARS)), st.just("")),
            st.tuples(st.just("move"), st.sampled_from(_PLACES), st.sampled_from(_PLACES)),
            st.tuples(st.just("copy"), st.sampled_from(_PLACES), st.sampled_from(_PLACES)),
            st.tuples(st.just("index"), st.sampled_from(("", "sub")), st.just("")),
        ),
        max_size=12,
    ),
    by_events=st.booleans(),
)
def test_whatever_happens_to_sidecars_the_library_says_what_a_fresh_one_would(
    steps: list[_Step],
    by_events: bool,  # noqa: FBT001 (drawn)
) -> None:
    with TemporaryDirectory() as home:
        photos = Path(home, "photos")
        (photos / "sub").mkdir(parents=True)
        (photos / "a.jpg").write_bytes(saved(scene(60, 40)))
        (photos / "b.jpg").write_bytes(saved(scene(64, 40)))
        with _fresh(Path(home, "one")) as followed, _fresh(Path(home, "other")) as fresh:
            root = index_root(followed, photos)
            followed.confirm_missing = True
            for what, one, other in steps:
                _do(photos, what, one, other)
                if what == "index" or by_events:
                    places = [one] if what == "index" else [path for path in (one, other) if "." in path]
                    index(followed, {root: places})
            index(followed, {root: [""]})
            index_folders(fresh, photos)
            assert _said(followed) == _said(fresh)
            assert index(followed, {root: [""]}).sidecars_read == 0


def _do(photos: Path, what: str, one: str, other: str) -> None:
    path = photos / one
    if what == "write" and one.endswith(".json"):
        path.write_text(json.dumps({"geoData": {}, "description": other}))
    elif what == "write":
        _write(path, other)
    elif what == "remove":
        path.unlink(missing_ok=True)
    elif what in {"move", "copy"} and path.exists() and one != other:
        (shutil.move if what == "move" else shutil.copy)(path, photos / other)


@contextmanager
def _fresh(folder: Path) -> Iterator[Run]:
    library, embedder = Library(folder), FakeEmbedder()
    with library.catalog.write() as transaction:
        model = transaction.models.add(embedder.facts.model_id, embedder.facts.dimension, None)
        transaction.models.use(model)
    yield Run(library, embedder, model, workers=0)
    library.close()


def _said(run: Run) -> dict[str, tuple[tuple[str, ...], str | None]]:
    with run.library.catalog.read() as transaction:
        photos = transaction.photos.by_id(sorted(transaction.photos.present_ids())).values()
        return {path: (p.facts.keywords, p.facts.description) for p in photos for path in p.paths}


def test_what_lies_beside_a_copy_on_a_disk_that_is_away_is_not_lost(
    run: Run, make_photo, tmp_path: Path
) -> None:
    here, other, away = (tmp_path / name for name in ("here", "other", "away"))
    make_photo(here / "one.png")
    other.mkdir()
    shutil.copy(here / "one.png", other / "one.png")
    _write(other / "one.png.xmp", "beside the copy")
    index_folders(run, here, other)
    other.rename(away)
    other.mkdir()
    assert read_again(run.library, known_places(run.library, []), Event(), workers=2).read == 1
    _write(here / "one.png.xmp", "beside the first")
    with run.library.catalog.read() as transaction:
        roots = {Path(root.path): root for root in transaction.roots.all()}
    assert index(run, {roots[here]: [""]}).sidecars_read == 1
    assert _facts(run, "one.png").keywords == ("beside the first",)
    other.rmdir()
    away.rename(other)
    assert index(run, {roots[other]: [""]}).sidecars_read == 1
    assert _facts(run, "one.png").keywords == ("beside the first", "beside the copy")
    assert index(run, {root: [""] for root in roots.values()}).sidecars_read == 0


@pytest.mark.parametrize(("names", "whose"), [(["two.png"], "two.png"), (["two.png", "two.dng"], "two.dng")])
def test_a_sidecar_of_a_raw_photo_that_is_not_there_is_that_of_the_photo_beside_which_it_lies(
    run: Run, photos: Path, make_photo, names: list[str], whose: str
) -> None:
    make_photo(photos / "two.png")
    if "two.dng" in names:
        (photos / "two.dng").write_bytes(raw_photo())
    space = 'xmlns:crs="http://ns.adobe.com/camera-raw-settings/1.0/"'
    _write(photos / "two.xmp", "word", attributes=f'{space} crs:RawFileName="two.CR2"')
    index_folders(run, photos)
    assert [name for name in names if _facts(run, name).keywords == ("word",)] == [whose]
