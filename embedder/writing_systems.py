"""Which characters of a text are in writing systems that a model was not trained on?"""

import unicodedata

MULTILINGUAL_MODEL = (
    "ViT-B-16-SigLIP2/webli"  # the smallest of the catalogue that was trained on many languages
)


def unreadable(text: str, scripts: frozenset[str] | None) -> tuple[list[str], bool]:
    """Return the characters in other scripts than `scripts`, and whether nothing readable is left without them.

    Letters and pictographs count; digits and punctuation belong to all scripts. `None` means all scripts.
    """
    if scripts is None:
        return [], False
    meaningful = [c for c in text if c.isalpha() or unicodedata.category(c) == "So"]
    unread = [c for c in meaningful if not _script(c) & scripts]
    return unread, bool(unread) and len(unread) == len(meaningful)


def _script(character: str) -> set[str]:
    # Unicode names begin with the script: LATIN SMALL LETTER A, CJK UNIFIED IDEOGRAPH-72D7, DOG FACE.
    return {unicodedata.name(character, "UNKNOWN").split()[0]}
