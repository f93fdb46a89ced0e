"""Records of text that was read in a photo."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReadWord:
    """One word that was read in a photo, and its box as fractions (0 to 1) of the upright photo's sides."""

    text: str
    line: int  # counted from 0, in reading order
    left: float
    top: float
    right: float
    bottom: float
    score: float  # how sure the engine is, 0 to 1


@dataclass(frozen=True, slots=True)
class PhotoText:
    """All that was read in one photo, in reading order."""

    words: tuple[ReadWord, ...] = ()

    def __str__(self) -> str:
        """Return the text with a line break after each line."""
        lines: dict[int, list[str]] = {}
        for word in self.words:
            lines.setdefault(word.line, []).append(word.text)
        return "\n".join(" ".join(line) for line in lines.values())
