"""Photos of all kinds by chance, which tests of filters ask about."""

from dataclasses import dataclass, replace
from itertools import count

from hypothesis import strategies as st

from photoseek.storage import Box, Edit, Library, NamedRegion, PhotoFacts, PhotoText, ReadWord, Stamp
from photoseek.storage.photo_formats import VIDEO_FORMATS

_FOLDERS = ("", "Trips", "Trips/2023", "Trips/2023/Rome", "Trips/2023-24", "Screenshots")


@dataclass(frozen=True)
class Drawn:
    """A photo as the brute force knows it."""

    facts: PhotoFacts
    folder: str
    tags: tuple[str, ...]
    said: tuple[str, ...] = ()  # of favourite and hidden, what a person says of it
    is_picked: bool = False  # for an album
    read: str = ""  # the text in it

    @property
    def month(self) -> int | None:
        return int((self.facts.taken_at or "")[5:7] or 0) or None


_numbers = count(1)


def draw(
    taken: str | None,
    camera: str | None,
    lens: str | None,
    position: tuple[float, float] | None,
    kind: str,
    size: tuple[int, int],
    folder: str,
    tags: tuple[str, ...],
    rating: int | None = None,
    said: tuple[str, ...] = (),
    is_picked: bool = False,  # noqa: FBT001, FBT002 (Hypothesis passes it)
    lasts_ms: int = 0,  # if it is a video
    read: str = "",
    people: tuple[str, ...] = (),
) -> Drawn:
    content = next(_numbers).to_bytes(16, "big")
    latitude, longitude = position or (None, None)
    named = [NamedRegion(name, Box(0.25 * at, 0.2, 0.2, 0.2)) for at, name in enumerate(people)]
    facts = PhotoFacts(
        content,
        content,
        *size,
        kind,
        taken,
        None,
        camera,
        lens,
        latitude,
        longitude,
        rating=rating,
        regions=tuple(named),
    )
    if kind in VIDEO_FORMATS:
        facts = replace(facts, duration_ms=lasts_ms)
    return Drawn(facts, folder, tags, said, is_picked, read)


_DATES = st.one_of(
    st.none(),
    st.sampled_from(
        ["2018-12-31T23:59:59", "2019-01-01T00:00:00", "2020-02-29T12:00:00", "2024-12-31T23:59:59"]
    ),
    # As much as is known of a scan: the year, the month or the day.
    st.sampled_from(["2019", "2020", "2024", "2020-02", "2024-12", "2020-02-29", "2024-12-31"]),
    st.builds(
        "{:04d}-{:02d}-{:02d}T{:02d}:00:00".format,
        st.integers(2018, 2025),
        st.integers(1, 12),
        st.integers(1, 28),
        st.integers(0, 23),
    ),
)
_POSITIONS = st.one_of(
    st.none(),
    st.tuples(st.floats(-90, 90), st.floats(-180, 180)),
    st.sampled_from(
        [
            (35.0, 135.8),
            (35.2, 135.75),
            (-18.0, 179.9),
            (-18.0, -179.9),
            (89.9, 10.0),
            (89.9, -170.0),
            (0.0, 0.1),
        ]
    ),
)
CATALOGS = st.lists(
    st.builds(
        draw,
        _DATES,
        st.sampled_from([None, "FUJIFILM X-T5", "Fujifilm X100V", "NIKON D70", "Canon EOS 5D"]),
        st.sampled_from([None, "XF35mmF1.4 R", "EF-S18-135mm f/3.5", "FE 35mm F1.8"]),
        _POSITIONS,
        st.sampled_from(["JPEG", "MPO", "HEIC", "PNG", "NEF", "CR2", "MP4", "MKV"]),
        st.sampled_from([(4, 3), (3, 4), (3, 3), (8, 4), (4, 9)]),
        st.sampled_from(_FOLDERS),
        st.sampled_from([(), ("beach",), ("Beach",), ("beach", "my dog")]),
        st.sampled_from([None, None, -1, 1, 2, 3, 4, 5]),
        st.sampled_from([(), (), ("favourite",), ("hidden",), ("favourite", "hidden")]),
        st.booleans(),
        st.sampled_from([0, 29_999, 30_000, 60_000, 60_001, 119_999, 120_000, 3_600_000]),
        st.sampled_from(["", "", "RE16TGK", "Welcome to ROME", "Total 12.50", "in total, 12 or 50"]),
        st.sampled_from([(), (), ("Ana Berg",), ("ANA BERG", "Ben"), ("Ben", "Anabel", "Ben")]),
    ),
    max_size=12,
)


def filled(library: Library, drawn: list[Drawn]) -> dict[int, Drawn]:
    """Make a library of what was drawn anew; gives it by photo id."""
    with library.catalog.write() as transaction:
        root = transaction.roots.add("/photos")
        known = transaction.files.known(root.root_id).values()
        transaction.files.forget([file.file_id for file in known])
        transaction.photos.forget(transaction.photos.which([]))
        photos = {transaction.photos.add(photo.facts): photo for photo in drawn}
        for photo_id, photo in photos.items():
            path = f"{photo.folder}/{photo_id}.jpg".lstrip("/")
            transaction.files.put(root.root_id, path, Stamp(1, 1, 1), photo_id)
            for tag in photo.tags:
                transaction.tags.put([photo_id], tag)
        transaction.texts.save({photo_id: _text(photo.read) for photo_id, photo in photos.items()})
        said = [
            Edit(photo_id, field, {field: True}, "2026-01-01T00:00:00Z")
            for photo_id, photo in photos.items()
            for field in photo.said
        ]
        transaction.edits.make("said", said)
        if not transaction.albums.all():
            transaction.albums.create("picked", None)
        picked = [photo_id for photo_id, photo in photos.items() if photo.is_picked]
        transaction.albums.add(transaction.albums.named("picked"), picked)
    return photos


def _text(read: str) -> PhotoText:
    return PhotoText(tuple(ReadWord(word, 0, 0, 0, 1, 1, 1) for word in read.split()))


def no_album(name: str, *_: object) -> set[int]:
    raise AssertionError(name)
