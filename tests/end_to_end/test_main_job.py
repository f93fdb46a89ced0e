"""The main job with the model that ships, on real photographs: point at a folder, find in your own words."""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from photoseek.embedder import EMBEDDED
from tests.end_to_end.person import PHOTOGRAPHS, Photoseek, environment_for, names, parsed, person_with

Indexed = tuple[Photoseek, Path]


@pytest.mark.parametrize(
    ("question", "photograph"),
    [("a cup of coffee", "coffee.png"), ("a cat", "chelsea.png"), ("a rocket launch", "rocket.jpg")],
)
def test_a_question_finds_its_photograph_first(indexed: Indexed, question: str, photograph: str) -> None:
    photoseek, _ = indexed
    assert names(photoseek("find", "--json", *question.split()))[0] == PHOTOGRAPHS[photograph]


def test_a_second_index_embeds_nothing_and_says_so(indexed: Indexed) -> None:
    photoseek, folder = indexed
    assert "nothing new to embed" in photoseek("index", folder).stdout


def test_originals_are_only_read(photoseek: Photoseek, photographs: Path) -> None:
    before = _fingerprints(photographs)
    photoseek("index", photographs)
    photoseek("tag", "--labels", "cat,rocket", "--apply", "--album")
    photoseek("find", "a cat")
    assert _fingerprints(photographs) == before


def test_find_prints_a_table_json_or_paths(indexed: Indexed) -> None:
    photoseek, folder = indexed
    table = photoseek("find", "a cat", "--limit", 3).stdout.splitlines()
    assert table[0].split() == ["relevance", "match", "date", "path"]
    assert len(table) == 4
    paths = photoseek("find", "a cat", "--paths", "-0", "--limit", 2).stdout.split("\0")
    assert paths[0] == str(folder / PHOTOGRAPHS["chelsea.png"])
    assert len(paths) == 3
    answer = parsed(photoseek("find", "a cat", "--json", "--limit", 1))
    assert list(answer) == [
        *("query", "model", "took_ms", "matches", "unsure", "hits", "next"),
        *("readings", "did_you_mean", "notes"),
    ]
    assert answer["matches"]
    assert answer["hits"][0]["relevance"] in {"strong", "possible"}
    assert (answer["hits"][0]["width"], answer["hits"][0]["height"]) == (451, 300)


def test_a_copy_of_a_photo_is_listed_with_it(photoseek: Photoseek, photographs: Path) -> None:
    original = photographs / PHOTOGRAPHS["chelsea.png"]
    (photographs / "copy-of-it.png").write_bytes(original.read_bytes())
    assert parsed(photoseek("index", "--json", photographs))["embedded"] == len(PHOTOGRAPHS)
    hit = parsed(photoseek("find", "--json", "a cat"))["hits"][0]
    assert (hit["path"], hit["copies"]) == (str(original), [str(photographs / "copy-of-it.png")])


def test_labels_name_what_is_in_a_photo(indexed: Indexed) -> None:
    photoseek, folder = indexed
    ran = photoseek("label", folder / PHOTOGRAPHS["chelsea.png"], "--labels", "cat,rocket,coffee", "--json")
    (photo,) = parsed(ran)["photos"]
    assert max(photo["labels"], key=photo["labels"].get) == "cat"
    assert sum(photo["labels"].values()) + photo["none_of_these"] == pytest.approx(1, abs=0.001)


def test_what_is_pushed_away_with_all_its_weight_is_left_out(indexed: Indexed) -> None:
    photoseek, _ = indexed
    assert names(photoseek("find", "--json", "an", "animal"))[0] == PHOTOGRAPHS["chelsea.png"]
    without = names(photoseek("find", "--json", "an", "animal", "-cat"))
    assert len(without) > 1
    assert PHOTOGRAPHS["chelsea.png"] not in without
    assert PHOTOGRAPHS["chelsea.png"] in names(photoseek("find", "--json", "an", "animal", "-0.5:cat"))


def test_a_person_with_the_model_that_ships_is_advised_once_of_a_larger_one(
    indexed: Indexed, here: Photoseek, tmp_path: Path
) -> None:
    _, folder = indexed
    shutil.copytree(folder.parent / "library", tmp_path / "library", ignore=shutil.ignore_patterns("*.said"))
    assert "models use" not in here("find", "a", "cat", "--json").stderr
    assert here("find", "a", "cat").stderr.count("photoseek models use") == 1
    assert "models use" not in here("find", "a", "cat").stderr
    rows = {row["name"]: row for row in parsed(here("models", "list", "--json"))["models"]}
    (recommended,) = (row for row in rows.values() if row["recommended"])
    assert (recommended["licence"], recommended["recall"]) == ("MIT", 0.7561)
    small, large = (rows[name]["minutes"] for name in (recommended["name"], "ViT-L-14/laion2b_s32b_b82k"))
    assert 0 < small < large
    assert rows[EMBEDDED.name]["minutes"] is None


def test_one_label_is_not_certain_for_none_of_these_competes(indexed: Indexed, tmp_path: Path) -> None:
    _, folder = indexed
    nobody = person_with(tmp_path / "none")  # who has no library
    photos = [folder / PHOTOGRAPHS[name] for name in ("chelsea.png", "coffee.png")]
    ran = nobody("label", *photos, "--labels", "cat", "--json")
    cat, coffee = parsed(ran)["photos"]
    assert cat["labels"]["cat"] > 0.5 > coffee["labels"]["cat"]
    assert coffee["none_of_these"] == pytest.approx(1 - coffee["labels"]["cat"], abs=0.001)
    assert "none of these" in nobody("label", photos[1], "--labels", "cat").stdout.split("  ")[1]
    assert not (tmp_path / "none").exists(), "no library is begun"


def test_photos_of_the_library_are_labelled_by_the_vectors_it_has(indexed: Indexed, tmp_path: Path) -> None:
    photoseek, folder = indexed
    there = folder / PHOTOGRAPHS["chelsea.png"]
    copied = tmp_path / "copied.png"
    shutil.copyfile(there, copied)
    stored, read = parsed(photoseek("label", there, copied, "--labels", "cat,dog", "--json"))["photos"]
    assert stored["labels"] == pytest.approx(read["labels"], abs=0.01)
    status = there.stat()
    with there.open("r+b") as file:  # a file that can't be read: only its stored vector can be asked
        first = file.read(1)
        file.seek(0)
        file.write(b"?")
    os.utime(there, ns=(status.st_atime_ns, status.st_mtime_ns))
    try:
        again = parsed(photoseek("label", there, "--labels", "cat,dog", "--json"))["photos"]
    finally:
        with there.open("r+b") as file:
            file.write(first)
        os.utime(there, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert again == [stored]


def test_tags_are_proposed_applied_searched_and_taken_back(here: Photoseek, photographs: Path) -> None:
    here("index", photographs)
    assert "a dry run" in here("tag", "--labels", "cat").stderr
    nowhere = ["boat", "giraffe", "pizza"]
    assert parsed(here("tag", "--labels", ",".join(nowhere), "--json"))["labels"] == {
        name: [] for name in nowhere
    }
    assert "0 on 0 words" in here("status").stdout
    here("tag", "--labels", "cat", "--apply", "--album")
    assert names(here("find", "--json", "tag:cat")) == [PHOTOGRAPHS["chelsea.png"]]
    assert here("album", "show", "cat").stdout.strip().endswith(PHOTOGRAPHS["chelsea.png"])
    assert parsed(here("tag", "--labels", "cat", "--undo", "--json")) == {"run": 2, "removed": {"cat": 1}}
    assert names(here("find", "--json", "tag:cat")) == []


def test_an_album_is_made_filled_and_exported(here: Photoseek, photographs: Path, tmp_path: Path) -> None:
    here("index", photographs)
    here("album", "create", "trip")
    here("album", "add", "trip", photographs / "p03.jpg", photographs / "p01.png")
    here("album", "create", "pets", "--where", "a cat")
    listed = here("album", "list").stdout
    assert "trip  (2 photos)" in listed
    assert "pets  (saved query: a cat)" in listed
    pets, trip = parsed(here("album", "list", "--json"))["albums"]
    assert Path(pets.pop("cover")).name == PHOTOGRAPHS["chelsea.png"]
    assert Path(trip.pop("cover")).name in {"p01.png", "p03.jpg"}
    assert (pets, trip) == (
        {"name": "pets", "photos": None, "query": "a cat"},
        {"name": "trip", "photos": 2, "query": None},
    )
    picked = [str(photographs / name) for name in ("p01.png", "p03.jpg")]
    assert sorted(parsed(here("album", "show", "trip", "--json"))["paths"]) == picked
    here("album", "export", "trip", tmp_path / "out")
    copied = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert copied == ["p01.png", "p03.jpg"]
    assert (tmp_path / "out" / "p03.jpg").read_bytes() == (photographs / "p03.jpg").read_bytes()
    (photographs / "p01.png").rename(tmp_path / "away.png")
    again = here("album", "export", "trip", tmp_path / "out", code=26)
    assert again.stderr.splitlines() == [
        f"left out, for it can't be read now: {photographs / 'p01.png'}",
        "photoseek: 1 file was left out: see above",
    ]
    assert again.stdout.endswith(", 1 was there already\n")
    assert len(list((tmp_path / "out").iterdir())) == 2
    (tmp_path / "out" / "p03.jpg").write_bytes(b"another photo of this name")
    here("album", "export", "trip", tmp_path / "out", code=26)
    assert (tmp_path / "out" / "p03 (2).jpg").read_bytes() == (photographs / "p03.jpg").read_bytes()
    assert (tmp_path / "out" / "p03.jpg").read_bytes() == b"another photo of this name"


def test_an_album_says_as_it_is_made_what_its_query_will_not_find(
    here: Photoseek, photos: Path, make_photo
) -> None:
    make_photo(photos / "red.jpg")
    here("index", "--model", "fake", photos)
    said = here("album", "create", "never", "--where", "before:2019 after:2020").stderr
    assert "nothing can be both" in said
    assert "no photo fits it now" in said
    assert here("album", "create", "all", "--where", "sort:date").stderr == ""
    folder = here("album", "add", "trip", photos, code=8).stderr
    assert "is a folder: name the photos in it" in folder


def test_a_watched_folder_removed_and_added_again_embeds_nothing(here: Photoseek, photographs: Path) -> None:
    here("index", photographs)
    assert here("roots").stdout.strip() == str(photographs)
    assert parsed(here("roots", "--json")) == {"roots": [str(photographs)], "excluded": {}}
    here("roots", "remove", photographs)
    assert names(here("find", "--json", "a cat")) == []
    here("roots", "add", photographs)
    assert parsed(here("index", "--json"))["embedded"] == 0
    assert names(here("find", "--json", "a cat"))[0] == PHOTOGRAPHS["chelsea.png"]


def test_everything_but_the_catalog_can_be_thrown_away(
    photoseek: Photoseek, photographs: Path, tmp_path: Path
) -> None:
    photoseek("index", photographs)
    before = parsed(photoseek("find", "--json", "a cat"))["hits"]
    for name in ("vectors.faiss", "thumbnails", "compiled"):
        subprocess.run(["rm", "-r", tmp_path / "library" / name], check=True)  # noqa: S607 (rm is rm)
    assert parsed(photoseek("find", "--json", "a cat"))["hits"] == before


@pytest.mark.parametrize(
    ("arguments", "needless"),
    [
        # An index that finds nothing new waits neither for what reads photos and embeds them, nor for an index.
        (
            ["index", "."],
            {"torch", "openvino", "click", "rich", "pydantic", "PIL", "faiss", "multiprocessing", "lark"}
            | {"photoseek.searcher.labels", "photoseek.searcher.search"},
        ),
        # A plain question waits for nothing that it does not need.
        (
            ["find", "a cat"],
            {
                "torch",
                "openvino",
                "click",
                "rich",
                "pydantic",
                "PIL",
                "lark",
                "watchdog",
                "fastapi",
                "uvicorn",
                "filelock",
                "photoseek.indexer",
                "photoseek.searcher.labels",
            },
        ),
        (["--help"], {"torch", "openvino", "fastapi", "starlette", "uvicorn", "opentelemetry"}),
    ],
)
def test_a_command_loads_only_what_it_needs(
    indexed: Indexed, arguments: list[str], needless: set[str]
) -> None:
    _, folder = indexed
    code = (
        "import sys\nfrom photoseek.__main__ import main\n"
        f"try:\n    main()\nfinally:\n    loaded = {needless} & set(sys.modules)\n"
        "    assert not loaded, loaded\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=folder,
        env=environment_for(folder.parent / "library"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert not ran.stderr, ran.stderr
    assert ran.returncode == 0


def _fingerprints(folder: Path) -> dict[Path, tuple[str, int]]:
    return {
        path: (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
    }


@pytest.mark.skipif(sys.platform != "linux", reason="other systems' paths are text")
def test_a_library_whose_path_is_no_text_works_as_any(
    tmp_path: Path, make_photo: Callable[..., None]
) -> None:
    (photos := tmp_path / "photos").mkdir()
    make_photo(photos / "Bru\u0308cke.jpg")
    person = person_with(tmp_path / os.fsdecode(b"library\xff"))
    person("index", "--model", "fake", photos)
    assert len(parsed(person("find", "--json", "red"))["hits"]) == 1
    assert "all is well" in person("verify").stdout
    shown = person("status", photos / "Br\u00fccke.jpg").stdout  # as it is typed, where a Mac wrote the name
    assert "is in the library" in shown
    assert "not to be seen" not in shown
