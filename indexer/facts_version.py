"""Which version of the reader read what files say; apart, so that asking it loads nothing that reads photos."""

from typing import TYPE_CHECKING

from photoseek.indexer.wording import counted

if TYPE_CHECKING:
    from photoseek.storage import Library

# Raised where more is read, or otherwise, than before: a library is then asked to have its files read again.
FACTS_VERSION = 1


def worth_reading_again(library: "Library") -> str | None:
    """Say that an older version than this read what some photos' files say; None where none did."""
    with library.catalog.read() as transaction:
        older = transaction.photos.read_before(FACTS_VERSION)
    if not older:
        return None
    return (
        f"an older photoseek read the dates, places and words of {counted(older, 'photo')}, and read less: "
        "`photoseek index --metadata` reads them again, and embeds nothing"
    )
