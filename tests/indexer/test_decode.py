import io
import os
import struct
import subprocess
import sys
import warnings
import zlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image

from photoseek.indexer.decode.decode import MAX_PIXELS, content_hash, decode
from photoseek.indexer.errors import UnreadablePhoto
from tests.indexer.photos import (
    CORNERS,
    corners,
    exif,
    noise,
    raw_photo,
    saved,
    scene,
    shows_scene,
    swapping_profile,
    turned,
)

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def camera_files() -> Path:
    """Return the folder of real files from cameras, where a developer has it."""
    data = Path(os.environ.get("PHOTOSEEK_DATA") or REPOSITORY.parent / "shared" / "data")
    if not (data / "camera").is_dir():
        pytest.skip("no real camera files: set PHOTOSEEK_DATA to the folder that holds camera/")
    return data / "camera"


def reason_for(content: bytes, name: str = "photo.jpg") -> str:
    with pytest.raises(UnreadablePhoto) as caught:
        decode(content, name)
    return str(caught.value)


@pytest.mark.parametrize(
    ("kind", "shown"),
    [(kind, kind) for kind in ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF", "JPEG2000")]
    + [("HEIF", "HEIC")],
)
def test_each_format_decodes_by_its_content_whatever_its_name(kind: str, shown: str) -> None:
    decoded = decode(saved(scene(), kind), "wrong.jpg")
    assert (decoded.format, decoded.width, decoded.height) == (shown, 240, 160)
    assert shows_scene(decoded)


@pytest.mark.parametrize("orientation", range(9))
def test_a_photo_is_turned_upright_exactly_once(orientation: int) -> None:
    decoded = decode(turned(scene(), orientation), "a.jpg")
    assert (decoded.width, decoded.height, decoded.photo.size) == (240, 160, (240, 160))
    assert shows_scene(decoded)


@pytest.mark.parametrize("kind", ["HEIF", "AVIF", "PNG", "TIFF", "WEBP"])
def test_other_formats_are_turned_once_too(kind: str) -> None:
    lying = scene().transpose(Image.Transpose.ROTATE_90)
    tags = exif({ExifTags.Base.Orientation: 6})
    decoded = decode(saved(lying, kind, exif=tags.tobytes() if kind == "HEIF" else tags), "a")
    assert (decoded.width, decoded.height) == (240, 160)
    assert shows_scene(decoded)


def test_a_large_jpeg_is_decoded_reduced_but_says_its_full_size() -> None:
    decoded = decode(saved(scene(2000, 1500)), "a.jpg", min_side=150)
    assert (decoded.width, decoded.height) == (2000, 1500)
    assert decoded.photo.size == (250, 188)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("size", [(1100, 700), (640, 480), (2000, 513), (90, 3000)])
def test_the_shorter_side_keeps_what_the_model_needs(kind: str, size: tuple[int, int]) -> None:
    photo = decode(saved(scene(*size), kind), "a", min_side=256).photo
    assert min(size[0], size[1], 256) <= min(photo.size) <= max(512, *size)
    assert min(photo.size) < 2 * 256 or min(photo.size) == min(size)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "BMP", "TIFF", "WEBP", "AVIF", "HEIF"])
@pytest.mark.parametrize("share", [0.2, 0.6, 0.97])
def test_a_photo_cut_short_is_refused_rather_than_embedded_grey(kind: str, share: float) -> None:
    content = saved(noise(), kind)
    assert "cut short" in reason_for(content[: int(len(content) * share)])


@pytest.mark.parametrize("progressive", [False, True])
def test_a_jpeg_without_its_last_bytes_is_refused(progressive: bool) -> None:  # noqa: FBT001
    content = saved(noise(), progressive=progressive)
    assert "still be copying" in reason_for(content[:-2])
    assert "still be copying" in reason_for(content[:-500])


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_a_file_whose_second_half_is_still_zeros_is_refused(kind: str) -> None:
    content = saved(noise(), kind)
    half = len(content) // 2
    reason_for(content[:half] + bytes(len(content) - half))


def test_zeros_behind_a_whole_jpeg_are_padding() -> None:
    assert shows_scene(decode(saved(scene()) + bytes(10_000), "a.jpg"))
    assert shows_scene(decode(saved(scene(), progressive=True) + bytes(10_000), "a.jpg"))


def test_an_empty_file_or_one_of_zeros_may_still_be_copying() -> None:
    assert "empty" in reason_for(b"")
    assert "only zeros" in reason_for(bytes(5000))


def test_text_named_jpg_is_refused_as_no_photo() -> None:
    assert "whatever the name says" in reason_for(b"Dear diary,\n" * 50)


def test_a_video_is_refused_as_a_video() -> None:
    assert "video" in reason_for(b"\0\0\0\x14ftypqt  \0\0\0\0qt  " + bytes(100), "a.heic")


def png_that_claims(width: int, height: int) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0"))
        + chunk(b"IEND", b"")
    )


def test_a_decompression_bomb_is_refused_from_its_header() -> None:
    assert "60000 x 60000" in reason_for(png_that_claims(60_000, 60_000))


def test_a_photo_without_pixels_is_refused() -> None:
    reason_for(png_that_claims(0, 10))


def test_phones_of_200_megapixels_are_within_the_limit() -> None:
    assert MAX_PIXELS > 16_320 * 12_240


@pytest.mark.parametrize(
    "error",
    [
        OSError("broken"),
        SyntaxError("not a JPEG"),
        struct.error("unpack requires"),
        ValueError("bad"),
        MemoryError(),
        Image.DecompressionBombError("too big"),
        zlib.error("bad data"),
        EOFError(),
        RuntimeError("decoder"),
        IndexError(),
        OverflowError(),
    ],
)
def test_whatever_a_decoder_raises_becomes_one_reason(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def broken(*_: object) -> Image.Image:
        raise error

    monkeypatch.setattr("photoseek.indexer.decode.decode.open_photo", broken)
    assert reason_for(saved(scene()))
    with pytest.raises(UnreadablePhoto) as caught:
        decode(saved(scene()), "a.jpg")
    assert caught.value.__cause__ is error


def test_warnings_about_metadata_do_not_reach_the_terminal(recwarn: pytest.WarningsRecorder) -> None:
    animated = bytearray(saved(scene(), "PNG", save_all=True, append_images=[noise()]))
    frames = animated.index(b"acTL") + 4
    animated[frames : frames + 4] = b"\0\0\0\0"
    checksum = struct.pack(">I", zlib.crc32(animated[frames - 4 : frames + 8]))
    animated[frames + 8 : frames + 12] = checksum
    with pytest.warns(UserWarning, match="Invalid APNG"):
        Image.open(io.BytesIO(animated)).close()
    recwarn.clear()
    assert shows_scene(decode(bytes(animated), "a.png"))
    assert not recwarn


def test_keeping_warnings_quiet_does_not_pile_up() -> None:
    decode(saved(scene()), "a.jpg")
    before = len(warnings.filters)
    decode(saved(scene()), "a.jpg")
    assert len(warnings.filters) == before


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "TIFF", "AVIF"])
def test_an_animation_is_its_first_frame(kind: str) -> None:
    frames = [Image.new("RGB", (240, 160), "black")]
    assert shows_scene(decode(saved(scene(), kind, save_all=True, append_images=frames), "a"))


def test_a_jpeg_with_a_second_picture_behind_is_a_jpeg() -> None:
    photo = saved(scene(), "MPO", save_all=True, append_images=[Image.new("RGB", (240, 160))])
    decoded = decode(photo, "a.jpg")
    assert decoded.format == "JPEG"
    assert shows_scene(decoded)


def test_editing_metadata_changes_the_content_hash_but_not_the_pixel_hash() -> None:
    before = saved(scene())
    after = saved(scene(), exif=exif({ExifTags.Base.Artist: "me"}))
    assert content_hash(before) != content_hash(after)
    assert len(content_hash(before)) == len(decode(before, "a.jpg").pixel_hash) == 16
    assert decode(before, "a.jpg").pixel_hash == decode(after, "a.jpg").pixel_hash


def test_changing_pixels_size_or_turn_changes_the_pixel_hash() -> None:
    photos = [saved(scene()), saved(noise()), saved(scene(480, 320)), saved(scene(), exif=exif({274: 3}))]
    assert len({decode(photo, "a.jpg", min_side=100).pixel_hash for photo in photos}) == 4


@pytest.mark.parametrize(
    ("orientation", "size"), [(1, (640, 480)), (3, (640, 480)), (6, (480, 640)), (8, (480, 640))]
)
def test_a_raw_photos_preview_is_turned_as_the_raw_says(orientation: int, size: tuple[int, int]) -> None:
    decoded = decode(raw_photo(orientation), "a.DNG", min_side=256)
    assert (decoded.format, (decoded.width, decoded.height)) == ("DNG", size)
    back = {3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}
    stored = decoded.photo.transpose(back[orientation]) if orientation in back else decoded.photo
    assert np.abs(np.array(corners(stored)) - np.array(CORNERS)).max() < 30
    assert (decoded.facts.taken_at, decoded.facts.camera) == ("2023-05-01T12:30:05", "Photoseek Test 1")


@pytest.mark.parametrize("preview_side", [None, 60])
def test_a_raw_photo_without_a_preview_of_use_is_developed(preview_side: int | None) -> None:
    photo = decode(raw_photo(6, preview_side), "a.dng", min_side=200).photo
    assert photo.size == (240, 320)
    left, right = np.asarray(photo)[:, :100].mean(), np.asarray(photo)[:, -100:].mean()
    assert right > left + 100  # the sensor's bright upper half, turned right


@pytest.mark.parametrize("share", [0.3, 0.9, 0.999])
def test_a_raw_photo_cut_short_is_refused_though_its_preview_is_whole(share: float) -> None:
    content = raw_photo()
    assert "cut short" in reason_for(content[: int(len(content) * share)], "a.dng")


def test_a_jpeg_named_raw_is_a_jpeg() -> None:
    assert decode(saved(scene()), "a.nef").format == "JPEG"


def test_a_library_of_raw_photos_alone_finds_their_previews() -> None:
    """Pillow registers its readers lazily, so the first file of a process matters."""
    program = (
        "import sys; from photoseek.indexer.decode.decode import decode;"
        "print(any(m.startswith(('rawpy', 'pi_heif', 'pillow_heif')) for m in sys.modules),"
        "decode(sys.stdin.buffer.read(), 'a.dng', min_side=256).photo.size)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], input=raw_photo(), capture_output=True, check=True, cwd=REPOSITORY
    )
    assert done.stdout.decode().strip() == "False (341, 256)"


def test_threads_decode_alike() -> None:
    contents = [
        saved(noise(), kind, icc_profile=swapping_profile()) for kind in ("JPEG", "PNG", "HEIF", "TIFF")
    ] * 4
    with ThreadPoolExecutor(4) as threads:
        hashes = list(threads.map(lambda content: decode(content, "a").pixel_hash, contents))
    assert hashes == [decode(content, "a").pixel_hash for content in contents]


SEEDS = [saved(scene(24, 16), kind) for kind in ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP")]
SEEDS.append(saved(scene(24, 16), exif=exif({271: "Canon"}, {36867: "2001:01:01 01:01:01"}, {1: "N"})))


@given(
    seed=st.sampled_from(SEEDS),
    changes=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=8),
    keep=st.floats(0.1, 1),
    name=st.sampled_from(["a.jpg", "a.nef"]),
)
@settings(max_examples=150)
def test_mutated_bytes_decode_or_are_refused_and_nothing_else(
    seed: bytes, changes: list[tuple[float, int]], keep: float, name: str
) -> None:
    content = bytearray(seed)
    for place, value in changes:
        content[int(place * len(content))] = value
    with suppress(UnreadablePhoto):
        assert decode(bytes(content[: int(len(content) * keep)]), name).photo.mode == "RGB"


def test_every_real_camera_file_decodes(camera_files: Path) -> None:
    suffixes = {".jpg", ".jpeg", ".heic", ".heif", ".nef"}
    files = [path for path in camera_files.rglob("*") if path.suffix.lower() in suffixes]
    assert len(files) > 80
    for path in files:
        decoded = decode(path.read_bytes(), path.name, min_side=64)
        assert min(decoded.photo.size) >= min(64, decoded.width, decoded.height), path


@pytest.mark.parametrize("shape", ["Landscape", "Portrait"])
def test_the_real_orientation_photos_show_one_picture(camera_files: Path, shape: str) -> None:
    shown = []
    for orientation in range(9):
        content = (camera_files / "orientation" / f"{shape}_{orientation}.jpg").read_bytes()
        photo = decode(content, "a.jpg", min_side=64).photo.resize((32, 32), Image.Resampling.BOX)
        shown.append(np.asarray(photo, dtype=np.float64))
    assert max(np.abs(photo - shown[1]).mean() for photo in shown) < 8


def test_a_real_half_copied_heic_is_refused(camera_files: Path) -> None:
    for path in (camera_files / "heic").rglob("*.*"):
        content = path.read_bytes()
        assert "cut short" in reason_for(content[: len(content) // 2], path.name)


def test_real_content_is_only_read(camera_files: Path) -> None:
    content = (camera_files / "jpg" / "Canon_40D.jpg").read_bytes()
    before = content_hash(content)
    decode(content, "a.jpg")
    assert content_hash(content) == before
    assert Image.open(io.BytesIO(content)).size == (100, 68)
