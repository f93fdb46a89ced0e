"""How the pixels of a TIFF are laid out, read from its tags; and which of them are decoded right by whom."""

from dataclasses import dataclass

from photoseek.indexer.decode.tiff import tags
from photoseek.indexer.decode.tiff.tags import Directory, directories
from photoseek.indexer.errors import UnreadablePhoto

# Compressions, by the number that the tag has.
PLAIN, LZW, DEFLATES, PACKBITS, LZMA, ZSTD = 1, 5, frozenset({8, 32946}), 32773, 34925, 50000
_FAX, _OLD_JPEG, _JPEG = frozenset({2, 3, 4}), 6, 7
_UNPACKED_HERE = frozenset({PLAIN, LZW, *DEFLATES, PACKBITS, LZMA, ZSTD})
# Photometric interpretations: what the samples mean.
WHITE_IS_ZERO, BLACK_IS_ZERO, RGB, PALETTE, CMYK, YCBCR, CIELAB, ICCLAB = 0, 1, 2, 3, 5, 6, 8, 9
CHANNELS = {WHITE_IS_ZERO: 1, BLACK_IS_ZERO: 1, RGB: 3, PALETTE: 1, CMYK: 4, YCBCR: 3, CIELAB: 3, ICCLAB: 3}
LAB = frozenset({CIELAB, ICCLAB})
UNSIGNED, SIGNED, FLOAT, _VOID = 1, 2, 3, 4  # sample formats
SEPARATE = 2  # planar configuration: each channel in a plane of its own
ASSOCIATED, UNASSOCIATED = 1, 2  # alpha that colours have been multiplied with, and that they haven't
NO_PREDICTOR, FLOAT_PREDICTOR = 1, 3
_CMYK_INKS = 1
_ADOBES = (
    b"\xff\xee\x00\x0eAdobe"  # a JPEG's segment: with it, some programs store inks backwards, and some don't
)
_LARGE_TILE = 1 << 24  # pixels: a small picture may lie in a tile of its own
_CHUNKY_SAMPLES = {0: {1}, 1: {1}, 2: {3, 4}, 5: {4}, 6: {3}}  # that libtiff gives Pillow right
_MOST_SAMPLES = 64
_CELL_SIDES = {1, 2, 4}
_REDUCED, _MASK = 1, 4  # bits that say that a directory holds no photo of its own
_EVERY_ROW = 2**32 - 1


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a picture's samples are and what they mean, with what the specification says of absent tags."""

    directory: Directory
    page: int  # its directory's number along the file
    width: int  # as stored, before orientation
    height: int
    photometric: int
    compression: int
    bits: int  # of each sample
    samples: int  # of each pixel
    sample_format: int
    predictor: int
    is_separate: bool
    reversed_bits: bool
    extras: tuple[int, ...]  # what the samples behind the colours are
    block: tuple[int, int]  # width and height of a strip or tile
    offsets: tuple[int, ...]
    lengths: tuple[int, ...]
    orientation: int
    cell: tuple[int, int]  # of YCbCr: how many pixels, across and down, share their Cb and Cr

    @property
    def is_tiled(self) -> bool:
        """Tell tiles, which are all of one size, from strips, whose last may be lower."""
        return tags.TILE_OFFSETS in self.directory.entries

    @property
    def channels(self) -> int:
        """How many samples are colours."""
        return CHANNELS[self.photometric]

    @property
    def alpha(self) -> int | None:
        """Return the number of the sample that is alpha."""
        known = [number for number, extra in enumerate(self.extras) if extra in {ASSOCIATED, UNASSOCIATED}]
        return self.channels + known[0] if known else None

    @property
    def is_premultiplied(self) -> bool:
        """Return whether colours have been multiplied with alpha, as numbers of a palette's colours can't be."""
        if self.alpha is None or self.photometric == PALETTE:
            return False
        return self.extras[self.alpha - self.channels] == ASSOCIATED


def read_layout(content: bytes) -> Layout:
    """Read the tags of a TIFF's first picture. Raises UnreadablePhoto for what nobody here decodes right.

    A reduced copy or a mask that comes before it is passed over. Raises struct.error where directories are cut.
    """
    page, directory = _first_picture(content)
    samples = directory.integer(tags.SAMPLES, len(directory.integers(tags.BITS)) or 1)
    bits = directory.integers(tags.BITS)[:samples] or (1,)
    formats = directory.integers(tags.SAMPLE_FORMAT)[:samples] or (UNSIGNED,)
    compression = directory.integer(tags.COMPRESSION, PLAIN)
    width, height = directory.integer(tags.WIDTH, 0), directory.integer(tags.HEIGHT, 0)
    photometric = _photometric(directory, samples, compression)
    if photometric not in CHANNELS:
        raise _refused(f"its colours are of kind {photometric}")
    if len(set(bits)) > 1 or len(set(formats)) > 1:
        raise _refused("its channels are of different depths")
    if not CHANNELS[photometric] <= samples <= _MOST_SAMPLES:
        raise _refused(f"it has {samples} channels")
    is_tiled = tags.TILE_OFFSETS in directory.entries
    rows = min(directory.integer(tags.ROWS_PER_STRIP, _EVERY_ROW) or height, height)
    block = directory.integer(tags.TILE_WIDTH, 0), directory.integer(tags.TILE_HEIGHT, 0)
    layout = Layout(
        directory,
        page,
        width,
        height,
        photometric,
        compression,
        bits[0],
        samples,
        UNSIGNED if formats[0] == _VOID else formats[0],
        directory.integer(tags.PREDICTOR, NO_PREDICTOR),
        samples > 1 and directory.integer(tags.PLANAR, 1) == SEPARATE,
        directory.integer(tags.FILL_ORDER, 1) == 2,  # noqa: PLR2004 (the specification's number)
        _extras(directory, photometric, samples),
        block if is_tiled else (width, rows),
        directory.integers(tags.TILE_OFFSETS if is_tiled else tags.STRIP_OFFSETS),
        directory.integers(tags.TILE_LENGTHS if is_tiled else tags.STRIP_LENGTHS),
        directory.integer(tags.ORIENTATION, 1),
        _cell(directory) if photometric == YCBCR else (1, 1),
    )
    _refuse_unless_decodable(layout)
    return layout


def is_pillows(layout: Layout) -> bool:
    """Return whether Pillow decodes this kind, and decodes it right: few bits, in one plane, of usual colours."""
    if layout.is_separate or layout.sample_format != UNSIGNED or layout.samples not in _usual(layout):
        return False
    if layout.compression in _FAX:
        return layout.bits == 1 and layout.samples == 1
    return layout.compression in {_OLD_JPEG, _JPEG} and layout.bits == 8  # noqa: PLR2004 (bits)


def _usual(layout: Layout) -> set[int]:
    return _CHUNKY_SAMPLES.get(layout.photometric, set())


def _first_picture(content: bytes) -> tuple[int, Directory]:
    """Return the first directory that holds a photo of its own, else the first."""
    first = None
    for page, directory in enumerate(directories(content)):
        first = first or (page, directory)
        if not directory.integer(tags.SUBFILE_TYPE, 0) & (_REDUCED | _MASK):
            return page, directory
    if first is None:
        raise _refused("it holds no picture")
    return first


def _photometric(directory: Directory, samples: int, compression: int) -> int:
    """Return what the samples mean; where no tag says it, what libtiff takes for granted."""
    if compression == _OLD_JPEG and samples > 1:
        return YCBCR
    guessed = RGB if samples >= CHANNELS[RGB] else BLACK_IS_ZERO
    return directory.integer(tags.PHOTOMETRIC, WHITE_IS_ZERO if compression in _FAX else guessed)


def _extras(directory: Directory, photometric: int, samples: int) -> tuple[int, ...]:
    behind = samples - CHANNELS[photometric]
    kinds = directory.integers(tags.EXTRA_SAMPLES)[-behind:] if behind else ()
    if not kinds and photometric == RGB and behind == 1:
        return (UNASSOCIATED,)  # what programs mean that forget the tag
    return (*kinds, *(0 for _ in range(behind - len(kinds))))


def _cell(directory: Directory) -> tuple[int, int]:
    across, down = (*directory.integers(tags.SUBSAMPLING), 2, 2)[:2]
    return across, down


def _refuse_unless_decodable(layout: Layout) -> None:
    if layout.width <= 0 or layout.height <= 0:
        raise UnreadablePhoto("its header claims no pixels: the file is damaged, restore it")
    if is_pillows(layout):
        if layout.photometric == CMYK and _ADOBES in layout.directory.content:
            raise _refused("whether its inks are counted backwards can't be told")
        return
    if layout.compression not in _UNPACKED_HERE:
        raise _refused(f"its compression is of kind {layout.compression}")
    depths = {FLOAT: {16, 32, 64}, SIGNED: {8, 16, 32, 64}, UNSIGNED: {*range(1, 17), 32, 64}}
    if layout.bits not in depths.get(layout.sample_format, set()):
        raise _refused(f"it has {layout.bits} bits a channel, of kind {layout.sample_format}")
    _refuse_colours(layout)
    across, down = layout.block
    if not 0 < across * down <= max(_LARGE_TILE, 4 * layout.width * layout.height):
        raise _refused(f"its tiles have {across} x {down} pixels")


def _refuse_colours(layout: Layout) -> None:
    whole = layout.sample_format == UNSIGNED and layout.bits in {8, 16}
    directory = layout.directory
    if layout.photometric in LAB and not whole and layout.sample_format != SIGNED:
        raise _refused(f"its CIELAB colours have {layout.bits} bits")
    if layout.photometric == PALETTE and (layout.sample_format != UNSIGNED or layout.bits > 16):  # noqa: PLR2004
        raise _refused("its palette is of no known kind")
    if layout.photometric == CMYK and directory.integer(tags.INK_SET, _CMYK_INKS) != _CMYK_INKS:
        raise _refused("its inks are not cyan, magenta, yellow and black")
    dots = directory.integers(tags.DOT_RANGE)
    if layout.photometric == CMYK and len(dots) > 1 and dots[0] > dots[1]:
        raise _refused("its inks are counted backwards")
    if layout.photometric == YCBCR and not (layout.bits == 8 and whole):  # noqa: PLR2004 (bits)
        raise _refused(f"its YCbCr colours have {layout.bits} bits")
    is_plain = (
        layout.samples == CHANNELS[YCBCR] and not layout.is_separate and layout.predictor == NO_PREDICTOR
    )
    if layout.cell != (1, 1) and not (is_plain and set(layout.cell) <= _CELL_SIDES):
        raise _refused("its YCbCr colours share pixels in an unusual way")


def _refused(what: str) -> UnreadablePhoto:
    return UnreadablePhoto(f"this kind of TIFF can't be read ({what}): export it as JPEG")
