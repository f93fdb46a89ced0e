"""What one source says of a photo, each statement with the field that it stands in."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum

from photoseek.indexer.metadata.dates import When, why_not_believed
from photoseek.indexer.metadata.regions import RegionWritten


class Kind(IntEnum):
    """What a date is the date of; the least is the nearest to the moment when the photo was taken."""

    TAKEN = 0
    DIGITIZED = 1  # a scan's; a camera's is that of the exposure
    SERVICE = 2  # a photo service's, which is in UTC
    SATELLITE = 3  # the last position's, which may be older, and in UTC; or one that agrees with it
    EDITED = 4


@dataclass(frozen=True, slots=True)
class Dated:
    """A date that can be believed."""

    when: When
    kind: Kind
    field: str  # "EXIF DateTimeOriginal"


@dataclass(frozen=True, slots=True)
class Position:
    """A place on earth, degrees in WGS 84."""

    latitude: float
    longitude: float
    field: str  # "XMP exif:GPSLatitude"
    is_guessed: bool = False  # which hemispheres it lies in


@dataclass(slots=True)
class Claims:
    """What one source says; of several texts, the best comes first."""

    dates: list[Dated] = field(default_factory=list)
    positions: list[Position] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    descriptions: list[str] = field(default_factory=list)
    keywords: list[str] = field(default_factory=list)
    ratings: list[int] = field(default_factory=list)  # 1 to 5 stars, -1: rejected
    regions: list[RegionWritten] = field(default_factory=list)  # all that the source has, named or not
    camera: str | None = None  # "Canon EOS 40D"
    lens: str | None = None
    dropped: list[str] = field(default_factory=list)  # sentences: what was not believed, and why

    def add_dates(self, dates: Iterable[Dated]) -> None:
        """Take in the dates that can be believed."""
        for date in dates:
            why_not = why_not_believed(date.when)
            if why_not is None:
                self.dates.append(date)
            else:
                self.dropped.append(f"{date.field} {date.when.text.replace('T', ' ')} {why_not}")


@dataclass(frozen=True, slots=True)
class Beside:
    """What files beside a photo say of it."""

    sidecars: tuple[Claims, ...] = ()  # XMP, which people's programs wrote after the photo
    takeout: tuple[Claims, ...] = ()
    unread: tuple[str, ...] = ()  # paths of what could not be read for a cause outside it


NOTHING_BESIDE = Beside()
