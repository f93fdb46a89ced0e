"""A label: what it is called, what is embedded for it, and how it relates to others."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from photoseek.searcher.errors import BadQuery
from photoseek.searcher.query.query import checked
from photoseek.storage import LabelRule


@dataclass(frozen=True, slots=True)
class Label:
    """A word or a phrase that photos are tagged with."""

    name: str
    prompts: tuple[str, ...] = ()  # what is embedded, as the mean of all; none: the name
    parent: str | None = None  # the label that a photo of this one shows too
    group: str | None = None  # a photo shows one label of it at most

    @property
    def texts(self) -> tuple[str, ...]:
        """What is embedded for the label."""
        return self.prompts or (self.name,)

    @classmethod
    def of(cls, rule: LabelRule) -> "Label":
        """Return the label of a rule."""
        return cls(rule.name, rule.prompts, rule.parent, rule.group)


def as_labels(labels: Iterable[str | Label]) -> list[Label]:
    """Return labels for those that are only named."""
    return [label if isinstance(label, Label) else Label(label) for label in labels]


def parse_labels(text: str) -> list[str]:
    """Parse comma-separated labels, dropping repeats. Raises BadQuery if there is none."""
    labels = list(dict.fromkeys(label for part in text.split(",") if (label := " ".join(part.split()))))
    labels = [unicodedata.normalize("NFC", checked(label)) for label in labels]
    if not labels:
        raise BadQuery('name at least one label, as in --labels "cat,dog,person"')
    return labels


def ancestors(labels: Sequence[Label]) -> dict[str, tuple[str, ...]]:
    """Return the labels above each, the nearest first; those that are not among the labels are left out."""
    parents = {label.name: label.parent for label in labels}
    found: dict[str, tuple[str, ...]] = {}
    for name, nearest in parents.items():
        above: dict[str, None] = {}
        parent = nearest
        # Labels of several vocabularies may even go round in a circle.
        while parent is not None and parent in parents and parent not in above and parent != name:
            above[parent] = None
            parent = parents[parent]
        found[name] = tuple(above)
    return found
