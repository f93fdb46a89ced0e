"""A person asks why: heat maps go where they say, and the photos stay as they are."""

from pathlib import Path

from PIL import Image

from tests.end_to_end.person import Photoseek, parsed


def test_heat_maps_are_painted_into_a_folder_and_the_photos_stay(
    here: Photoseek, photos: Path, make_photo, tmp_path: Path
) -> None:
    paths = [make_photo(photos / f"{colour}.jpg", colour) for colour in ("red", "green")]
    before = [(path.read_bytes(), path.stat().st_mtime_ns) for path in paths]
    here("index", "--model", "fake", photos)
    paths[1].rename(tmp_path / "away.jpg")
    asked = here("find", "red", "--explain", "--json", "--heat-map", tmp_path / "heat")
    red, green = parsed(asked)["hits"]
    assert red["heat_map"] == str(tmp_path / "heat" / "01-red.png")
    with Image.open(red["heat_map"]) as picture:
        assert picture.format == "PNG"
    assert red["explanation"]["parts"][0]["part"] == '"red"'
    assert "heat_map" not in green
    (tmp_path / "away.jpg").rename(paths[1])
    assert "the next index takes them for photos" in here("find", "red", "--heat-map", photos / "heat").stderr
    here("find", "type:jpeg", "--heat-map", tmp_path / "heat", code=13)
    assert [(path.read_bytes(), path.stat().st_mtime_ns) for path in paths] == before


def test_a_home_of_nobody_is_a_name_as_in_a_shell(
    here: Photoseek, photos: Path, make_photo, tmp_path: Path, monkeypatch
) -> None:
    make_photo(photos / "red.jpg", "red")
    here("index", "--model", "fake", photos)
    monkeypatch.chdir(tmp_path)
    here("find", "red", "--heat-map", "~nobody-of-this-name")
    assert (tmp_path / "~nobody-of-this-name" / "01-red.png").exists()
