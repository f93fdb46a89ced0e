"""What files say of photos is kept, replaced as a whole, and known by the reader that read it."""

from dataclasses import asdict, replace

from photoseek.storage import Box, Library, NamedRegion, PhotoFacts, Stamp

BEFORE = PhotoFacts(b"a", b"p", 4, 3, "JPEG", "1998", None, None, None, None, None, look=b"l" * 64)
AFTER = replace(
    BEFORE,
    taken_at="1998-07-14",
    title="Hafen",
    description="Boote\nam Abend",
    keywords=("Boot", 'mit "Zeichen"', "🛶"),
    rating=-1,
    date_source="XMP photoshop:DateCreated",
    facts_dropped=("the XMP is damaged",),
    facts_version=1,
    regions=(NamedRegion("Ana", Box(0.1, 0.25, 0.3, 0.4)), NamedRegion("Bén “B” 🛶", None)),
)


def test_facts_read_again_replace_what_was_said_and_count_if_they_differ(library: Library) -> None:
    names = [name for name, fact in asdict(AFTER).items() if fact != getattr(BEFORE, name)]
    said = {name: getattr(AFTER, name) for name in names}
    with library.catalog.write() as transaction:
        photo_id = transaction.photos.add(BEFORE)
        assert [transaction.photos.set_facts({photo_id: said}) for _ in range(2)] == [1, 0]
    with library.catalog.read() as transaction:
        assert transaction.photos.by_id([photo_id])[photo_id].facts == AFTER


def test_photos_of_an_older_reader_are_counted_where_they_can_be_read_again(library: Library) -> None:
    with library.catalog.write() as transaction:
        root = transaction.roots.add("/photos")
        present, newer = (
            transaction.photos.add(replace(AFTER, content_hash=name, facts_version=version))
            for name, version in ((b"1", 0), (b"2", 1))
        )
        transaction.photos.add(BEFORE)  # lies nowhere
        for path, photo_id in (("a", present), ("b", present), ("c", newer)):
            transaction.files.put(root.root_id, path, Stamp(1, 1, 1), photo_id)
    with library.catalog.read() as transaction:
        assert [transaction.photos.read_before(version) for version in (0, 1, 2)] == [0, 1, 2]


def test_named_faces_can_be_looked_for_as_long_as_the_file_names_them(library: Library) -> None:
    with library.catalog.write() as transaction:
        root = transaction.roots.add("/photos")
        first, second = (transaction.photos.add(replace(AFTER, content_hash=name)) for name in (b"1", b"2"))
        for path, photo_id in (("a", first), ("b", first), ("c", second)):
            transaction.files.put(root.root_id, path, Stamp(1, 1, 1), photo_id)
        assert transaction.regions.names() == {"Ana": 2, "Bén “B” 🛶": 2}
        assert transaction.regions.all_names() == ["Ana", "Bén “B” 🛶"]
        transaction.photos.set_facts({second: {"regions": AFTER.regions[1:]}})
    with library.catalog.write() as transaction:
        assert transaction.regions.of([first, second]) == {first: AFTER.regions, second: AFTER.regions[1:]}
        transaction.photos.set_facts({second: {"regions": ()}})
        assert transaction.regions.of([first, second]) == {first: AFTER.regions}
        assert transaction.regions.names() == {"Ana": 1, "Bén “B” 🛶": 1}
