"""The view of people: off until turned on, groups to name, questions with one key each, faces over photos."""

from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect

from photoseek.embedder import FakeEmbedder
from photoseek.embedder.faces.model_files import ENGINE
from photoseek.indexer import Run, index
from photoseek.storage import Box, FoundFace, Library, NamedRegion
from tests.page.accessibility import assert_accessible
from tests.searcher.web.browser import serving

_BOXES = Box(0.15, 0.2, 0.2, 0.3), Box(0.6, 0.2, 0.2, 0.3)


@pytest.fixture
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """Yield a library of four photos: three of one person, of which one shows another beside, one of a third."""
    folder = tmp_path_factory.mktemp("people")
    library = Library(folder / "library")
    embedder = FakeEmbedder()
    (folder / "photos").mkdir()
    for number in range(4):
        picture = Image.new("RGB", (300, 200), (40 + 40 * number, 90, 120))
        ImageDraw.Draw(picture).ellipse((45, 40, 105, 100), fill="bisque")
        picture.save(folder / "photos" / f"{number}.jpg")
    with library.catalog.write() as transaction:
        model = transaction.models.add(embedder.facts.model_id, embedder.facts.dimension, None)
        transaction.models.use(model)
        root = transaction.roots.add(str(folder / "photos"))
    index(Run(library, embedder, model), {root: [""]})
    with library.catalog.write() as transaction:
        transaction.people.turn_on()
        transaction.faces.save(ENGINE, {1: [_face(0)], 2: [_face(0)], 3: [_face(0), _face(1)], 4: [_face(0)]})
        ids = [one.face_id for photo in (1, 2, 3, 4) for one in transaction.people.faces_of(photo)]
        first, second, third = transaction.faces.new_persons(3)
        guesses = dict(zip(ids, (first, first, first, second, third), strict=True))
        transaction.faces.guess(guesses)
        transaction.photos.set_facts({4: {"regions": (NamedRegion("Eva", Box(0.7, 0.7, 0.1, 0.1)),)}})
    yield library
    library.close()


def _face(at: int) -> FoundFace:
    vector = np.eye(4, dtype=np.float32)[at]
    return FoundFace(_BOXES[at], 0.9, "good", None, vector)


@pytest.fixture
def address(library: Library) -> Iterator[str]:
    with serving(library) as server:
        yield f"http://127.0.0.1:{server.port}"


def _section(page: Page, title: str):  # noqa: ANN202 (Playwright's)
    return page.locator("section").filter(has=page.get_by_role("heading", name=title))


def _name(page: Page, group: str, name: str) -> None:
    page.get_by_role("button", name=f"Name: {group}", exact=True).click()
    page.get_by_label("Name of the person").fill(name)
    page.get_by_role("dialog").get_by_role("button", name="Name", exact=True).click()
    expect(page.get_by_role("dialog", name="Name")).to_have_count(0)


@pytest.mark.slow
def test_groups_are_named_and_a_name_is_taken_back(address: str, page: Page) -> None:
    page.goto(f"{address}/people")
    unnamed = _section(page, "Without a name")
    expect(unnamed.get_by_role("listitem")).to_have_count(3)
    expect(_section(page, "Named by other programs").get_by_role("link")).to_contain_text("Eva")
    assert_accessible(page)
    _name(page, "Group 1", "Ana Berg")
    expect(_section(page, "With a name").get_by_role("listitem")).to_contain_text(["Ana Berg3 photos"])
    expect(unnamed.get_by_role("listitem")).to_have_count(2)
    page.get_by_role("button", name="Undo").click()
    expect(unnamed.get_by_role("listitem")).to_have_count(3)
    expect(_section(page, "With a name")).to_have_count(0)


@pytest.mark.slow
def test_faces_are_looked_for_only_once_it_is_turned_on(address: str, library: Library, page: Page) -> None:
    with library.catalog.write() as transaction:
        transaction.people.turn_off(forget=True)
    page.goto(f"{address}/people")
    expect(page.get_by_text("128 numbers")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Look for faces").click()
    expect(page.get_by_role("button", name="Stop looking for faces")).to_be_visible()
    with library.catalog.read() as transaction:
        assert transaction.people.is_on()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Look for faces")).to_be_visible()
    with library.catalog.read() as transaction:
        assert not transaction.people.is_on()


@pytest.mark.slow
def test_a_question_is_answered_and_taken_back_with_one_key_each(
    address: str, library: Library, page: Page
) -> None:
    with library.catalog.write() as transaction:
        transaction.people_words.name(1, "Ana")
    page.goto(f"{address}/people")
    question = page.get_by_role("heading", name="Is this Ana?")
    expect(question).to_be_visible()
    assert_accessible(page)
    page.keyboard.press("y")
    expect(page.get_by_text("1 face is Ana")).to_be_visible()
    with library.catalog.read() as transaction:
        said = transaction.people.person(1).faces
    assert said == 4
    page.keyboard.press("u")
    expect(page.get_by_text("Undone")).to_be_visible()
    with library.catalog.read() as transaction:
        assert transaction.people.person(1).faces == 3


@pytest.mark.slow
def test_a_person_is_a_grid_of_photos_and_faces_that_can_be_split_off(
    address: str, library: Library, page: Page
) -> None:
    with library.catalog.write() as transaction:
        transaction.people_words.name(1, "Ana Berg")
    page.goto(f"{address}/people/1")
    expect(page.get_by_role("heading", name="Ana Berg")).to_be_visible()
    expect(page.locator("#count")).to_have_text("3 photos")
    page.get_by_role("link", name="Faces").click()
    expect(page.locator("#count")).to_have_text("3 faces, 3 said by you")
    assert_accessible(page)
    page.get_by_role("button", name="Face 2").click()
    page.get_by_role("toolbar").get_by_role("button", name="Somebody else: who?").click()
    page.get_by_label("Name of the person").fill("Ben")
    page.get_by_role("dialog").get_by_role("button", name="Name", exact=True).click()
    expect(page.locator("#count")).to_have_text("2 faces, 2 said by you")
    with library.catalog.read() as transaction:
        assert transaction.people.face(2).person_id == transaction.people.named("Ben").person_id  # type: ignore[union-attr]
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#count")).to_have_text("3 faces, 3 said by you")


@pytest.mark.slow
def test_one_person_twice_in_a_photo_is_asked_about_first(address: str, library: Library, page: Page) -> None:
    with library.catalog.write() as transaction:
        transaction.people_words.name(1, "Ana")
    window = page.context.new_page()  # the browser itself logs the 409 as an error
    window.goto(f"{address}/people")
    _name(window, "Group 2", "Ana")
    expect(window.get_by_role("heading", name="Twice in one photo?")).to_be_visible()
    window.get_by_role("button", name="It is the same person").click()
    expect(window.get_by_text("Named Ana")).to_be_visible()
    with library.catalog.read() as transaction:
        assert transaction.people.person(1).faces == 4


@pytest.mark.slow
def test_the_viewer_shows_faces_over_the_photo_and_names_them(
    address: str, library: Library, page: Page
) -> None:
    page.goto(f"{address}/?photo=3")
    page.get_by_role("button", name="Show faces").click()
    boxes = page.locator(".viewer-face")
    expect(boxes).to_have_count(2)
    frame, box = page.locator(".viewer-frame").bounding_box(), boxes.first.bounding_box()
    assert frame is not None
    assert box is not None
    assert abs((box["x"] - frame["x"]) / frame["width"] - 0.15) < 0.01
    assert abs((box["y"] - frame["y"]) / frame["height"] - 0.2) < 0.01
    page.get_by_role("button", name="Not named").first.click()
    page.get_by_label("Name of the person").fill("Ana")
    page.get_by_role("dialog", name="Whose faces are they?").get_by_role(
        "button", name="Name", exact=True
    ).click()
    expect(boxes.first).to_have_text("Ana")
    assert_accessible(page)
    page.keyboard.press("p")
    expect(boxes).to_have_count(0)
    with library.catalog.read() as transaction:
        ana = transaction.people.named("Ana")
        assert ana is not None
        assert ana.faces == 3  # those who were alike, too


@pytest.mark.slow
def test_the_view_speaks_japanese_and_a_person_who_is_gone_says_so(address: str, chromium: Chromium) -> None:
    context = chromium.new_context(locale="ja-JP")
    window = context.new_page()
    window.goto(f"{address}/people")
    expect(window.get_by_role("heading", name="名前のないグループ")).to_be_visible()
    assert_accessible(window)
    answer = window.goto(f"{address}/people/4711")
    assert answer is not None
    assert answer.status == 404
    expect(window.get_by_text("この人物はもういません")).to_be_visible()
    context.close()
