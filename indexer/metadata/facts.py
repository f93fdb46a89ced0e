"""The facts of a photo: of all that its sources claim, the best."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from PIL import ExifTags, Image

from photoseek.indexer.facts_version import FACTS_VERSION
from photoseek.indexer.metadata import exif, iptc, xmp_claims
from photoseek.indexer.metadata.claims import NOTHING_BESIDE, Beside, Claims, Dated, Kind, Position
from photoseek.indexer.metadata.regions import ON_ITS_SIDE, RegionWritten, named_regions
from photoseek.indexer.metadata.values import LONGEST_DESCRIPTION, Tags
from photoseek.storage import NamedRegion

_MOST_KEYWORDS = 1_000
_MOST_EXTENDED_XMP = 256  # parts, of up to 64 KB
_EXTENDED_XMP = b"http://ns.adobe.com/xmp/extension/\x00"
_MOST_SENTENCES = 20


@dataclass(frozen=True, slots=True)
class Facts:
    """What the file says; None where it says nothing or nothing that can be true."""

    taken_at: str | None  # ISO 8601 local wall time as far as it is known: "1998", "2023-05-01T12:30:05"
    taken_offset_minutes: int | None  # east of UTC
    camera: str | None  # "Canon EOS 40D"
    lens: str | None
    latitude: float | None  # degrees, WGS 84
    longitude: float | None
    orientation: int  # EXIF's 1 to 8, 1 when it is absent or invalid
    title: str | None = None
    description: str | None = None  # of several that differ, one a line
    keywords: tuple[str, ...] = ()
    rating: int | None = None  # 1 to 5 stars, -1: rejected
    date_source: str | None = None  # "EXIF DateTimeOriginal"
    position_source: str | None = None
    facts_dropped: tuple[str, ...] = ()  # sentences: what was not believed or not read, and why
    regions: tuple[NamedRegion, ...] = ()  # faces that other programs named
    duration_ms: int | None = None  # of a video; None for a photo
    codec: str | None = None  # of a video's pictures: "h264"
    motion_at: int | None = None  # byte of a motion photo's file at which the video in it begins
    motion_bytes: int | None = None

    def as_kept(self) -> dict[str, Any]:
        """Return the facts by their names in the catalog."""
        kept = {field.name: getattr(self, field.name) for field in fields(self)}
        del kept["orientation"]  # pixels are stored upright
        return kept | {"facts_version": FACTS_VERSION}


def read_facts(photo: Image.Image, beside: Beside = NOTHING_BESIDE) -> Facts:
    """Read the facts from an opened photo and from what lies beside it; never raises, whatever they hold."""
    try:
        tags = photo.getexif()
    except Exception:  # noqa: BLE001 (EXIF is written by anyone: every parser error means that there is none)
        tags = Image.Exif()
    packet = photo.info.get("xmp") or photo.info.get("XML:com.adobe.xmp")
    details, gps = _below(tags, ExifTags.IFD.Exif), _below(tags, ExifTags.IFD.GPSInfo)
    packets = packet, _extended_xmp(photo)
    return facts_from(tags, details, gps, *packets, info=photo.info, size=photo.size, beside=beside)


def facts_from(  # noqa: PLR0913 (three directories of EXIF, and what Pillow knows)
    base: Tags,
    details: Tags,
    gps: Tags,
    *packets: object,
    info: Mapping[Any, Any] | None = None,
    size: tuple[int, int] | None = None,
    beside: Beside = NOTHING_BESIDE,
) -> Facts:
    """Build the facts from EXIF's three directories, packets of XMP, and what Pillow tells of the file.

    `size` is width and height as the pixels are stored; None: unknown.
    """
    read = [packet for packet in packets if packet] or [base.get(ExifTags.Base.XMLPacket)]
    sources = [
        exif.claims_of(base, details, gps),
        *(iptc.claims_of(block) for block in iptc.blocks_of(info or {}, base)),
        *(xmp_claims.claims_of(packet) for packet in read),
    ]
    orientation = _orientation(base.get(ExifTags.Base.Orientation))
    facts = best_of(sources, orientation, beside)
    # HEIC is turned by its reader, which keeps what the file says here; programs count from what is stored.
    turned_by_reader = _orientation((info or {}).get("original_orientation"))
    if size is not None and turned_by_reader >= ON_ITS_SIDE:
        size = size[::-1]
    regions = _regions(sources, beside)
    return replace(facts, regions=named_regions(regions, max(orientation, turned_by_reader), size))


def best_of(inside: Sequence[Claims], orientation: int = 1, beside: Beside = NOTHING_BESIDE) -> Facts:
    """Choose among what sources claim: of equals inside the file, a number of the first, and a text of the last.

    People's words are in XMP, which cuts none and is Unicode; EXIF's numbers are the camera's own. What stands in
    a sidecar was written after the photo, so it comes before all that; what a service exported comes after.
    """
    sources = [*beside.sidecars, *inside, *beside.takeout]
    by_words = [*beside.sidecars, *inside[::-1], *beside.takeout]
    dated = _best_date([date for source in sources for date in source.dates])
    offset = None if dated is None else dated.when.offset
    place = _best_position([position for source in sources for position in source.positions], offset)
    titles = _distinct([text for source in by_words for text in source.titles])
    described = _distinct([text for source in by_words for text in source.descriptions])
    # The second of two titles, as a headline, is kept as well: people look for either.
    described += [title for title in titles[1:] if not _is_in(title, described)]
    once: dict[str, str] = {}
    for keyword in (keyword for source in by_words for keyword in source.keywords):
        once.setdefault(keyword.casefold(), keyword)
    keywords = list(once.values())
    dropped = [sentence for source in sources for sentence in source.dropped]
    if len(keywords) > _MOST_KEYWORDS:
        dropped.append(f"there are {len(keywords)} keywords: the first {_MOST_KEYWORDS} were kept")
    return Facts(
        taken_at=None if dated is None else dated.when.text,
        taken_offset_minutes=offset,
        camera=next((source.camera for source in (*inside, *sources) if source.camera), None),
        lens=next((source.lens for source in (*inside, *sources) if source.lens), None),
        latitude=None if place is None else place.latitude,
        longitude=None if place is None else place.longitude,
        orientation=orientation,
        title=next(iter(titles), None),
        description="\n".join(described)[:LONGEST_DESCRIPTION] or None,
        keywords=tuple(keywords[:_MOST_KEYWORDS]),
        rating=next((stars for source in by_words for stars in source.ratings), None),
        date_source=None if dated is None else dated.field,
        position_source=None if place is None else place.field,
        facts_dropped=tuple(dict.fromkeys(dropped))[:_MOST_SENTENCES],
    )


def _regions(inside: Sequence[Claims], beside: Beside) -> Sequence[RegionWritten]:
    """Return the regions of the latest source that has any: what was taken away there stays away."""
    by_words = [*beside.sidecars, *inside[::-1], *beside.takeout]
    return next((source.regions for source in by_words if source.regions), ())


def _orientation(value: object) -> int:
    return value if isinstance(value, int) and 1 <= value <= 8 else 1  # noqa: PLR2004 (EXIF's)


def _best_date(dates: Sequence[Dated]) -> Dated | None:
    """Return the date nearest to the moment when it was taken, as exactly as any that agrees with it says it."""
    best = min(dates, key=lambda date: date.kind, default=None)
    if best is None or best.kind is not Kind.TAKEN:
        return best
    agreeing = [d for d in dates if d.kind is Kind.TAKEN and d.when.text.startswith(best.when.text)]
    return max(agreeing, key=lambda date: (len(date.when.text), date.when.offset is not None))


def _best_position(positions: Sequence[Position], offset: int | None) -> Position | None:
    best = min(positions, key=lambda position: position.is_guessed, default=None)
    if best is None or not best.is_guessed or offset is None:
        return best
    # Noon moves westward by a degree in four minutes: where the clock is behind UTC, it is west of Greenwich.
    noon = offset / 4
    is_west = abs(-best.longitude - noon) < abs(best.longitude - noon)
    return replace(best, longitude=-best.longitude) if is_west else best


def _distinct(texts: Sequence[str]) -> list[str]:
    """Leave out what another text says too: IPTC's fields are XMP's, cut at so many letters."""
    once = list({text.casefold(): text for text in reversed(texts)}.values())[::-1]
    return [text for text in once if not _is_in(text, [other for other in once if other is not text])]


def _is_in(text: str, texts: Sequence[str]) -> bool:
    return any(text.casefold() in other.casefold() for other in texts)


def _below(tags: Image.Exif, directory: int) -> Tags:
    try:
        return dict(tags.get_ifd(directory))
    except Exception:  # noqa: BLE001 (as above)
        return {}


def _extended_xmp(photo: Image.Image) -> bytes:
    """Join what didn't fit into a JPEG's first segment of XMP. Source: Adobe, XMP Specification Part 3."""
    segments = [
        s for name, s in getattr(photo, "applist", ()) if name == "APP1" and s.startswith(_EXTENDED_XMP)
    ]
    at = len(_EXTENDED_XMP)
    parts = {segment[at + 36 : at + 40]: segment[at + 40 :] for segment in segments[:_MOST_EXTENDED_XMP]}
    return b"".join(parts[offset] for offset in sorted(parts))
