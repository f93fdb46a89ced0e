"""From words to photos: queries, search, labels, albums."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from photoseek.searcher.albums.contents import export
    from photoseek.searcher.errors import BadQuery, ExportFailed, PhotosLeftOut, SearcherError
    from photoseek.searcher.hits.records import Answer, Hit
    from photoseek.searcher.labels.label import parse_labels
    from photoseek.searcher.labels.proposals import Proposal, Tagger, classify, propose
    from photoseek.searcher.query.parsing import parse, parse_line
    from photoseek.searcher.query.query import AnyOf, Filter, LibraryPhoto, Part, Picture, Query, Words
    from photoseek.searcher.search import Searcher

__all__ = [
    "Answer",
    "AnyOf",
    "BadQuery",
    "ExportFailed",
    "Filter",
    "Hit",
    "LibraryPhoto",
    "Part",
    "PhotosLeftOut",
    "Picture",
    "Proposal",
    "Query",
    "Searcher",
    "SearcherError",
    "Tagger",
    "Words",
    "classify",
    "export",
    "parse",
    "parse_labels",
    "parse_line",
    "propose",
]

_MODULES = {
    "photoseek.searcher.albums.contents": ("export",),
    "photoseek.searcher.errors": ("BadQuery", "ExportFailed", "PhotosLeftOut", "SearcherError"),
    "photoseek.searcher.hits.records": ("Answer", "Hit"),
    "photoseek.searcher.labels.label": ("parse_labels",),
    "photoseek.searcher.labels.proposals": ("Proposal", "Tagger", "classify", "propose"),
    "photoseek.searcher.query.parsing": ("parse", "parse_line"),
    "photoseek.searcher.query.query": (
        "AnyOf",
        "Filter",
        "LibraryPhoto",
        "Part",
        "Picture",
        "Query",
        "Words",
    ),
    "photoseek.searcher.search": ("Searcher",),
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 (whatever the module holds)
    """Load a name's module when the name is first used: indexing needs the tagger's alone."""
    for module, names in _MODULES.items():
        if name in names:
            return getattr(import_module(module), name)
    raise AttributeError(name)
