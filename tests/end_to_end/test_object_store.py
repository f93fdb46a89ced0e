"""A person's photographs in a bucket: indexed, found, shown, exported and looked after by the commands."""

import json
from pathlib import Path

import pytest

from tests.end_to_end.person import Photoseek, copy_photographs
from tests.object_store import Bucket, object_store


@pytest.fixture
def filled(bucket: Bucket, tmp_path: Path) -> Bucket:
    folder = copy_photographs(tmp_path / "photographs")
    for key in ("a b/p01.png", "a b/p02.png", "p03.jpg"):
        bucket.put(f"2024/{key}", (folder / Path(key).name).read_bytes())
    bucket.put("2024/broken.jpg", b"no photo")
    return bucket


def test_photos_in_a_bucket(filled: Bucket, photoseek: Photoseek, here: Photoseek) -> None:
    assert "3 photos embedded" in photoseek("index", filled.url("2024/")).stdout
    cup, folder = filled.url("2024/a b/p01.png"), filled.url("2024/a b")
    object_store().stop()  # a question needs no store
    assert json.loads(here("find", "a cup of coffee", "--json").stdout)["hits"][0]["path"] == cup
    assert cup in here("find", "cup", f'in:"{folder}"').stdout
    assert cup in here("find", "cup", 'in:"2024/a b"').stdout
    assert "no folder" in here("find", "cup", f"in:{filled.url('2024/none')}", code=13).stderr
    rocket = filled.url("2024/p03.jpg")
    assert rocket in here("find", rocket, "--limit", "1").stdout
    assert here("roots", "list").stdout.strip() == filled.url("2024")
    assert "in the library since" in here("status", cup).stdout
    assert "does not answer" in here("verify", "--quick", code=16).stdout
    assert "does not answer" in here("index", filled.url("2024"), code=15).stderr
    object_store().start()
    assert "no photo that can be read" in here("status", filled.url("2024/broken.jpg")).stdout
    filled.put("2024/new.jpg", b"x")
    assert "has not been indexed yet" in here("status", filled.url("2024/new.jpg")).stdout
    assert "there is no file" in here("status", filled.url("2024/none.jpg")).stdout
    here("verify")


def test_what_is_written_for_photos_in_a_bucket(
    filled: Bucket, photoseek: Photoseek, here: Photoseek, tmp_path: Path
) -> None:
    photoseek("index", filled.url("2024"))
    cup = filled.url("2024/a b/p01.png")
    here("set", cup, "--rating", "5")
    assert "nothing is written into an object store" in here("sidecars", "write", "--apply").stdout
    here("album", "create", "cups")
    here("album", "add", "cups", cup)
    for folder, how in (("copies", ()), ("links", ("--link", "symbolic"))):
        here("album", "export", "cups", tmp_path / folder, *how)
        copy = tmp_path / folder / "p01.png"
        assert copy.read_bytes() == filled.get("2024/a b/p01.png")
        assert not copy.is_symlink()
    here("roots", "exclude", filled.url("2024"), "*.jpg")
    assert "1 photo is now left out" in photoseek("index").stdout
    here("roots", "remove", filled.url("2024"))
    assert here("roots", "list").stdout == ""
