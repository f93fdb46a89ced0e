"""What a photo's file says about it: when, where and with what it was taken, and in which words.

EXIF, IPTC and XMP are read into `Claims`, one a source, and the best of them become the photo's `Facts`. So are
the files beside a photo that say something of it: XMP sidecars and Google Takeout's JSON.
"""

from photoseek.indexer.metadata.claims import NOTHING_BESIDE, Beside
from photoseek.indexer.metadata.facts import Facts, facts_from, read_facts
from photoseek.indexer.metadata.values import Tags
from photoseek.indexer.metadata.video.motion import motion_in

__all__ = ["NOTHING_BESIDE", "Beside", "Facts", "Tags", "facts_from", "motion_in", "read_facts"]
