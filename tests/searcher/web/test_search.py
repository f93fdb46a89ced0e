"""A page's question over HTTP: hits with what a grid needs, the question taken apart, what to ask instead."""

from io import BytesIO
from pathlib import Path
from urllib.parse import urlencode

import pytest
from PIL import Image

from photoseek.indexer import Run, index
from photoseek.searcher.web.api.searching.shapes import SearchShape, SuggestionsShape
from tests.searcher.web.browser import Browser, Reply, serving


def _search(browser: Browser, q: str, **parameters: object) -> Reply:
    return browser.get(f"/api/v1/search?{urlencode({'q': q, **parameters}, doseq=True)}")


def test_hits_have_what_a_grid_needs(context: Browser) -> None:
    answer = _search(context, "red").answer
    SearchShape.model_validate(answer)
    hit = answer["hits"][0]
    assert hit["path"].endswith("red.jpg")
    assert hit["ratio"] == pytest.approx(64 / 48, abs=1e-3)
    photo = context.get(f"/api/v1/photos/{hit['photo_id']}").answer
    assert photo["content_hash"].startswith(hit["hash"])
    assert len(hit["hash"]) == 12


def test_chips_name_what_was_typed_and_lead_to_the_line_without_it(coloured: Run, browser: Browser) -> None:
    with coloured.library.catalog.write() as transaction:
        transaction.tags.put([1, 2], "wall")
    chips = _search(browser, "red tag:wall -blue").answer["chips"]
    assert [(chip["kind"], chip["text"], chip["without"]) for chip in chips] == [
        ("filter", "tag:wall", "red -blue"),
        ("words", "-blue", "red tag:wall"),
    ]


def test_an_order_by_date_is_a_parameter_and_a_page_follows_it(browser: Browser) -> None:
    first = _search(browser, "is:landscape", order="date", limit=3).answer
    second = _search(browser, "is:landscape", order="date", limit=3, cursor=first["next"]).answer
    seen = [hit["photo_id"] for answer in (first, second) for hit in answer["hits"]]
    assert len(set(seen)) == 6
    assert _search(browser, "red", order="best").status == 422


def test_a_question_that_nothing_fits_says_what_to_ask_instead(browser: Browser) -> None:
    answer = _search(browser, "is:favourite tag:nowhere").answer
    assert not answer["hits"]
    assert [(one["kind"], one["query"]) for one in answer["remedies"]] == [
        ("without", "tag:nowhere"),
        ("without", "is:favourite"),
    ]
    assert _search(browser, "is:landscape").answer["remedies"] == []


def test_more_like_a_photo_needs_no_words(browser: Browser) -> None:
    answer = _search(browser, "", more="1", less=["5"]).answer
    shown = browser.get("/api/v1/photos/1").answer["path"]
    assert answer["hits"][0]["path"][:-5] == shown[:-5]  # a photo of the same colour
    assert answer["chips"] == []


def test_suggestions_need_no_model_and_refuse_long_lines(coloured: Run, browser: Browser) -> None:
    with coloured.library.catalog.write() as transaction:
        transaction.tags.put([1], "seaside")
    reply = browser.get("/api/v1/suggestions?q=red%20sea")
    SuggestionsShape.model_validate(reply.answer)
    assert reply.answer["suggestions"][0] == {
        "kind": "tag",
        "text": "seaside",
        "line": "red tag:seaside ",
        "photos": 1,
    }
    assert browser.get("/api/v1/suggestions?q=" + "x" * 10_001).status == 422


def test_a_heat_map_is_laid_over_the_half_that_was_asked_for(run: Run, photos: Path) -> None:
    half = Image.new("RGB", (640, 480), (0, 0, 255))
    half.paste((255, 0, 0), (0, 0, 320, 480))
    half.save(photos / "half.jpg")
    with run.library.catalog.write() as transaction:
        root = transaction.roots.add(str(photos))
    index(run, {root: [""]})
    with run.library.catalog.read() as transaction:
        content = transaction.photos.by_id([1])[1].facts.content_hash
    small = BytesIO()
    half.resize((512, 384)).save(small, "JPEG")
    run.library.thumbnails.save(content, small.getvalue())
    with serving(run.library) as browser:
        reply = browser.get("/api/v1/photos/1/heat-map?q=red")
        assert reply.headers["content-type"] == "image/png"
        painted = Image.open(BytesIO(reply.body))
        assert (painted.mode, painted.size) == ("RGBA", (512, 384))
        opacity = painted.getchannel("A")
        assert opacity.getpixel((80, 192)) > opacity.getpixel((430, 192))
        assert browser.get("/api/v1/photos/1/heat-map?q=is:rated").error["kind"] == "bad-query"
        assert browser.get("/api/v1/photos/9/heat-map?q=red").status == 404
        run.library.thumbnails.path(content).unlink()
        assert browser.get("/api/v1/photos/1/heat-map?q=red").error["kind"] == "no-thumbnail"
