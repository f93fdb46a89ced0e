"""From words to photos: queries, search, labels, albums."""

from searcher.albums import album_photos, export
from searcher.errors import BadQuery, ExportFailed, ModelChanged, SearcherError
from searcher.explaining import Explanation
from searcher.hits import Answer, Hit
from searcher.labels import Proposal, Tagger, classify, parse_labels, propose
from searcher.parsing import parse, parse_line
from searcher.query import Filter, LibraryPhoto, Part, Picture, Query, Words
from searcher.search import Searcher

__all__ = [
    "Answer",
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
