"""Make what the searcher knows of nouns, from WordNet's files and the captions that hits are graded against.

`--wordnet FOLDER` holds `index.noun` and `data.noun` as Princeton gives them (wordnet.princeton.edu). To be run
again whenever `searcher/scoring/background.txt` has changed.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import environment

_SENSES = 2  # the commonest of a noun's meanings: `index.noun` has them in that order
_MOST_LETTERS = 24  # all names take the room of the longest
_NO_BEGINNING = ("a ", "the ", "in ", "on ", "at ", "no ")  # “the street” is one in New York
_KIND_OF = "@"  # and not "@i": a person or a place is one of its kind, no kind


def main() -> int:
    """Write `searcher/scoring/nouns.npz`."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--wordnet", type=Path, required=True, metavar="FOLDER")
    folder: Path = parser.parse_args().wordnet
    environment.enter()
    import numpy as np

    from photoseek.searcher.scoring.background import stored_captions
    from photoseek.searcher.scoring.nouns import LONGEST, NONE, NOUNS_FILE, Nouns, digest, nouns_of

    kinds = _kinds(folder / "data.noun")
    number = {synset: n for n, synset in enumerate(kinds)}
    # Where two differ by a hyphen alone, the last that is read stays.
    named = {
        name: [number[synset] for synset in synsets if synset in number][:_SENSES]
        for name, synsets in _names(folder / "index.noun")
        if len(name.split()) <= LONGEST and len(name) <= _MOST_LETTERS
    }
    names = sorted(name for name, meanings in named.items() if meanings)

    def pairs(rows: list[list[int]]) -> np.ndarray:
        return np.array([[*row, NONE, NONE][:2] for row in rows], np.int32)

    nouns = Nouns(
        np.array([name.encode() for name in names]),
        pairs([named[name] for name in names]),
        pairs([[number[above] for above in wider if above in number] for wider in kinds.values()]),
        np.array(_depths(kinds), np.int32),
    )
    captions = stored_captions()
    nouns_found = nouns_of(nouns, captions)
    with NOUNS_FILE.open("wb") as file:
        np.savez(
            file,
            names=nouns.names,
            meanings=nouns.meanings,
            wider=nouns.wider,
            depths=nouns.depths,
            captions=digest(captions),
            said=nouns_found.caption_meanings,
            above=nouns_found.above,
        )
    print(f"{NOUNS_FILE}: {len(names)} nouns, {len(kinds)} meanings")
    return 0


def _lines(path: Path) -> list[str]:
    return [line for line in path.read_text("latin-1").splitlines() if not line.startswith(" ")]


def _names(index: Path) -> list[tuple[str, list[str]]]:
    """Read the nouns with the offsets of their meanings, the commonest first."""
    read = []
    for line in _lines(index):
        name, _, count, *rest = line.split()
        words = name.replace("_", " ").replace("-", " ")
        if re.fullmatch("[a-z ]{2,}", words) and not words.startswith(_NO_BEGINNING):
            read.append((words, rest[-int(count) :]))
    return read


def _kinds(data: Path) -> dict[str, list[str]]:
    """Read the offsets of meanings with those of which each is a kind; single persons and places are left out."""
    kinds = {}
    for line in _lines(data):
        offset, _, _, words, *rest = line.split()
        pointers = rest[2 * int(words, 16) + 1 :]
        signs = pointers[: 4 * int(rest[2 * int(words, 16)]) : 4]
        if "@i" not in signs:
            kinds[offset] = [pointers[4 * n + 1] for n, sign in enumerate(signs) if sign == _KIND_OF]
    return kinds


def _depths(kinds: dict[str, list[str]]) -> list[int]:
    known: dict[str, int] = {}

    def depth(synset: str) -> int:
        if synset not in known:
            known[synset] = 1 + max((depth(above) for above in kinds.get(synset, ())), default=0)
        return known[synset]

    return [depth(synset) for synset in kinds]


if __name__ == "__main__":
    environment.run(main)
