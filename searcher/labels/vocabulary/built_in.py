"""The vocabulary that ships: labels that people sort photos by."""

from functools import cache
from pathlib import Path

from photoseek.searcher.labels.vocabulary.reading import BUILT_IN, Vocabulary, read_vocabulary

_FILE = Path(__file__).with_name("built_in.yaml")


@cache
def built_in() -> Vocabulary:
    """Return the vocabulary."""
    return read_vocabulary(_FILE, ships=True)


def vocabulary_at(path: Path) -> Vocabulary:
    """Read a vocabulary at a path, or take the built-in one by its name. Raises BadVocabulary."""
    return built_in() if str(path) == BUILT_IN else read_vocabulary(path)
