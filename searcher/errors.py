"""What can go wrong with a question, each said with its remedy."""


class SearcherError(Exception):
    """Base of every error the searcher raises: the message is one sentence that names the remedy."""


class BadQuery(SearcherError):
    """The query asks for nothing, or in a way that can't be read."""


class ModelChanged(SearcherError):
    """The weights on disk are not those the library was embedded with."""


class ExportFailed(SearcherError):
    """The folder to export to refuses files."""
