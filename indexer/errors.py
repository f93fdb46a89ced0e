"""What can go wrong between the disk and the library."""

from storage import for_terminal


class IndexerError(Exception):
    """Base of every error the indexer raises: the message is one sentence that names the remedy."""


class UnreadablePhoto(IndexerError):
    """A file that cannot become a photo; the message is a reason a person can act on."""


class UnreadForNow(UnreadablePhoto):
    """A file that can't become a photo for a cause outside it, as too little memory: it is tried again."""


class DiskHangs(IndexerError):
    """A folder is on a disk that does not answer."""

    def __init__(self, folder: str, why: str) -> None:
        super().__init__(f"{for_terminal(folder)}: {why}")


class Inconsistent(IndexerError):
    """Disk, catalog and caches don't agree, and what is wrong stays so."""


class NotMissing(IndexerError):
    """A file that is to be forgotten is not missing."""


class ModelInUse(IndexerError):
    """A model that is to be removed answers, or is about to."""
