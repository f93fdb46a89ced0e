"""Keeping what a model proposes, as a run that can be taken back."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from photoseek.searcher.labels.proposals import Proposal
from photoseek.searcher.query.query import Filter
from photoseek.storage import Transaction


def apply(  # noqa: PLR0913 (the proposals, how they came about, and what is made of them)
    transaction: Transaction,
    proposals: Sequence[Proposal],
    *,
    threshold: float,
    query: str | None = None,
    among: Collection[int] | None = None,
    albums: bool = False,
) -> int:
    """Tag the proposed photos, and take the labels away from the others; returns the number of the run.

    `among` are the photos that were weighed, by `query`; None: all, and then new photos are tagged alike from now
    on. With `albums`, each label gets an album that finds its photos, unless there is one of its name.
    """
    models = {proposal.rule.model for proposal in proposals}
    vocabularies = {proposal.rule.vocabulary for proposal in proposals}
    run = transaction.tag_runs.begin(
        tuple(proposal.rule.name for proposal in proposals),
        model=next(iter(models)),
        vocabulary=next(iter(vocabularies)),
        query=query,
        threshold=threshold,
    )
    if among is None:
        transaction.label_rules.put(replace(proposal.rule, run=run) for proposal in proposals)
    tagged = transaction.tags.counts()
    there = {album.name for album in transaction.albums.all()}
    for proposal in proposals:
        rule = proposal.rule
        if rule.name in tagged:
            transaction.tags.withdraw(rule.name, keep=proposal.probabilities, among=among, run=run)
        if proposal.probabilities:
            transaction.tags.propose(
                rule.name, rule.model, proposal.probabilities, vocabulary=rule.vocabulary, run=run
            )
        if albums and rule.name not in there:
            made = transaction.albums.create(rule.name, str(Filter("tag", rule.name)))
            transaction.tag_runs.made_album(run, made.album_id, made.name)
    return run


def take_away(transaction: Transaction, names: Iterable[str]) -> tuple[int, dict[str, int]]:
    """Remove the tags that models gave by these labels, and tag no new photos with them.

    Returns the number of the run, which can be taken back, and how many tags were removed, by name.
    """
    labels = tuple(names)
    run = transaction.tag_runs.begin(labels)
    transaction.label_rules.drop(labels, run)
    return run, {name: transaction.tags.withdraw(name, run=run) for name in labels}
