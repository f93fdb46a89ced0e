"""What one room lends another through the front door, because siblings don't import each other."""

from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from embedder import Embedder
    from indexer.pipeline import OnIndexed


class Hooks:
    """The context object of every command."""

    def tagger_for(self, embedder: "Embedder") -> "OnIndexed":
        """Give what tags new photos as they are indexed: the searcher's labels, for the indexer."""
        from searcher.labels import Tagger

        return Tagger(embedder)

    def read_photo(self, path: Path) -> Image.Image:
        """Decode a photo that need not be in the library: the indexer's decoder, for the searcher.

        Raises UnreadablePhoto.
        """
        from indexer.decode import decode
        from indexer.errors import UnreadablePhoto
        from storage import for_terminal

        try:
            content = path.read_bytes()
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise UnreadablePhoto(f"{for_terminal(str(path))}: {reason}") from error
        return decode(content, path.name).photo
