"""Small bar charts for a terminal; without one, plain columns that other programs can read."""

import shutil
import sys
from collections.abc import Sequence

_WIDEST = 100  # columns
_MOST_NAME = 32  # columns for names
_LEAST_BAR = 8  # columns, if counts are not too long
_SPACES = 6  # columns between and before
_EIGHTHS = " ▏▎▍▌▋▊▉"
_COLOUR, _PLAIN = "\x1b[36m", "\x1b[0m"


def terminal_width() -> int | None:
    """Return how many columns a chart may take; None where the output is no terminal."""
    return min(shutil.get_terminal_size().columns, _WIDEST) if sys.stdout.isatty() else None


def chart(counts: Sequence[tuple[str, int]], width: int | None, *, coloured: bool = False) -> list[str]:
    """Return a line for each name: the name, a bar and the count. Without a width there are no bars.

    A name that is too long is cut; a line is never wider than `width`, unless that is below 24.
    """
    if not counts:
        return []
    widest = max(_width(name) for name, _ in counts)
    digits = max(len(f"{count:,}") for _, count in counts)
    if width is None:
        return [f"  {_padded(name, widest)}  {count:>{digits},}" for name, count in counts]
    names = min(widest, _MOST_NAME, max(1, width - _LEAST_BAR - digits - _SPACES))
    length = max(1, width - names - digits - _SPACES)
    most = max(count for _, count in counts) or 1
    bars = [_bar(count / most, length, coloured=coloured) for _, count in counts]
    return [
        f"  {_padded(_cut(name, names), names)}  {bar}  {count:>{digits},}"
        for (name, count), bar in zip(counts, bars, strict=True)
    ]


def _bar(share: float, length: int, *, coloured: bool) -> str:
    """Return a bar of `length` columns; the smallest count has an eighth of a column."""
    eighths = max(1 if share else 0, round(share * length * 8))
    drawn = "█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()
    shown = f"{_COLOUR}{drawn}{_PLAIN}" if drawn and coloured else drawn
    return shown + " " * (length - len(drawn))


def _padded(name: str, width: int) -> str:
    return name + " " * max(0, width - _width(name))


def _cut(name: str, width: int) -> str:
    if _width(name) <= width:
        return name
    cut = ""
    for character in name:
        if _width(cut + character) >= width:
            break
        cut += character
    return cut + "…"


def _width(text: str) -> int:
    """Return how many columns a text takes: Chinese characters take two, accents none."""
    from rich.cells import cell_len  # here rather than above: it takes a while to load

    return cell_len(text)
