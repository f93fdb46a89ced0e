"""Labels that a person goes through: photos that a model would put one on, and what answers teach."""

from dataclasses import dataclass
from typing import Literal

from photoseek.embedder import Embedder, Vectors
from photoseek.searcher.labels.heads import heads_of
from photoseek.searcher.labels.label import Label
from photoseek.searcher.labels.label_vectors import label_vectors
from photoseek.searcher.labels.proposals import Proposal, propose
from photoseek.searcher.labels.vocabulary.built_in import built_in
from photoseek.searcher.labels.weighing import USUAL_THRESHOLD
from photoseek.searcher.scoring.background import Background
from photoseek.storage import LabelRule, Library, Model, Photo, Transaction

LOWEST = 0.1  # the probability from which a photo is worth a question; most below it don't show the label
Order = Literal["uncertain", "sure"]


@dataclass(frozen=True, slots=True)
class LabelToReview:
    """A label, and how many photos have a word on it."""

    name: str
    by_models: int  # photos that a model gave it, of which a person has yet to say yes or no
    yes: int
    no: int
    vocabulary: str | None
    cover: Photo | None  # the likeliest of those photos


@dataclass(frozen=True, slots=True)
class Candidate:
    """A photo that may show the label."""

    photo: Photo
    probability: float
    is_tagged: bool  # by a model


@dataclass(frozen=True, slots=True)
class Review:
    """What a person is asked of one label."""

    label: str
    threshold: float  # the probability from which a photo is tagged
    candidates: tuple[Candidate, ...]  # in the order asked for, at most as many as asked for
    total: int  # candidates that there are
    yes: int
    no: int
    has_head: bool  # captions taught it, so answers stand for their photos alone
    learnt_from: (
        tuple[int, int] | None
    )  # yes and no that correct the label; None: too few, or they don't help
    gains: int | None  # photos that get the tag once it is applied; None: it belongs to a vocabulary
    losses: int | None


def labels_to_review(transaction: Transaction, model: Model) -> list[LabelToReview]:
    """Return the labels that models gave, or give to new photos; those with the most open photos first."""
    rules = {rule.name: rule for rule in transaction.label_rules.of(model.name)}
    counts = {one.name: one for one in transaction.tags.counts_by_giver()}
    likeliest = transaction.tags.likeliest_of_models()
    photos = transaction.photos.by_id(sorted(set(likeliest.values())))
    covers = {name: photo for name, at in likeliest.items() if (photo := photos.get(at)) and not photo.hidden}
    found = []
    for name in rules.keys() | {name for name, one in counts.items() if one.by_models}:
        count, rule = counts.get(name), rules.get(name)
        found.append(
            LabelToReview(
                name,
                count.by_models if count else 0,
                count.by_people if count else 0,
                count.refused if count else 0,
                rule.vocabulary if rule else None,
                covers.get(name),
            )
        )
    return sorted(found, key=lambda one: (-one.by_models, one.name.casefold()))


class LabelOnItsOwn:
    """One label of a library and model, to be weighed without the others of its vocabulary."""

    def __init__(self, library: Library, model: Model, name: str) -> None:
        """Take a label by its name: as new photos are tagged with it, else as the shipped vocabulary has it."""
        self.library = library
        self.model = model
        with library.catalog.read() as transaction:
            rules = transaction.label_rules.of(model.name)
        self.rule: LabelRule | None = next((rule for rule in rules if rule.name == name), None)
        label = next((one for one in built_in().labels if one.name == name), Label(name))
        label = label if self.rule is None else Label.of(self.rule)
        heads = heads_of(model.name)
        (self.label,) = [label] if heads is None else heads.with_prompts([label])
        self.has_head = heads is not None and bool(heads.named([self.label]))
        usual = heads.threshold if heads is not None and self.has_head else USUAL_THRESHOLD
        self.threshold = usual if self.rule is None else self.rule.threshold

    @property
    def belongs_to_others(self) -> bool:
        """Whether parents, groups or the rest of a vocabulary decide, too, on which photos it is put."""
        known = self.rule.vocabulary if self.rule else None
        return known is not None or self.label.parent is not None or self.label.group is not None

    def embedded(self, embedder: Embedder) -> Vectors:
        """Embed the label, (1, dimension)."""
        return label_vectors(embedder, [self.label])

    def proposal(
        self, embedder: Embedder, background: Background, embedded: Vectors, threshold: float
    ) -> Proposal:
        """Return the photos that the label fits from a probability on."""
        (found,) = propose(
            self.library,
            self.model,
            embedder,
            background,
            [self.label],
            threshold,
            vocabulary=self.rule.vocabulary if self.rule else None,
            embedded=embedded,
        )
        return found

    def review(self, proposal: Proposal, order: Order, most: int) -> Review:
        """Return what a person is asked, given the proposal from `LOWEST` on."""
        with self.library.catalog.read() as transaction:
            tagged = transaction.tags.of_models(self.label.name)
            counts = [one for one in transaction.tags.counts_by_giver() if one.name == self.label.name]
            shown = transaction.photos.shown_ids()
            likely = {**{photo: p for photo, p in tagged.items() if photo in shown}, **proposal.probabilities}
            ordered = sorted(likely, key=lambda photo: self._place(likely[photo], order))
            photos = transaction.photos.by_id(ordered[:most])
        fit = {photo for photo, likelihood in proposal.probabilities.items() if likelihood >= self.threshold}
        lost = (tagged.keys() & proposal.weighed) - fit
        lesson, alone = proposal.lesson, not self.belongs_to_others
        return Review(
            self.label.name,
            self.threshold,
            tuple(
                Candidate(photos[photo], likely[photo], photo in tagged)
                for photo in ordered[:most]
                if photo in photos
            ),
            len(likely),
            sum(one.by_people for one in counts),
            sum(one.refused for one in counts),
            self.has_head,
            None if lesson is None else (lesson.yes, lesson.no),
            len(fit - tagged.keys()) if alone else None,
            len(lost) if alone else None,
        )

    def _place(self, likelihood: float, order: Order) -> float:
        return abs(likelihood - self.threshold) if order == "uncertain" else -likelihood
