"""Videos and motion photos on the page: badges, a player that begins at the moment, photos that move."""

from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from photoseek.embedder import FakeEmbedder
from photoseek.embedder.fake import COLOURS
from tests.page.accessibility import assert_accessible
from tests.page.photos import Photos
from tests.searcher.web.browser import serving
from tests.videos import make_video, motion_photo

pytestmark = pytest.mark.slow

SIZE = (96, 64)


def _flat(colour: str) -> Image.Image:
    return Image.new("RGB", SIZE, COLOURS[colour])


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    photos = Photos(tmp_path_factory.mktemp("videos"))
    scenes = [(_flat("red"), 5.0), (_flat("yellow"), 5.0)]
    # VP8, which every Chromium decodes.
    clip = make_video(photos.folder / "clip.webm", scenes, codec="libvpx")
    inside = make_video(photos.folder.parent / "inside.mp4", [(_flat("blue"), 2.0)], codec="libvpx-vp9")
    (photos.folder / "moving.jpg").write_bytes(motion_photo("Pixel", _flat("green"), inside.read_bytes())[0])
    _flat("purple").save(photos.folder / "still.png")
    (photos.folder / "unplayable.avi").write_bytes(
        make_video(photos.folder.parent / "a.avi", [(_flat("white"), 2.0)]).read_bytes()
    )
    photos.index()
    assert clip.exists()
    yellow = FakeEmbedder().embed_photos(np.full((1, 32, 32, 3), COLOURS["yellow"], np.uint8))[0]
    with photos.library.catalog.write() as transaction:
        model = transaction.models.in_use()
        videos = [
            photo.photo_id
            for photo in transaction.photos.by_id(photos.ids()).values()
            if photo.paths[0].endswith(".webm")
        ]
        assert model is not None
        transaction.video_moments.save(model, {videos[0]: [(5000, yellow)]})
    with serving(photos.library) as server:
        yield f"http://127.0.0.1:{server.port}"
    photos.library.close()


def test_a_grid_shows_how_long_videos_are(address: str, page: Page) -> None:
    page.goto(address)
    expect(page.locator(".badge-video", has_text="0:10")).to_have_count(1)
    expect(page.locator(".badge-video", has_text="0:02")).to_have_count(1)
    expect(page.get_by_role("img", name="moves under the pointer")).to_have_count(1)
    assert_accessible(page)


def test_a_hit_plays_from_its_moment(address: str, page: Page) -> None:
    page.goto(f"{address}/search?q=yellow")
    hit = page.locator(".hit").first
    expect(hit.locator(".badge", has_text="at 0:05")).to_be_visible()
    hit.locator(".hit-link").click()
    viewer = page.get_by_role("dialog", name="Photo")
    expect(viewer.locator("video.is-loaded")).to_be_visible()
    page.wait_for_function("() => Math.abs(document.querySelector('.viewer video').currentTime - 5) < 0.5")
    assert page.evaluate("() => document.querySelector('.viewer video').paused")  # where motion isn't wanted
    page.keyboard.press("Space")
    page.wait_for_function("() => document.querySelector('.viewer video').currentTime > 5.2")
    page.keyboard.press("Space")
    page.wait_for_function("() => document.querySelector('.viewer video').paused")
    page.keyboard.press("i")
    expect(viewer.locator(".viewer-info")).to_contain_text("0:10")
    expect(viewer.locator(".viewer-info")).to_contain_text("vp8")
    assert_accessible(page)
    page.keyboard.press("Escape")
    expect(page.locator("video")).to_have_count(0)


def test_a_motion_photo_moves_under_the_pointer_and_in_the_viewer(address: str, page: Page) -> None:
    page.emulate_media(reduced_motion="no-preference")
    page.goto(address)
    cell = page.locator(".cell", has=page.get_by_role("img", name="moves under the pointer"))
    cell.locator(".cell-link").hover()
    expect(cell.locator("video.cell-motion.is-loaded")).to_have_count(1)
    page.mouse.move(1, 1)
    expect(page.locator("video")).to_have_count(0)
    cell.locator(".cell-link").click()
    viewer = page.get_by_role("dialog", name="Photo")
    viewer.get_by_role("button", name="Play the moving photo").click()
    expect(viewer.locator("video.is-motion")).to_have_count(1)
    expect(viewer.locator("video.is-motion")).to_have_count(0)  # it ends by itself


def test_a_still_photo_does_not_move(address: str, page: Page) -> None:
    page.emulate_media(reduced_motion="no-preference")
    page.goto(f"{address}/search?q=type:png purple")
    page.locator(".hit-link").first.hover()
    with page.expect_response(
        lambda response: "/api/v1/photos/" in response.url and "thumbnail" not in response.url
    ):
        page.locator(".hit-link").first.hover()
    expect(page.locator("video")).to_have_count(0)


def test_a_video_that_the_browser_can_not_play_says_so(address: str, page: Page) -> None:
    page.goto(f"{address}/search?q=type:avi white")
    page.locator(".hit-link").first.click()
    viewer = page.get_by_role("dialog", name="Photo")
    expect(viewer.get_by_text("can’t play this video")).to_be_visible()
    expect(viewer.locator("img.is-loaded").first).to_be_visible()
