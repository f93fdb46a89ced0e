"""Captions of several sets, and what may not be learnt: those that evaluation asks."""

import csv
import re
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path

# Columns of captions.csv that describe the photo; a set has the first, some the second too.
_COLUMNS = ("caption", "description")


def descriptions(data: Path, split: str) -> dict[str, list[str]]:
    """Return all that is said of each photo of a split, by the photo's name."""
    found: dict[str, list[str]] = {}
    with (data / "captions.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["split"] == split:
                texts = found.setdefault(row["image"], [])
                for name in _COLUMNS:
                    if row.get(name) and row[name] not in texts:
                        texts.append(row[name])
    return found


def folded(text: str) -> str:
    """Return a text's words alone, by which two captions are the same."""
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold()))


def without_evaluated(
    captions: Mapping[str, list[str]], evaluated: Iterable[Mapping[str, list[str]]]
) -> dict[str, list[str]]:
    """Leave out captions that stand, but for case and punctuation, in sets that evaluation asks.

    A photo that is left with no caption goes too.
    """
    asked = {folded(text) for photos in evaluated for texts in photos.values() for text in texts}
    kept = {photo: [text for text in texts if folded(text) not in asked] for photo, texts in captions.items()}
    return {photo: texts for photo, texts in kept.items() if texts}
