"""Does any damaged EXIF, XMP or ICC block stop what reads it? For `fuzz.py --metadata`."""

from __future__ import annotations

import io
import resource
import sys
import time
import warnings
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from environment import say
from PIL import Image

if TYPE_CHECKING:
    import random

_HANG_S = 1.0
_SMALL = 64  # pixels a side of the photo that carries a block through `decode`
_KINDS = ("exif", "xmp", "icc_profile")
_BOMB = (
    b'<!DOCTYPE x [<!ENTITY a "2001-01-01T10:00:00">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]><xmp:CreateDate>&j;</xmp:CreateDate>"
)
Blocks = dict[str, list[bytes]]


def fuzz(contents: dict[Path, bytes], cases: int, rng: random.Random) -> int:
    """Damage blocks and read them, directly and in a photo; gives 1 if any raised or took over a second."""
    warnings.simplefilter("ignore")
    blocks = _blocks(contents)
    say(", ".join(f"{len(blocks[kind])} {kind}" for kind in _KINDS) + " blocks")
    kinds = [kind for kind in _KINDS if blocks[kind]]
    if not kinds:
        raise SystemExit("none of these photos has EXIF, XMP or a profile: name others with --photos")
    faults: list[str] = []
    crashes = hangs = 0
    for number in range(cases):
        kind = rng.choice(kinds)
        block = _damaged(rng.choice(blocks[kind]), blocks[kind], kind, rng)
        began = time.perf_counter()
        try:
            _read(kind, block)
        except Exception as error:  # noqa: BLE001 (any of them is what is looked for)
            crashes += 1
            faults.append(f"case {number}, {kind}: {error!r}")
        took = time.perf_counter() - began
        if took > _HANG_S:
            hangs += 1
            faults.append(f"case {number}, {kind}: took {took:.1f} s")
    for fault in faults[:20]:
        say(fault)
    print(f"{cases} cases: {crashes} crashes, {hangs} hangs; peak memory {_peak_mb():.0f} MB")
    return 1 if faults else 0


def _blocks(contents: dict[Path, bytes]) -> Blocks:
    """Take each photo's own blocks out."""
    blocks: Blocks = {kind: [] for kind in _KINDS}
    for content in contents.values():
        with suppress(Exception), Image.open(io.BytesIO(content)) as photo:  # raw photos are not Pillow's
            for kind in _KINDS:
                block = photo.info.get(kind)
                if isinstance(block, str):
                    block = block.encode()
                if isinstance(block, bytes) and block:
                    blocks[kind].append(block)
    return blocks


def _damaged(block: bytes, others: list[bytes], kind: str, rng: random.Random) -> bytes:
    """Flip, cut, repeat or exchange some of a block, or claim huge counts, offsets and entities in it."""
    damaged = bytearray(block)
    near = min(len(damaged), rng.choice([64, 1024, len(damaged)]))  # where the structure is, or anywhere
    for _ in range(rng.choice([1, 2, 8])):
        at = rng.randrange(near)
        way = rng.randrange(6)
        if way == 0:
            damaged[at : at + 1] = rng.randbytes(1)
        elif way == 1:
            damaged[at : at + 4] = rng.choice(
                [b"\xff" * 4, b"\x7f\xff\xff\xff", b"\0" * 4, b"\xff\xff\xff\x7f"]
            )
        elif way == 2:  # noqa: PLR2004 (a way of damage)
            length = rng.randrange(1, 256)
            damaged[at:at] = damaged[at : at + length]
        elif way == 3:  # noqa: PLR2004 (likewise)
            other = rng.choice(others)
            damaged[at : at + 64] = other[at : at + 64]
        elif way == 4 and kind == "xmp":  # noqa: PLR2004 (likewise)
            damaged[at:at] = _BOMB
        elif rng.random() < 0.2:  # noqa: PLR2004 (a cut leaves little to damage: seldom)
            del damaged[at + 1 :]
        near = min(near, len(damaged))
    return bytes(damaged)


def _read(kind: str, block: bytes) -> None:
    """Read a block, and a whole photo that carries it, which it must not cost: `decode` may refuse none."""
    from photoseek.indexer.decode.decode import decode
    from photoseek.indexer.metadata import facts_from, read_facts

    photo = Image.new("RGB", (_SMALL, _SMALL))
    photo.info[kind] = block
    read_facts(photo)
    if kind == "xmp":
        facts_from({}, {}, {}, block)
    buffer = io.BytesIO()
    try:
        Image.new("RGB", (_SMALL, _SMALL)).save(buffer, "JPEG", **{kind: block})
    except (ValueError, OSError):  # longer than a JPEG can hold
        return
    decode(buffer.getvalue(), "damaged.jpg")


def _peak_mb() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak / 1e3
