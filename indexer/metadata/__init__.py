"""What a photo's file says about it: when, where and with what it was taken, and in which words.

EXIF, IPTC and XMP are read into `Claims`, one a source, and the best of them become the photo's `Facts`. A
further source, as a file beside the photo, is one more function that gives `Claims`.
"""

from photoseek.indexer.metadata.facts import Facts, facts_from, read_facts
from photoseek.indexer.metadata.values import Tags

__all__ = ["Facts", "Tags", "facts_from", "read_facts"]
