"""From words to photos: queries, search, labels, albums."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from searcher.albums import album_photos, export
    from searcher.errors import BadQuery, ExportFailed, ModelChanged, SearcherError
    from searcher.explaining import Explanation
    from searcher.hits import Answer, Hit
    from searcher.labels import Proposal, Tagger, classify, parse_labels, propose
    from searcher.parsing import parse, parse_line
    from searcher.query import AnyOf, Filter, LibraryPhoto, Part, Picture, Query, Words
    from searcher.search import Searcher

__all__ = [
    "Answer",
    "AnyOf",
    "BadQuery",
    "Explanation",
    "ExportFailed",
    "Filter",
    "Hit",
    "LibraryPhoto",
    "ModelChanged",
    "Part",
    "Picture",
    "Proposal",
    "Query",
    "Searcher",
    "SearcherError",
    "Tagger",
    "Words",
    "album_photos",
    "classify",
    "export",
    "parse",
    "parse_labels",
    "parse_line",
    "propose",
]

_MODULES = {
    "searcher.albums": ("album_photos", "export"),
    "searcher.errors": ("BadQuery", "ExportFailed", "ModelChanged", "SearcherError"),
    "searcher.explaining": ("Explanation",),
    "searcher.hits": ("Answer", "Hit"),
    "searcher.labels": ("Proposal", "Tagger", "classify", "parse_labels", "propose"),
    "searcher.parsing": ("parse", "parse_line"),
    "searcher.query": ("AnyOf", "Filter", "LibraryPhoto", "Part", "Picture", "Query", "Words"),
    "searcher.search": ("Searcher",),
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 (whatever the module holds)
    """Load what is asked for: indexing, which needs the tagger's module alone, doesn't wait for the rest."""
    for module, names in _MODULES.items():
        if name in names:
            return getattr(import_module(module), name)
    raise AttributeError(name)
