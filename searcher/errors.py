"""Errors of the searcher. Each message says what happened and what to do."""

from pathlib import Path

from photoseek.errors import BadUsage, PhotoseekError
from photoseek.storage import UnknownName


class SearcherError(PhotoseekError):
    """Base of every error that the searcher raises. The message is one sentence that names the remedy."""

    exit_code = 22
    http_kind = "search"


class BadQuery(SearcherError):
    """The query asks for nothing, or can't be parsed."""

    exit_code = 13
    http_status = 400
    http_kind = "bad-query"

    def __init__(self, message: str, column: int | None = None) -> None:
        super().__init__(message)
        self.column = column  # in the query line, from 1; None: no single place is wrong


class PictureOutside(UnknownName):
    """A question's picture is not of the library, and nothing here may decode it."""


class BadValue(BadUsage, SearcherError):
    """A value that a person sets can't be read."""

    http_status = 400


class ModelChanged(SearcherError):
    """The weights on disk are not those the library was embedded with."""


class Busy(SearcherError):
    """Other questions are being answered, and this one has waited for its limit."""

    http_status = 503
    http_kind = "busy"


class LibraryReplaced(SearcherError):
    """The library that was opened is not in its folder any more."""

    http_status = 503
    http_kind = "library-replaced"


class CantListen(SearcherError):
    """Another program uses the port, or the address is not one of this machine's."""

    exit_code = 19


class NotSafe(SearcherError):
    """Others would reach the server without encryption, or without a password."""

    exit_code = 29


class BadCertificate(NotSafe):
    """The certificate of the server, or its key, can't be used."""


class BadVocabulary(SearcherError):
    """A file of labels can't be read, or some of its labels can't be used."""

    exit_code = 25

    def __init__(self, problems: list[str]) -> None:
        more = (
            f" (and {len(problems) - 1} more: `photoseek vocabulary check` lists them)"
            if problems[1:]
            else ""
        )
        super().__init__(f"{problems[0]}{more}")
        self.problems = problems  # a sentence each, with line and column where there is one


class ExportFailed(SearcherError):
    """The folder to export to refuses files."""


class PhotosLeftOut(SearcherError):
    """Photos could not be exported; the others were."""

    exit_code = 26


class GazetteerUnusable(SearcherError):
    """The table of towns that ships can't be used."""

    exit_code = 24

    def __init__(self, path: Path, what: str) -> None:
        super().__init__(f"the table of towns {path} {what}: install photoseek again")
