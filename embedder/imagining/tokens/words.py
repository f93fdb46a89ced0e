"""The words that a token model reads: pieces of the tokenizer that ships, of which only those that captions have.

A network that learnt nothing of the others needn't carry them. CLIP's byte pairs would do as well, but they come
with open_clip alone.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING

from photoseek.embedder.errors import ModelNotUsable
from photoseek.embedder.shipped import FOLDER

if TYPE_CHECKING:
    from tokenizers import Tokenizer

NOTHING, UNKNOWN = 0, 1  # the numbers of what fills a short text, and of any other piece
_FIRST = 2


class Words:
    """Texts as numbers, by a list of known pieces."""

    def __init__(self, pieces: Sequence[str]) -> None:
        self.pieces = tuple(pieces)
        self._numbers = {piece: number for number, piece in enumerate(self.pieces, _FIRST)}

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Words":
        """Return those that some texts use."""
        return cls(sorted({piece for text in texts for piece in _pieces_of(text)}))

    def __len__(self) -> int:
        """Return how many numbers there are."""
        return len(self.pieces) + _FIRST

    def shipped_numbers(self) -> list[int]:
        """Return which number the tokenizer that ships gives each known piece."""
        numbers = _tokenizer().get_vocab()
        return [numbers[piece] for piece in self.pieces]

    def read(self, text: str, most: int) -> list[int]:
        """Return exactly as many numbers: the beginning of a long text, a short one filled up."""
        found = [self._numbers.get(piece, UNKNOWN) for piece in _pieces_of(text)[:most]]
        return found + [NOTHING] * (most - len(found))


def _pieces_of(text: str) -> list[str]:
    pieces: list[str] = _tokenizer().encode(text, add_special_tokens=False).tokens
    return pieces


@cache
def _tokenizer() -> "Tokenizer":
    from tokenizers import Tokenizer

    try:
        read = Tokenizer.from_file(str(FOLDER / "tokenizer.json"))
    except Exception as error:  # tokenizers' own errors have no narrower type
        raise ModelNotUsable(f"{FOLDER / 'tokenizer.json'} can't be read: install photoseek again") from error
    read.no_padding()
    return read
