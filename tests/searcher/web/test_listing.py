"""Lists over HTTP: albums with their covers, suggested albums, tags."""

from photoseek.indexer import Run
from photoseek.searcher.web.api.listing.shapes import (
    AlbumShape,
    AlbumsShape,
    LargestPlacesShape,
    PlacesShape,
    SuggestedShape,
    TagsShape,
)
from tests.searcher.web.browser import Browser


def _albums(coloured: Run) -> None:
    with coloured.library.catalog.write() as transaction:
        transaction.albums.add(transaction.albums.create("Trips", None), [1])
        transaction.albums.add(transaction.albums.create("Trips/2023", None), [2, 3])
        transaction.albums.create("wide", "is:landscape")
        transaction.albums.create("broken", "album:nowhere")


def test_an_album_has_a_cover_once_it_was_looked_at(coloured: Run, browser: Browser) -> None:
    _albums(coloured)
    listed = browser.get("/api/v1/albums").answer
    AlbumsShape.model_validate(listed)
    trips = next(one for one in listed["albums"] if one["name"] == "Trips")
    assert (trips["photos"], trips["cover"], trips["is_known"]) == (1, None, False)
    looked = browser.get(f"/api/v1/albums/{trips['id']}").answer
    AlbumShape.model_validate(looked)
    assert looked["photos"] == 3  # with those of the album below it
    assert looked["cover"]["id"] in {1, 2, 3}
    again = browser.get("/api/v1/albums").answer["albums"]
    assert next(one for one in again if one["name"] == "Trips") == looked
    with coloured.library.catalog.write() as transaction:
        transaction.albums.add(transaction.albums.named("Trips/2023"), [4])
    assert browser.get(f"/api/v1/albums/{trips['id']}").answer["photos"] == 4


def test_an_album_of_a_query_counts_what_it_finds(coloured: Run, browser: Browser) -> None:
    _albums(coloured)
    by_name = {one["name"]: one for one in browser.get("/api/v1/albums").answer["albums"]}
    assert by_name["wide"]["photos"] is None
    assert browser.get(f"/api/v1/albums/{by_name['wide']['id']}").answer["photos"] == 20
    broken = browser.get(f"/api/v1/albums/{by_name['broken']['id']}")
    assert broken.status == 200
    assert "nowhere" in broken.answer["trouble"]
    assert browser.get("/api/v1/albums/4711").status == 404


def test_a_suggested_album_is_kept_or_dropped_if_it_is_the_one_that_was_meant(
    coloured: Run, browser: Browser
) -> None:
    with coloured.library.catalog.write() as transaction:
        transaction.suggestions.show(
            [("Kyoto, May 2023", frozenset({1, 2, 3})), ("a party", frozenset({4, 5}))]
        )
    listed = browser.get("/api/v1/albums/suggested").answer
    SuggestedShape.model_validate(listed)
    assert [(one["name"], one["photos"]) for one in listed["suggested"]] == [
        ("Kyoto, May 2023", 3),
        ("a party", 2),
    ]
    assert browser.change("POST", "/api/v1/albums/suggested/1/keep", {"name": "a party"}).status == 404
    kept = browser.change("POST", "/api/v1/albums/suggested/1/keep", {"name": "Kyoto, May 2023"})
    assert kept.answer["name"] == "Kyoto, May 2023"
    dropped = browser.change("POST", "/api/v1/albums/suggested/2/drop", {"name": "a party"})
    assert browser.get("/api/v1/albums/suggested").answer == {"suggested": []}
    assert [one["name"] for one in browser.get("/api/v1/albums").answer["albums"]] == ["Kyoto, May 2023"]
    for decided in (kept, dropped):
        assert browser.change("POST", f"/api/v1/undo/{decided.answer['undo']}").status == 200
    assert browser.get("/api/v1/albums/suggested").answer == listed
    assert browser.get("/api/v1/albums").answer == {"albums": []}


def test_a_kept_suggestion_that_was_changed_since_is_not_deleted_by_undoing_it(
    coloured: Run, browser: Browser
) -> None:
    with coloured.library.catalog.write() as transaction:
        transaction.suggestions.show([("a party", frozenset({4, 5}))])
    kept = browser.change("POST", "/api/v1/albums/suggested/1/keep", {"name": "a party"}).answer
    (album,) = browser.get("/api/v1/albums").answer["albums"]
    added = browser.change("POST", f"/api/v1/albums/{album['id']}/photos", {"ids": [1]}).answer
    refused = browser.change("POST", f"/api/v1/undo/{kept['undo']}")
    assert (refused.status, refused.error["kind"]) == (409, "changed-since")
    for change in (added, kept):
        assert browser.change("POST", f"/api/v1/undo/{change['undo']}").status == 200
    assert browser.get("/api/v1/albums").answer == {"albums": []}


def test_tags_are_counted_by_who_gave_them(coloured: Run, browser: Browser) -> None:
    with coloured.library.catalog.write() as transaction:
        transaction.tags.put([1, 2], "a wall")
        transaction.tags.refuse([3], "a wall")
    answer = browser.get("/api/v1/tags").answer
    TagsShape.model_validate(answer)
    assert answer["tags"] == [
        {"name": "a wall", "by_people": 2, "by_models": 0, "refused": 1, "filter": 'tag:"a wall"'}
    ]


def test_places_are_clusters_with_a_box_that_the_timeline_takes(browser: Browser) -> None:
    changed = browser.change("PATCH", "/api/v1/photos", {"ids": [1, 2], "set": {"place": "35.011,135.768"}})
    assert changed.status == 200
    answer = browser.get("/api/v1/places?zoom=4").answer
    PlacesShape.model_validate(answer)
    (cluster,) = answer["clusters"]
    assert (cluster["photos"], cluster["name"], answer["located"]) == (2, "Kyoto, Japan", 2)
    box = ",".join(map(str, cluster["box"]))
    assert browser.get(f"/api/v1/timeline?box={box}").answer["total"] == 2
    largest = browser.get("/api/v1/places/largest").answer
    LargestPlacesShape.model_validate(largest)
    assert [(one["name"], one["photos"]) for one in largest["places"]] == [("Kyoto, Japan", 2)]
    assert browser.get("/api/v1/places?box=1,2,3").status == 422
    assert browser.get("/api/v1/places?zoom=99").status == 422
    assert browser.get("/api/v1/places?box=nan,0,1,1").status == 422
