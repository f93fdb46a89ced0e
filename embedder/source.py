"""The source of a model: its name, and a person's own files for it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, Self


class KnownModel(Protocol):
    """A model as a catalog keeps it: files are absolute paths, None where the person gave none."""

    @property
    def name(self) -> str:
        """The name that the library knows the model by."""

    @property
    def weights(self) -> str | None:
        """The person's own weights."""

    @property
    def tokenizer(self) -> str | None:
        """The tokenizer that belongs to them."""


@dataclass(frozen=True, slots=True)
class ModelSource:
    """What a model is opened or compiled from, passed as one record so that no part is forgotten."""

    name: str  # of the catalogue, or ARCHITECTURE/PRETRAINED of open_clip; with `weights`, ARCHITECTURE is enough
    weights: Path | None = None  # the person's own; None: those that ship or are downloaded
    tokenizer: Path | None = None  # a tokenizer.json of the person's own; None: the architecture's

    @classmethod
    def of(cls, model: KnownModel) -> Self:
        """Return the source of a model that a library knows."""
        weights, tokenizer = (Path(path) if path else None for path in (model.weights, model.tokenizer))
        return cls(model.name, weights, tokenizer)

    @property
    def architecture(self) -> str:
        """Return open_clip's name of the architecture."""
        return self.name.partition("/")[0]

    @property
    def pretrained(self) -> str:
        """Return open_clip's name of the weights; "" where a person gave their own, or none are named."""
        return "" if self.weights else self.name.partition("/")[2]
