"""GET /api/v1/descriptions: a title, else tags, else a file's name."""

from photoseek.storage import Edit, Library
from photoseek.storage.clock import now
from tests.searcher.web.browser import Browser, serving


def test_a_photo_is_described_by_its_title_else_its_tags_else_its_file(coloured) -> None:
    library: Library = coloured.library
    with library.catalog.write() as transaction:
        ids = sorted(transaction.photos.which(()))
        titled, tagged, named = ids[:3]
        transaction.edits.make("titles", [Edit(titled, "title", {"title": "Granny’s garden"}, now())])
        transaction.tags.put([titled], "garden")
        transaction.tags.put([tagged], "garden")
        transaction.tags.put([tagged], "dahlia")
    with serving(library) as browser:
        reply = browser.get(f"/api/v1/descriptions?id={titled}&id={tagged}&id={named}&id=99999999")
        assert reply.status == 200
        descriptions = reply.answer["descriptions"]
        assert set(descriptions) == {str(titled), str(tagged), str(named)}
        assert descriptions[str(titled)] == "Granny’s garden"
        assert set(descriptions[str(tagged)].split(", ")) == {"garden", "dahlia"}
        assert descriptions[str(named)].endswith((".jpg", ".png"))


def test_no_more_photos_are_described_at_once_than_a_window_shows(context: Browser) -> None:
    many = "&".join(f"id={number}" for number in range(1, 202))
    assert context.get(f"/api/v1/descriptions?{many}").status == 422
    assert context.get("/api/v1/descriptions?id=0").status == 422
    assert context.get("/api/v1/descriptions").status == 422
