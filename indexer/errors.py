"""Errors of the indexer. Each message says what happened and what to do."""

from photoseek.errors import PhotoseekError
from photoseek.storage import for_terminal


class IndexerError(PhotoseekError):
    """Base of every error that the indexer raises. The message is one sentence that names the remedy."""

    exit_code = 15
    http_kind = "indexing"


class UnreadablePhoto(IndexerError):
    """A file that cannot become a photo; the message is a reason a person can act on."""

    exit_code = 14


class UnreadForNow(UnreadablePhoto):
    """A file that can't be read for a temporary reason, such as too little memory. It is tried again."""


class DiskHangs(IndexerError):
    """A folder is on a disk that does not answer."""

    def __init__(self, folder: str, why: str) -> None:
        super().__init__(f"{for_terminal(folder)}: {why}")


class Inconsistent(IndexerError):
    """Disk, catalog and caches don't agree, and what is wrong stays so."""

    exit_code = 16


class NotMissing(IndexerError):
    """A file that is to be forgotten is not missing."""

    exit_code = 17


class ModelInUse(IndexerError):
    """A model that is to be removed answers, or is about to."""

    exit_code = 18


class SidecarsUnwritable(IndexerError):
    """A folder in which sidecars are to be written refuses it, so none is."""

    exit_code = 27


class NotInstalled(IndexerError):
    """The extra is missing that an extractor needs; the message says how to install it."""


class ClusterError(IndexerError):
    """The cluster that was named can't be used, or failed."""

    exit_code = 36


class PatternsUnread(OSError):
    """A file of patterns can't be decoded, so that what it excludes must not be indexed for now."""
