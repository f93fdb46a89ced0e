"""Which contents have a vector already. Checked for each file before it is decoded."""

from collections.abc import Iterable

from photoseek.storage import Catalog, Model

# Of a million, so many are read in the time that asking about one takes.
_READ_AS_ONE_IS_ASKED = 300


class KnownContents:
    """The content hashes of the photos that have a vector; a container that threads may ask at once."""

    def __init__(self, catalog: Catalog, model: Model, files: int) -> None:
        """Read all of them; or none, where the `files` to come are few beside them: each is asked about."""
        self._catalog = catalog
        self._model = model
        self._added: set[bytes] = set()
        self._before: set[bytes] | None = None
        with catalog.read() as transaction:
            if transaction.vectors.count(model) < files * _READ_AS_ONE_IS_ASKED:
                self._before = transaction.vectors.content_hashes(model)

    def __contains__(self, content_hash: object) -> bool:
        if content_hash in self._added:
            return True
        if self._before is not None:
            return content_hash in self._before
        if not isinstance(content_hash, bytes):
            return False
        with self._catalog.read() as transaction:
            return transaction.vectors.has_content(self._model, content_hash)

    def add(self, content_hashes: Iterable[bytes]) -> None:
        """Add contents that have been embedded since."""
        self._added.update(content_hashes)
