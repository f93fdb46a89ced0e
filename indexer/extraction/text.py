"""The extractor of text: most photos are done by a glance at the thumbnail, for most have none.

It imports what the extra `text` brings, so `kinds.py` looks first whether that is there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import cache

from photoseek.embedder import Pixels
from photoseek.embedder.text_reading import tesseract
from photoseek.embedder.text_reading.reading import TextReader
from photoseek.indexer.extraction.extractor import TurnedOff
from photoseek.indexer.extraction.names import TEXT
from photoseek.indexer.workers.isolation import FILE_S
from photoseek.indexer.workers.reading import Reading, WholePhoto
from photoseek.storage import PhotoText, ReadWord, Transaction

_NONE = PhotoText()


class TextExtractor:
    """Finds the words that can be read in photos."""

    kind = TEXT
    of_videos = False
    file_s = FILE_S
    # Lines of a page that fills the photo are 20 pixels high then; a phone's JPEG is decoded at half its size.
    reading: Reading = WholePhoto(short_side=1100, long_side=2048, most_pixels=8_000_000)

    def __init__(self, languages: Sequence[str]) -> None:
        """Load nothing yet; `languages` are those of other scripts."""
        self.engine = tesseract.engine(languages)
        self._reader = TextReader(languages)

    def glance(self, thumbnail: Pixels) -> PhotoText | None:
        """Return that there is no text if that can be seen in the thumbnail."""
        return None if self._reader.may_have_text(thumbnail) else _NONE

    def extract(self, payload: Pixels) -> PhotoText:
        """Return the text in a photo."""
        return PhotoText(tuple(ReadWord(**asdict(word)) for word in self._reader.read(payload)))

    def save(self, transaction: Transaction, found: Mapping[int, PhotoText]) -> None:
        """Store the texts. Raises TurnedOff: what was forgotten stays forgotten."""
        if not transaction.texts.is_on():
            raise TurnedOff("reading text was turned off meanwhile: `photoseek text on` turns it on")
        transaction.texts.save(found)


def text_extractor() -> TextExtractor:
    """Return the one of this process, whose models are compiled once; another after a language was installed."""
    return _extractor(tesseract.languages())


@cache
def _extractor(languages: tuple[str, ...]) -> TextExtractor:
    return TextExtractor(languages)
