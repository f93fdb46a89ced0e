"""What can go wrong with a question, each said with its remedy."""

from pathlib import Path


class SearcherError(Exception):
    """Base of every error the searcher raises: the message is one sentence that names the remedy."""


class BadQuery(SearcherError):
    """The query asks for nothing, or in a way that can't be read."""

    def __init__(self, message: str, column: int | None = None) -> None:
        super().__init__(message)
        self.column = column  # of the query line, the first is 1; None: it is wrong altogether


class ModelChanged(SearcherError):
    """The weights on disk are not those the library was embedded with."""


class Busy(SearcherError):
    """Others are being answered, and this one has waited long enough."""


class LibraryReplaced(SearcherError):
    """The library that was opened is not in its folder any more."""


class CantListen(SearcherError):
    """Another program has the port, or the address is none of this machine's."""


class ExportFailed(SearcherError):
    """The folder to export to refuses files."""


class GazetteerUnusable(SearcherError):
    """The table of towns that ships can't be used."""

    def __init__(self, path: Path, what: str) -> None:
        super().__init__(f"the table of towns {path} {what}: install photoseek again")
