"""The version of the reader of facts, in a module of its own so that importing it loads no decoders."""

from typing import TYPE_CHECKING

from photoseek.indexer.wording import counted

if TYPE_CHECKING:
    from photoseek.storage import Library

# Raise it when facts are read differently: libraries then suggest reading their files again.
FACTS_VERSION = 3


def worth_reading_again(library: "Library") -> str | None:
    """Return a note if an older version read the facts of some photos; None if none did."""
    with library.catalog.read() as transaction:
        older = transaction.photos.read_before(FACTS_VERSION)
    if not older:
        return None
    return (
        f"an older photoseek read the dates, places and words of {counted(older, 'photo')}, and read less: "
        "`photoseek index --metadata` reads them again, and embeds nothing"
    )
