"""The vocabulary that ships: labels that people sort photos by."""

from functools import cache
from pathlib import Path

from photoseek.searcher.labels.vocabulary.reading import Vocabulary, read_vocabulary

BUILT_IN = "photoseek"  # its name, which `tag --vocabulary` takes in the place of a file
_FILE = Path(__file__).with_name("built_in.yaml")


@cache
def built_in() -> Vocabulary:
    """Return the vocabulary."""
    return read_vocabulary(_FILE)
