"""Which of the labels that fit photos are put on them: parents, groups, and what people said count."""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from photoseek.searcher.labels.label import Label, ancestors
from photoseek.storage import PersonsWord

Fitting = dict[int, float]  # probability by photo id
# In its group, a label that a person put counts more than one that such a label brings, and that more than any
# probability.
_PUT = math.inf
_BROUGHT = 2.0


@dataclass(frozen=True, slots=True)
class Said:
    """What people said of labels: the photos with their yes and with their no, by the label's name."""

    yes: Mapping[str, AbstractSet[int]] = field(default_factory=dict)
    no: Mapping[str, AbstractSet[int]] = field(default_factory=dict)

    @classmethod
    def among(cls, words: Iterable[PersonsWord], is_considered: Callable[[int], bool]) -> "Said":
        """Collect what people said of the photos that are considered."""
        yes: defaultdict[str, set[int]] = defaultdict(set)
        no: defaultdict[str, set[int]] = defaultdict(set)
        for word in words:
            if is_considered(word.photo_id):
                (yes if word.yes else no)[word.name].add(word.photo_id)
        return cls(yes, no)


def choose(labels: Sequence[Label], fitting: Sequence[Fitting], said: Said) -> list[Fitting]:
    """Return the photos on which each label is put by a model, with probabilities, best first.

    A label brings its parent. Of a group, the likeliest label remains; one that a person put counts most. Without
    its parent, by a person's no or since another label of the parent's group is likelier, a label isn't put
    either. Photos of which a person said yes or no to the label are left out.
    """
    chosen = _Choice(labels, fitting, said)
    chosen.refuse()
    chosen.exclude_in_groups()
    final = chosen.with_parents()
    return [
        dict(
            sorted(
                (
                    (photo, min(probability, 1.0))
                    for photo, probability in final[label.name].items()
                    if photo not in said.yes.get(label.name, ()) and photo not in said.no.get(label.name, ())
                ),
                key=lambda one: (-one[1], -one[0]),
            )
        )
        for label in labels
    ]


class _Choice:
    """The labels of each photo while some are left out."""

    def __init__(self, labels: Sequence[Label], fitting: Sequence[Fitting], said: Said) -> None:
        self._labels = labels
        self._said = said
        self._above = ancestors(labels)
        self._below: defaultdict[str, list[str]] = defaultdict(list)
        for name, above in self._above.items():
            for ancestor in above:
                self._below[ancestor].append(name)
        related = {
            name for label in labels for name in (label.name, *self._above[label.name]) if label.parent
        }
        self._excluded: defaultdict[str, set[int]] = defaultdict(set)
        self._fitting: dict[str, Fitting] = {}
        for label, of_label in zip(labels, fitting, strict=True):
            own = dict(of_label)
            if label.group is not None or label.name in related:
                own |= dict.fromkeys(said.yes.get(label.name, ()), _PUT)
            self._fitting[label.name] = own

    def refuse(self) -> None:
        """Leave out what a person said no to, and the labels below it."""
        for name, photos in self._said.no.items():
            if name in self._fitting:
                self._leave_out(name, photos)

    def exclude_in_groups(self) -> None:
        """Leave out all labels of a group but the likeliest, a photo at a time; groups of parents come first."""
        groups: defaultdict[str, list[str]] = defaultdict(list)
        for label in self._labels:
            if label.group is not None:
                groups[label.group].append(label.name)
        depth = {group: min(len(self._above[name]) for name in names) for group, names in groups.items()}
        for group in sorted(groups, key=lambda group: (depth[group], group)):
            likeliest: dict[int, tuple[float, str]] = {}
            of_group = {name: self._with_those_below(name) for name in groups[group]}
            for name, photos in of_group.items():
                for photo, probability in photos.items():
                    if photo not in likeliest or probability > likeliest[photo][0]:
                        likeliest[photo] = probability, name
            for name, photos in of_group.items():
                self._leave_out(name, {photo for photo in photos if likeliest[photo][1] != name})

    def with_parents(self) -> dict[str, Fitting]:
        """Return the labels that remain, each with the photos of those below it."""
        return {label.name: self._with_those_below(label.name) for label in self._labels}

    def _with_those_below(self, name: str) -> Fitting:
        found = dict(self._fitting[name])
        for below in self._below.get(name, ()):
            for photo, probability in self._fitting[below].items():
                found[photo] = max(min(probability, _BROUGHT), found.get(photo, 0.0))
        for photo in self._excluded.get(name, ()):
            found.pop(photo, None)
        return found

    def _leave_out(self, name: str, photos: AbstractSet[int]) -> None:
        for label in (name, *self._below.get(name, ())):
            gone = photos - self._said.yes.get(label, frozenset())
            self._excluded[label] |= gone
            for photo in gone & self._fitting[label].keys():
                del self._fitting[label][photo]
