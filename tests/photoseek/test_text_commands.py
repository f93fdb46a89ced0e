"""`photoseek text`: off until it is turned on again, with or without what was read."""

import json
from collections.abc import Callable
from threading import Event

import pytest

from photoseek.cli.dispatch import run as run_command
from photoseek.indexer.extraction.extracting import extract
from photoseek.indexer.extraction.kinds import wanted_extractors
from photoseek.indexer.extraction.text import text_extractor
from photoseek.storage import Library, PhotoText, ReadWord
from tests.conftest import MakePhoto
from tests.storage.people.made import add_photos

Typed = Callable[..., tuple[str, str]]


@pytest.fixture
def typed(library: Library, monkeypatch, capsys) -> Typed:
    """Return what runs a command over a library with text in one of two photos, and its output."""
    with library.catalog.write() as transaction:
        add_photos(transaction, 2)
        transaction.texts.save({1: PhotoText((ReadWord("Total", 0, 0.1, 0.1, 0.2, 0.2, 0.9),))})
    monkeypatch.setenv("PHOTOSEEK_LIBRARY", str(library.folder))

    def type_it(*arguments: object) -> tuple[str, str]:
        capsys.readouterr()
        assert run_command([*map(str, arguments)]) == 0
        shown = capsys.readouterr()
        return shown.out, shown.err

    return type_it


def test_text_that_was_turned_off_is_not_read_and_says_how_to_turn_it_on(
    typed: Typed, library: Library
) -> None:
    assert "text" not in json.loads(typed("status", "--json")[0])["off"]
    said, advice = typed("text", "off")
    assert "still kept: the text of 1 photo; `photoseek text off --forget` removes it" in said
    assert "`photoseek text on` takes it back" in advice
    assert list(wanted_extractors(library, {"text"}, idle=True)) == []
    assert "text is not read: `photoseek text on` turns it on" in typed("index", "--only", "text")[1]
    assert "text      off: `photoseek text on` has it read" in typed("status")[0]
    assert json.loads(typed("status", "--json")[0])["off"] == ["people", "text"]
    assert json.loads(typed("text", "on", "--json")[0]) == {"on": True}
    assert "text" not in json.loads(typed("status", "--json")[0])["off"]
    assert len(list(wanted_extractors(library, {"text"}, idle=True))) == 1


def test_text_that_is_forgotten_is_removed_and_can_be_read_again(typed: Typed, library: Library) -> None:
    forgotten = {"on": False, "forgotten": True, "photos": 1}
    assert json.loads(typed("text", "off", "--forget", "--json")[0]) == forgotten
    with library.catalog.read() as transaction:
        assert transaction.texts.count() == 0
    said, advice = typed("text", "off", "--forget")
    assert "removed: the text of 0 photos" in said
    assert "`photoseek text on` takes it back" in advice


def test_text_that_is_turned_off_while_it_is_read_is_not_kept(run, photos, make_photo: MakePhoto) -> None:
    from tests.runs import index_folders

    make_photo(photos / "one.jpg")
    index_folders(run, photos)
    with run.library.catalog.write() as transaction:
        transaction.texts.turn_off(forget=True)
    done = extract(run.library, text_extractor(), Event(), workers=0, isolated=False)
    assert (done.done, done.left) == (0, 1)
