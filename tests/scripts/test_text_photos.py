"""Photos with text are made the same each time, of all kinds, and their words are read and found again."""

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from photoseek.storage import Library, PhotoFacts, PhotoText, ReadWord, phrases_asked

_SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "text_photos.py"
_SEED = 1
_READ = (0, 5, 8, 11, 14, 17, 18, 47)  # of sixty: each kind, language and turn, with and without noise


@pytest.fixture(scope="module")
def text_photos() -> Iterator[ModuleType]:
    spec = importlib.util.spec_from_file_location("text_photos", _SCRIPT)
    module = importlib.util.module_from_spec(spec)
    sys.modules["text_photos"] = module  # where its records look their types up
    spec.loader.exec_module(module)
    if missing := module.missing_fonts():
        pytest.skip(f"these fonts are missing: {', '.join(missing)}")
    yield module
    del sys.modules["text_photos"]


def test_sixty_photos_are_of_all_kinds_and_the_same_each_time(text_photos: ModuleType) -> None:
    photos = text_photos.planned(60, _SEED)
    assert photos == text_photos.planned(60, _SEED)
    assert len({photo.name for photo in photos}) == 60
    assert {(photo.kind, photo.language) for photo in photos} == {
        (kind, language) for kind in text_photos.KINDS for language in ("english", "accents", "japanese")
    }
    assert {photo.font for photo in photos} >= set(text_photos.LATIN_FONTS)
    assert len({photo.turned for photo in photos}) == 4
    assert len({photo.size for photo in photos if photo.kind != "sign"}) == 3
    drawn = [np.asarray(text_photos.draw(photos[1], _SEED)) for _ in range(2)]
    assert np.array_equal(*drawn)


@pytest.mark.slow
def test_the_words_of_made_photos_are_read_and_found_again(text_photos: ModuleType, library: Library) -> None:
    pytest.importorskip("cv2")
    from photoseek.embedder.text_reading.reading import TextReader

    reader = TextReader()
    photos = [text_photos.planned(60, _SEED)[number] for number in _READ]
    texts = {}
    for number, photo in enumerate(photos, start=1):
        read = reader.read(np.asarray(text_photos.draw(photo, _SEED + number)))
        texts[number] = PhotoText(
            tuple(
                ReadWord(one.text, one.line, one.left, one.top, one.right, one.bottom, one.score)
                for one in read
            )
        )
    with library.catalog.write() as transaction:
        for number in texts:
            content = number.to_bytes(16, "big")
            transaction.photos.add(
                PhotoFacts(content, content, 1, 1, "JPEG", None, None, None, None, None, None)
            )
        transaction.texts.save(texts)
        asked = [(number, word) for number, photo in enumerate(photos, start=1) for word in photo.words]
        lost = [
            (photos[number - 1].name, word)
            for number, word in asked
            if not all(number in transaction.texts.with_part(phrase) for phrase in phrases_asked(word))
        ]
    assert len(asked) > 60
    assert len(lost) <= 0.05 * len(asked), lost
