"""An overview of the library: its counts, the model in use, the watched folders and how they are followed."""

from dataclasses import asdict, dataclass
from typing import Any

from photoseek.storage.library import Library
from photoseek.storage.names import to_text
from photoseek.storage.records import Glance
from photoseek.storage.rows.extractions.extractions import Extracted
from photoseek.storage.vector_index.protocol import IndexFacts
from photoseek.storage.watching import WatchedRoot


@dataclass(frozen=True, slots=True)
class Overview:
    """The content of `photoseek status`, as text and as JSON."""

    glance: Glance
    model: str | None  # None: nothing is indexed yet
    revision: int  # of the catalog: raised by each write
    roots: dict[str, str | None]  # when each was last compared with the disk
    following: tuple[WatchedRoot, ...]  # by a running watch
    tag_counts: dict[str, int]
    index: IndexFacts | None  # None: there is no cache of the vectors yet
    held_back_files: int  # gone in the last run, but too many at once to be marked as missing
    put_off_files: int  # skipped for temporary reasons, to be tried again
    put_off_until: str | None  # when the first of these may be tried again, UTC
    extracted: dict[str, Extracted]  # by kind, of those that were ever begun: "text"
    off: tuple[str, ...]  # the kinds that the owner wants not to be extracted

    @classmethod
    def of(cls, library: Library) -> "Overview":
        """Return the overview of a library."""
        with library.catalog.read() as transaction:
            model = transaction.models.in_use()
            roots = transaction.roots
            put_off = transaction.skips.put_off()
            return cls(
                transaction.photos.glance(),
                None if model is None else model.name,
                transaction.revision,
                {root.path: roots.scanned_at(root.root_id) for root in roots.all()},
                tuple(library.watched_roots()),
                transaction.tags.counts(),
                library.index_facts(),
                transaction.files.count_held_back(),
                len(put_off),
                put_off[0].again_at if put_off else None,
                transaction.extractions.all(),
                tuple(
                    kind
                    for kind, is_on in (
                        ("people", transaction.people.is_on()),
                        ("text", transaction.texts.is_on()),
                    )
                    if not is_on
                ),
            )

    def as_json(self, *, resident: bool) -> dict[str, Any]:
        """Return the JSON shape; `resident`: whether a resident process answers questions."""
        index = self.index
        return asdict(self.glance) | {
            "model": self.model,
            "revision": self.revision,
            "roots": {to_text(path): at for path, at in self.roots.items()},
            "following": [asdict(root) | {"path": to_text(root.path)} for root in self.following],
            "tag_counts": self.tag_counts,
            "resident": resident,
            "held_back_files": self.held_back_files,
            "put_off": {"files": self.put_off_files, "until": self.put_off_until},
            "extracted": {kind: asdict(state) for kind, state in self.extracted.items()},
            "off": list(self.off),
            "index": index and index.as_json(),
        }
