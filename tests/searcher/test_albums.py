"""Albums: nested names, names that change, covers, and saved queries that follow what happens to photos."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageFilter

from photoseek.cli.dispatch import read
from photoseek.cli.output import keeping
from photoseek.errors import PhotoseekError
from photoseek.hooks import Hooks
from photoseek.indexer import Run, index
from photoseek.searcher import BadQuery, Searcher, parse_line
from photoseek.searcher.albums.contents import album_hits, photo_ids
from photoseek.searcher.albums.covers import cover, sharpness
from photoseek.searcher.albums.naming import refuse_bad_name, rename
from photoseek.searcher.query.album_trees import AlbumPhotos
from photoseek.searcher.query.filter_context import FilterContext
from photoseek.searcher.query.matching import photo_ids_matching
from photoseek.searcher.query.query import Query
from photoseek.storage import Edit, Library, NameTaken, Transaction, UnknownName, now
from photoseek.storage.rows.albums.albums import is_at_or_below, moved_below

Say = Callable[..., str]
_CAPTIONS = ("red", "green", "blue", "white", "black", "yellow", "purple")


@pytest.fixture
def say(coloured: Run) -> Say:
    """Return what runs a command of `photoseek album` in this process, and gives what it printed."""

    def run(*arguments: str | Path) -> str:
        typed = ["album", *map(str, arguments), "--library", str(coloured.library.folder)]
        with keeping() as said:
            assert read(typed).run(Hooks()) == 0
        return "".join(text for _, _, text in said)

    return run


def _create(library: Library, **albums: str | None) -> None:
    """Make albums by name; `__` in a name stands for a slash."""
    with library.catalog.write() as transaction:
        for name, query in albums.items():
            transaction.albums.create(name.replace("__", "/"), query)


def _names(run: Run, album: str) -> set[str]:
    """Return the file names of an album's photos, as a new searcher finds them."""
    hits = album_hits(Searcher(run.library, run.embedder, captions=_CAPTIONS), album)
    return {Path(hit.path).name for hit in hits}


def _pick(run: Run, album: str, *paths: Path) -> None:
    found = photo_ids(run.library, list(paths))
    with run.library.catalog.write() as transaction:
        transaction.albums.add(transaction.albums.named(album), found)


def test_an_album_holds_what_lies_below_it(coloured: Run, photos: Path) -> None:
    _create(coloured.library, Trips__2023=None, Trips__2024="name:blue", Trips__2024__june=None, Tripsy=None)
    _pick(coloured, "Trips/2023", photos / "red-0.jpg")
    _pick(coloured, "Trips/2024/june", photos / "black-0.jpg")
    _pick(coloured, "Tripsy", photos / "white-0.jpg")
    blue = {f"blue-{shade}.jpg" for shade in range(4)}
    assert _names(coloured, "Trips") == {"red-0.jpg", "black-0.jpg", *blue}
    assert _names(coloured, "Trips/2024") == {"black-0.jpg", *blue}
    assert _names(coloured, "Trips/2023") == {"red-0.jpg"}
    with pytest.raises(UnknownName):
        _names(coloured, "Trip")


def test_a_folder_in_one_nested_query_leaves_the_others_photos_their_paths(
    run: Run, photos: Path, make_photo
) -> None:
    for folder in ("a", "b"):
        make_photo(photos / folder / "red.jpg", "red")
        make_photo(photos / folder / "blue.jpg", "blue")
    with run.library.catalog.write() as transaction:
        root = transaction.roots.add(str(photos))
    index(run, {root: [""]})
    _create(run.library, Trips__one="in:b name:red", Trips__two="name:blue")
    hits = album_hits(Searcher(run.library, run.embedder), "Trips")
    assert sorted(hit.path for hit in hits) == [str(photos / "a" / "blue.jpg"), str(photos / "b" / "red.jpg")]


def test_a_query_below_an_album_may_name_it_and_means_what_was_picked(coloured: Run, photos: Path) -> None:
    _create(
        coloured.library,
        Trips__all=None,
        Trips__red="album:Trips name:red",
        Trips__dark="album:Trips name:black",
    )
    _pick(coloured, "Trips/all", photos / "red-0.jpg", photos / "blue-0.jpg", photos / "black-1.jpg")
    assert _names(coloured, "Trips/red") == {"red-0.jpg"}
    assert _names(coloured, "Trips") == {"red-0.jpg", "blue-0.jpg", "black-1.jpg"}


def test_what_is_said_of_albums_counts_one_as_one_and_sends_no_control_characters(
    say: Say, coloured: Run, photos: Path, tmp_path: Path
) -> None:
    name = "a\x1b[31m"
    _create(coloured.library, **{name: None, "b": "name:\x1b[31m"})
    shown = r"a\x1b[31m"
    assert say("add", name, photos / "red-0.jpg") == f"1 photo added to {shown}\n"
    assert say("list") == f"{shown}  (1 photo)\nb  (saved query: name:\\x1b[31m)\n"
    assert say("export", name, tmp_path / "out").startswith("1 photo copied to ")
    assert say("export", name, tmp_path / "out").endswith(", 1 was there already\n")
    assert say("remove", name) == f"removed the album {shown}; its photos stay\n"


@pytest.mark.parametrize("hidden_count", [0, 1])
def test_albums_that_name_one_another_are_each_answered_once(coloured: Run, hidden_count: int) -> None:
    reds = Searcher(coloured.library, coloured.embedder).find(parse_line("name:red"), 100).hits
    hidden = [hit.photo.photo_id for hit in reds[:hidden_count]]
    with coloured.library.catalog.write() as transaction:
        transaction.edits.make("hidden", [Edit(n, "hidden", {"hidden": True}, now()) for n in hidden])
    _create(coloured.library, a0="name:red", a1="album:a0 -(album:a0 name:blue)")
    for n in range(2, 25):
        _create(
            coloured.library, **{f"a{n}": f"album:a{n - 1} -(album:a{n - 2} name:blue) -(album:a0 name:x)"}
        )
    answered = []
    searcher = Searcher(coloured.library, coloured.embedder)
    with coloured.library.catalog.read() as transaction:

        def answer(_: Transaction, query: Query, context: FilterContext) -> set[int]:
            answered.append(query)
            return photo_ids_matching(query.filters, context) or set()

        albums = AlbumPhotos(transaction, answer, hidden=frozenset(hidden))
        assert len(albums("a24", [])) == 4
        assert not albums.asks_for_hidden("a24")
    assert len(answered) == 25
    assert len(searcher.find(parse_line("album:a24"), 100).hits) == 4 - len(hidden)


def test_a_query_that_leads_to_too_many_answers_of_albums_is_refused(coloured: Run) -> None:
    _create(coloured.library, a0="name:red")
    for n in range(1, 200):
        _create(coloured.library, **{f"a{n}": f"album:a{n - 1}"})
    searcher = Searcher(coloured.library, coloured.embedder)
    assert len(searcher.find(parse_line("album:a29"), 100).hits) == 4
    with pytest.raises(BadQuery, match="whose queries name the next"):
        searcher.find(parse_line("album:a199"), 100)
    # Each way round the circle T, U, V, W leaves out other albums, so each is an answer of its own.
    for below, named in zip("TUVW", "UVWT", strict=True):
        _create(coloured.library, **{f"{below}__{n}": f"album:{named}" for n in range(6)})
    with pytest.raises(BadQuery, match="more than 500 queries"):
        searcher.find(parse_line("album:T"), 100)


def test_an_album_whose_query_leads_back_to_it_is_refused(coloured: Run) -> None:
    _create(coloured.library, Trips="album:Trips/x", Trips__x="album:Trips")
    with pytest.raises(BadQuery, match="leads back"):
        _names(coloured, "Trips")


def test_an_album_of_a_query_follows_what_is_added_edited_and_removed(
    coloured: Run, photos: Path, make_photo
) -> None:
    _create(coloured.library, greens="green", large="is:landscape", of_both="album:greens album:large")
    before = {f"green-{shade}.jpg" for shade in range(4)}
    assert _names(coloured, "greens") == _names(coloured, "of_both") == before
    with coloured.library.catalog.read() as transaction:
        (root,) = transaction.roots.all()
    make_photo(photos / "new.jpg", "green", 9)
    index(coloured, {root: [""]})
    assert _names(coloured, "greens") == _names(coloured, "of_both") == {*before, "new.jpg"}
    make_photo(photos / "new.jpg", "red", 9)
    index(coloured, {root: [""]})
    assert _names(coloured, "greens") == before
    assert "new.jpg" in _names(coloured, "large")
    (photos / "green-0.jpg").unlink()
    index(coloured, {root: [""]})
    assert _names(coloured, "greens") == _names(coloured, "of_both") == before - {"green-0.jpg"}


def test_photos_are_put_in_and_taken_out_by_path_and_by_query(say: Say, coloured: Run, photos: Path) -> None:
    say("create", "mine")
    assert say("add", "mine", "--where", "name:red") == "4 photos added to mine\n"
    say("add", "mine", photos / "blue-0.jpg")
    out = say("remove-photo", "mine", photos / "red-0.jpg", photos / "white-0.jpg")
    assert out == "1 photo taken out of mine; 1 photo of those named not in it\n"
    assert say("remove-photo", "mine", "--where", "name:blue") == "1 photo taken out of mine\n"
    assert _names(coloured, "mine") == {"red-1.jpg", "red-2.jpg", "red-3.jpg"}
    assert all((photos / f"red-{shade}.jpg").exists() for shade in range(4))


def test_a_filled_album_and_photos_named_in_two_ways_or_none_are_refused(
    say: Say, coloured: Run, photos: Path
) -> None:
    _create(coloured.library, reds="red", mine=None)
    for command in ("add", "remove-photo"):
        with pytest.raises(BadQuery, match="filled by its query"):
            say(command, "reds", photos / "red-0.jpg")
        for named in ([], [photos / "red-0.jpg", "--where", "red"]):
            with pytest.raises(PhotoseekError, match="one of the two"):
                say(command, "mine", *named)


def test_a_rename_takes_along_what_lies_below_and_every_query_that_names_it(
    say: Say, coloured: Run, photos: Path
) -> None:
    _create(
        coloured.library,
        Trips=None,
        Trips__2023=None,
        Tripsy=None,
        best='cat (album:Trips/2023 OR -album:Trips) -album:"Tripsy" sort:date',
        either="a dog album:Trips OR a cat",
        other="album:Tripsy",
    )
    _pick(coloured, "Trips/2023", photos / "red-0.jpg")
    with coloured.library.catalog.write() as transaction:
        transaction.judgements.put("red album:Trips", {1: True})
    said = say("rename", "Trips", "Far away/Trips")
    assert said.splitlines() == [
        "renamed Trips to Far away/Trips, and 1 album below it",
        "the query of best follows",
        "the query of either follows",
        'the judged question follows: red album:"Far away/Trips"',
    ]
    with coloured.library.catalog.read() as transaction:
        queries = {album.name: album.query for album in transaction.albums.all()}
        assert list(transaction.judgements.all()) == ['red album:"Far away/Trips"']
    assert queries == {
        "Far away/Trips": None,
        "Far away/Trips/2023": None,
        "Tripsy": None,
        "best": 'cat (album:"Far away/Trips/2023" OR -album:"Far away/Trips") -album:Tripsy sort:date',
        "either": 'a dog album:"Far away/Trips" OR a cat',
        "other": "album:Tripsy",
    }
    assert _names(coloured, "Far away") == {"red-0.jpg"}


def test_a_rename_to_a_name_that_is_taken_changes_nothing(library: Library) -> None:
    _create(library, a=None, a__x=None, b=None, c__x=None, of_a="album:a")
    for new in ("b", "c"):
        with pytest.raises(NameTaken):
            rename(library, "a", new)
    with library.catalog.read() as transaction:
        albums = {album.name: album.query for album in transaction.albums.all()}
    assert albums == {"a": None, "a/x": None, "b": None, "c/x": None, "of_a": "album:a"}


def test_an_album_can_move_below_itself_and_be_composed_anew(library: Library) -> None:
    _create(library, a=None, a__a=None)
    rename(library, "a", "a/a")
    rename(library, "a/a/a", "cafe\u0301")
    rename(library, "café", "café")
    with library.catalog.read() as transaction:
        assert [album.name for album in transaction.albums.all()] == ["a/a", "café"]


@pytest.mark.parametrize("name", ["/a", "a/", "a//b", "../a", "a/./b", " / ", "two\nlines"])
def test_a_name_with_an_empty_part_is_refused(library: Library, name: str) -> None:
    _create(library, a=None)
    with pytest.raises(BadQuery):
        refuse_bad_name(name)
    with pytest.raises(BadQuery):
        rename(library, "a", name)


_NAMES = st.lists(st.sampled_from(["a", "b", "é", "e\u0301", "c d"]), min_size=1, max_size=3).map("/".join)


@given(_NAMES, _NAMES, _NAMES)
def test_a_moved_name_lies_below_the_new_one_as_it_lay_below_the_old(below: str, old: str, new: str) -> None:
    name = f"{old}/{below}"
    assert is_at_or_below(name, old)
    assert is_at_or_below(moved_below(name, old, new), new)
    back = moved_below(moved_below(name, old, new), new, old)
    assert is_at_or_below(back, name)
    assert is_at_or_below(name, back)


def test_an_album_is_exported_as_a_contact_sheet_alone_or_beside_copies(
    say: Say, coloured: Run, photos: Path, tmp_path: Path
) -> None:
    _create(coloured.library, Trips=None, Trips__blues="name:blue")
    _pick(coloured, "Trips", photos / "red-0.jpg")
    sheet, out = tmp_path / "sheet.html", tmp_path / "out"
    assert say("export", "Trips", "--sheet", sheet) == f"5 photos on the contact sheet {sheet}\n"
    html = sheet.read_text("utf-8")
    assert html.count('src="data:image/jpeg') == 5
    assert html.index(">Trips</h2>") < html.index(">red-0.jpg<") < html.index(">Trips/blues</h2>")
    say("export", "Trips", out, "--sheet", sheet, "--link", "hard")
    assert (out / "blues" / "blue-0.jpg").samefile(photos / "blue-0.jpg")
    with pytest.raises(NameTaken):
        say("export", "Trips", tmp_path / "second", "--sheet", photos / "red-0.jpg")
    assert not (tmp_path / "second").exists()  # it is refused before anything is copied
    for without in ([], ["--link", "hard"], ["--link", "hard", "--sheet", sheet]):
        with pytest.raises(PhotoseekError, match="FOLDER to export to"):
            say("export", "Trips", *without)


def test_a_list_of_albums_is_a_tree(say: Say, coloured: Run) -> None:
    _create(coloured.library, a__b__c=None, a__b=None, d="red", **{"a-": None})
    assert say("list").splitlines() == [
        "a/",
        "  b  (0 photos)",
        "    c  (0 photos)",
        "a-  (0 photos)",
        "d  (saved query: red)",
    ]


def test_a_cover_is_relevant_and_not_blurred(run: Run, photos: Path) -> None:
    photos.joinpath("none").mkdir()
    noise = Image.effect_noise((400, 300), 90)
    for number in range(3):
        red = Image.merge(
            "RGB", [Image.new("L", (400, 300), 220), noise.rotate(number), noise.rotate(number)]
        )
        red.filter(ImageFilter.GaussianBlur(6 if number == 0 else 0)).save(photos / f"red-{number}.jpg")
    with run.library.catalog.write() as transaction:
        root = transaction.roots.add(str(photos))
    index(run, {root: [""]})
    _create(run.library, reds="red", empty=None, picked=None)
    _pick(run, "picked", *photos.glob("red-*.jpg"))
    searcher = Searcher(run.library, run.embedder)
    by_name = {Path(hit.path).name: hit.photo for hit in searcher.find(parse_line("is:landscape"), 9).hits}
    measured = {name: sharpness(run.library, photo) or 0.0 for name, photo in by_name.items()}
    assert min(measured, key=lambda name: measured[name]) == "red-0.jpg"
    for album in ("reds", "picked"):
        chosen = cover(searcher, run.library, album)
        assert chosen is not None
        assert Path(chosen.paths[0]).name in {"red-1.jpg", "red-2.jpg"}
    assert cover(searcher, run.library, "empty") is None
    for path in photos.glob("red-*.jpg"):
        (photo_id,) = photo_ids(run.library, [path])
        with run.library.catalog.read() as transaction:
            run.library.thumbnails.forget([transaction.photos.content_hashes()[photo_id]])
    assert cover(searcher, run.library, "reds") is not None  # thumbnails are a cache
