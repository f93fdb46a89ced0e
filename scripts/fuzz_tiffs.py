"""Does every kind of TIFF show the pixels that it was made from? For fuzz.py."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
from environment import say
from tiff_files import written
from tiff_kinds import Pixels, any_kind, tolerance

if TYPE_CHECKING:
    import random

_REPORT_EVERY = 500


def fuzz(count: int, rng: random.Random) -> int:
    """Make TIFFs by chance, decode and compare them; gives 1 if one shows another picture."""
    from photoseek.indexer import UnreadablePhoto
    from photoseek.indexer.decode.decode import decode

    wrong, refused = 0, Counter[str]()
    for number in range(1, count + 1):
        kind = any_kind(rng)
        content, right = written(kind, pixels(rng))
        try:
            photo = np.asarray(decode(content, "made.tif").photo)
        except UnreadablePhoto as error:
            refused[str(error)] += 1
            continue
        off = float(np.abs(photo.astype(int) - right).mean()) if photo.shape == right.shape else 255.0
        if off > tolerance(kind):
            wrong += 1
            say(f"  wrong by {off:.1f} of 255: {kind}")
        if number % _REPORT_EVERY == 0:
            say(f"{number} TIFFs: {wrong} wrong, {refused.total()} refused")
    for reason, times in refused.most_common():
        say(f"  {times} x {reason}")
    print(f"{count} TIFFs, {wrong} garbled, {refused.total()} refused with a reason")
    return int(wrong > 0)


def pixels(rng: random.Random) -> Pixels:
    """Return a small picture of smooth colours, no two sides of which are alike."""
    width, height = rng.randrange(20, 90), rng.randrange(20, 90)
    x, y = np.meshgrid(np.linspace(0, 1, width), np.linspace(0, 1, height))
    red, green, blue = (1 - x) * (1 - y) + x * y, x, y
    return (np.stack([red, green, blue], axis=2) * 255).astype(np.uint8)
