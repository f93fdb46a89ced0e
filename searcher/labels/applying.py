"""Keeping what a model proposes, as a run that can be taken back."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from photoseek.searcher.labels.proposals import Proposal
from photoseek.searcher.labels.renaming import known_tags, refuse_unknown
from photoseek.searcher.query.query import Filter
from photoseek.storage import Transaction
from photoseek.storage.rows.albums.albums import is_same_name

# Of a library and model. Each costs 28 kB of memory wherever photos are indexed.
MOST_RULES = 5_000


def apply(
    transaction: Transaction,
    proposals: Sequence[Proposal],
    *,
    threshold: float | None,
    query: str | None = None,
    albums: bool = False,
) -> int:
    """Tag the proposed photos, and take the labels away from the others; returns the number of the run.

    `query` is what found the photos that were weighed; None: they were all. Then new photos are tagged in the same
    way from now on, unless that makes more than `MOST_RULES` labels, and labels with rules that a vocabulary lacks
    now lose their rules and tags. What was not weighed, as on a disk that is away, keeps its tags. With `albums`,
    each label gets an album that finds its photos, unless there is one of its name, or it is one of a vocabulary
    and fits none.
    """
    first = proposals[0].rule
    run = transaction.tag_runs.begin(
        tuple(proposal.rule.name for proposal in proposals),
        model=first.model,
        vocabulary=first.vocabulary,
        query=query,
        threshold=threshold,
    )
    if query is None:
        _drop_former_labels(transaction, proposals, run)
    if query is None and tag_new_photos(transaction, proposals):
        transaction.label_rules.put(replace(proposal.rule, run=run) for proposal in proposals)
    tagged = transaction.tags.counts()
    for proposal in proposals:
        rule = proposal.rule
        if rule.name in tagged:
            transaction.tags.withdraw(rule.name, keep=proposal.probabilities, among=proposal.weighed, run=run)
        if proposal.probabilities:
            transaction.tags.propose(
                rule.name, rule.model, proposal.probabilities, vocabulary=rule.vocabulary, run=run
            )
    if albums:
        # Of hundreds of labels that a vocabulary has, most fit nothing.
        shown = [one.rule.name for one in proposals if one.probabilities or one.rule.vocabulary is None]
        _make_albums(transaction, shown, run)
    return run


def former_labels(transaction: Transaction, proposals: Sequence[Proposal]) -> list[str]:
    """Return the labels with a rule that the vocabulary had when it was last applied, and lacks now."""
    first = proposals[0].rule
    names = {proposal.rule.name for proposal in proposals}
    return [
        rule.name
        for rule in transaction.label_rules.of(first.model)
        if rule.vocabulary is not None and rule.vocabulary == first.vocabulary and rule.name not in names
    ]


def _drop_former_labels(transaction: Transaction, proposals: Sequence[Proposal], run: int) -> None:
    """Remove the rules and the tags of labels that the vocabulary has no more."""
    former = former_labels(transaction, proposals)
    transaction.label_rules.drop(former, run)
    for name in former:
        transaction.tags.withdraw(name, run=run)


def tag_new_photos(transaction: Transaction, proposals: Sequence[Proposal]) -> bool:
    """Return whether new photos can be tagged by these labels too: there may be `MOST_RULES` in all."""
    first = proposals[0].rule
    others = {rule.name for rule in transaction.label_rules.of(first.model)}
    others.difference_update(former_labels(transaction, proposals))
    return len(others.union(proposal.rule.name for proposal in proposals)) <= MOST_RULES


def _make_albums(transaction: Transaction, names: Iterable[str], run: int) -> None:
    albums = transaction.albums.all()
    for name in names:
        if not any(is_same_name(album.name, name) for album in albums):
            made = transaction.albums.create(name, str(Filter("tag", name)))
            transaction.tag_runs.made_album(run, made.album_id, made.name)


def take_away(transaction: Transaction, names: Iterable[str]) -> tuple[int, dict[str, int]]:
    """Remove the tags that models gave by these labels, and tag no new photos with them.

    Returns the number of the run, which can be taken back, and how many tags were removed, by name.
    Raises UnknownName for a label that is no tag.
    """
    labels = tuple(names)
    refuse_unknown(labels, known_tags(transaction))
    run = transaction.tag_runs.begin(labels)
    transaction.label_rules.drop(labels, run)
    return run, {name: transaction.tags.withdraw(name, run=run) for name in labels}
