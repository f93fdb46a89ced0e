"""The base of every error that a person reads, with the exit code and the HTTP status that it ends in."""

TYPE_CHECKING = False
if TYPE_CHECKING:  # `typing` takes 9 ms, for which a question to a resident would wait
    from typing import ClassVar


class PhotoseekError(Exception):
    """What went wrong, in one sentence that says what to do; each class has its own exit code or its base's."""

    exit_code: "ClassVar[int]"  # docs/exit-codes.md lists them
    http_status: "ClassVar[int]" = 500
    http_kind: "ClassVar[str]"  # what programs know the error by over HTTP: docs/http.md


class BadUsage(PhotoseekError):
    """What was typed can't be read."""

    exit_code = 2
