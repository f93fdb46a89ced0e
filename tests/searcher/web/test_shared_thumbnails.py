"""Servers that share thumbnails in an object store: what one makes, another sends, to those who may see it."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlencode

import pytest
from argon2 import PasswordHasher

from photoseek.embedder import FakeEmbedder
from photoseek.indexer import Run, index
from photoseek.indexer.upkeep.thumbnailing import ThumbnailMaker
from photoseek.searcher.web import Access, Accounts, Passwords, Rules, hashed
from photoseek.storage import OTHER_SIDES, Library
from photoseek.storage.thumbnails.objects import ObjectThumbnails
from tests.conftest import MakePhoto
from tests.object_store import Bucket, object_store
from tests.searcher.web.browser import Browser, serving

_QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
_PASSWORD = "a password of some length"  # noqa: S105 (of this test's library)


@pytest.fixture
def indexed(
    bucket: Bucket, tmp_path: Path, make_photo: MakePhoto, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Library]:
    """Yield a library of two folders, a photo in each, whose thumbnails its index has put into a bucket."""
    monkeypatch.setenv("PHOTOSEEK_THUMBNAILS", bucket.url("kept"))
    library, embedder = Library(tmp_path / "library"), FakeEmbedder()
    for number, name in enumerate(("open", "secret")):
        make_photo(tmp_path / name / "red.jpg", "red", number, size=(2000, 1500))
    with library.catalog.write() as transaction:
        model = transaction.models.add(embedder.facts.model_id, embedder.facts.dimension, None)
        transaction.models.use(model)
        roots = [transaction.roots.add(str(tmp_path / name)) for name in ("open", "secret")]
    index(Run(library, embedder, model), {root: [""] for root in roots})
    yield library
    library.close()


@contextmanager
def _making(library: Library) -> Iterator[Browser]:
    large = library.thumbnails.sized(OTHER_SIDES[1])
    with (
        closing(ThumbnailMaker(library.thumbnails)) as make,
        closing(ThumbnailMaker(large)) as make_large,
        serving(library, make_thumbnail=make, make_large=make_large) as browser,
    ):
        yield browser


def _thumbnail(browser: Browser, photo_id: int, size: str = "medium") -> bytes:
    reply = browser.get(f"/api/v1/photos/{photo_id}/thumbnail?size={size}")
    assert reply.status == 200, reply.body
    return reply.body


def test_what_one_server_makes_another_sends(indexed: Library) -> None:
    assert not (indexed.folder / "thumbnails").exists()
    with indexed.catalog.read() as transaction:
        contents = transaction.photos.content_hashes()
    assert indexed.thumbnails.known() == set(contents.values())
    indexed.thumbnails.forget(contents.values())
    with _making(indexed) as browser:
        made = {size: _thumbnail(browser, 1, size) for size in ("medium", "large")}
    other = Library.existing(indexed.folder)
    with closing(other), serving(other, make_large=lambda *_: "it is made") as browser:
        assert {size: _thumbnail(browser, 1, size) for size in made} == made
        assert browser.get("/api/v1/photos/2/thumbnail").status == 404  # which nobody has made


_SMALLER = """
import sys
from pathlib import Path
from photoseek.indexer.upkeep.thumbnailing import SmallerMaker
from photoseek.storage import OTHER_SIDES, Library, Stamp, status_at
library = Library.existing(Path(sys.argv[1]))
with library.catalog.read() as transaction:
    content = transaction.photos.content_hashes()[1]
make = SmallerMaker(library.thumbnails.sized(OTHER_SIDES[0]))
medium = library.thumbnails.location(content)
made = make(content, medium, Stamp.of(status_at(medium)))
make.close()
assert isinstance(made, bytes), made
"""


def test_a_small_one_is_made_of_the_medium_one_in_the_store(indexed: Library) -> None:
    # In a process of its own: the one from which workers are forked keeps the environment of its beginning.
    subprocess.run([sys.executable, "-c", _SMALLER, str(indexed.folder)], check=True)
    with indexed.catalog.read() as transaction:
        content = transaction.photos.content_hashes()[1]
    assert indexed.thumbnails.sized(OTHER_SIDES[0]).read(content) is not None


def test_while_the_store_is_away_thumbnails_are_made_and_sent(
    indexed: Library, caplog: pytest.LogCaptureFixture
) -> None:
    with _making(indexed) as browser:
        kept = _thumbnail(browser, 1)
        object_store().stop()
        assert [_thumbnail(browser, 1) for _ in range(2)] == [kept] * 2
        assert browser.get("/api/v1/photos/1/thumbnail?size=small").body == kept
        assert len(browser.found("red")) == 2
    assert caplog.text.count("can't be kept") == 1


def test_an_index_goes_on_while_the_store_is_away(
    run: Run, bucket: Bucket, tmp_path: Path, make_photo: MakePhoto, caplog: pytest.LogCaptureFixture
) -> None:
    run.library.thumbnails = ObjectThumbnails(bucket.url())
    object_store().stop()
    for number in range(3):
        make_photo(tmp_path / "photos" / f"{number}.jpg", "red", number)
    with run.library.catalog.write() as transaction:
        root = transaction.roots.add(str(tmp_path / "photos"))
    assert index(run, {root: [""]}).embedded == 3
    assert caplog.text.count("can't be kept") == 1


def test_a_thumbnail_in_the_store_is_sent_to_nobody_who_may_not_see_the_photo(
    indexed: Library, tmp_path: Path
) -> None:
    with indexed.catalog.write() as transaction:
        ben = transaction.users.add("Ben")
        transaction.users.set_password(ben, hashed(_PASSWORD, _QUICK))
        (seen,) = (root.root_id for root in transaction.roots.all() if root.path.endswith("open"))
        transaction.users.allow_root(ben, seen)
        contents = transaction.photos.content_hashes()
        (seen_id,) = (file.photo_id for file in transaction.files.known(seen).values())
    (hidden_id,) = contents.keys() - {seen_id}
    passwords = Passwords(tmp_path, _QUICK)
    passwords.set("the password of the library")
    access = Access(Rules("0.0.0.0"), passwords, accounts=Accounts(indexed.catalog, _QUICK))  # noqa: S104 (at the loopback)
    with serving(indexed, access=access) as browser:
        form = urlencode({"name": "Ben", "password": _PASSWORD, "next": "/"}).encode()
        reply = browser.get("/sign-in", {"Origin": f"http://127.0.0.1:{browser.port}"}, "POST", form)
        cookies = reply.headers.get_all("set-cookie", [])
        cookie = {"Cookie": next(line.partition(";")[0] for line in cookies if "session" in line)}
        version = contents[hidden_id].hex()[:12]
        assert browser.get(f"/api/v1/photos/{seen_id}/thumbnail", cookie).status == 200
        for size in ("small", "medium", "large"):
            for asked in (f"size={size}", f"size={size}&v={version}"):
                assert browser.get(f"/api/v1/photos/{hidden_id}/thumbnail?{asked}", cookie).status == 404
