"""When a database makes a graph of a model's vectors, what it finds of the nearest, and whether it is whole."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from photoseek.storage.catalog.catalog import Catalog, Transaction
from photoseek.storage.records import Model
from photoseek.storage.rows.vectors import Matrix
from photoseek.storage.schema.protocol import NearestVectors
from photoseek.storage.vector_index.in_database import GraphFacts, graph_facts
from photoseek.storage.vector_index.lists import questions_like

_NEAREST = 10  # recall is of the ten nearest
_OWN = 50  # photos that are looked for by their own vectors
_OWN_WIDTH = 100
_OWN_FOUND = 0.9  # a whole graph finds all but one in a hundred
_SAME = 0.999  # a cosine: copies have the same vector


@dataclass(frozen=True, slots=True)
class GraphPolicy:
    """When a graph is made, and how. docs/lab/performance.md has what was measured."""

    exact_until: int = (
        20_000  # vectors; comparing as many takes as long as a question to a graph of a million
    )
    links: int = 16  # of each vector
    tried: int = 64  # vectors, among which the links are chosen
    recall: float = 0.995  # of the ten nearest
    widths: tuple[int, ...] = (40, 80, 160, 320, 640, 1000)
    questions: int = 100  # that recall is measured by
    measured_at: int = 2  # measure again when there are so many times the vectors


DEFAULT_GRAPH = GraphPolicy()


def save(catalog: Catalog, near: NearestVectors, policy: GraphPolicy = DEFAULT_GRAPH) -> bool:
    """Make or measure the graph of the model in use, if it is worth it. Call it while holding the library's lock.

    Graphs of models without vectors are deleted. Returns whether anything was done. Raises StorageError.
    """
    with catalog.read() as transaction:
        model = transaction.models.in_use()
        counts = transaction.models.vector_counts()
        unused = [one for one in near.models(transaction.connection) if not counts.get(one)]
        facts = None if model is None else graph_facts(near, transaction, model)
    for model_id in unused:
        with catalog.alone() as alone:
            near.drop(alone, model_id)
    count = 0 if model is None else counts.get(model.model_id, 0)
    if model is None or count <= policy.exact_until or model.dimension > near.most_indexed:
        return bool(unused)
    if facts is not None and count < policy.measured_at * facts.count:
        return bool(unused)
    if facts is None:
        with catalog.alone() as alone:
            near.make(alone, model.model_id, model.dimension, count, links=policy.links, tried=policy.tried)
    with catalog.read() as transaction:
        measured = _measured(near, transaction, model, policy)
    with catalog.alone() as alone:
        near.take_note(alone, model.model_id, measured.noted())
    return True


def remake(catalog: Catalog, near: NearestVectors, policy: GraphPolicy = DEFAULT_GRAPH) -> None:
    """Make the graph of the model in use anew. Call it while holding the library's lock. Raises StorageError."""
    with catalog.read() as transaction:
        model = transaction.models.in_use()
    if model is not None:
        with catalog.alone() as alone:
            near.drop(alone, model.model_id)
    save(catalog, near, policy)


def complaints(near: NearestVectors, transaction: Transaction, model: Model) -> list[str]:
    """Return what is wrong with a model's graph, each as a sentence; nothing where there is none.

    The database itself brings it up to date with each row; whether it leads to all, only questions can tell.
    """
    if near.is_torn(transaction.connection, model.model_id):
        return ["the vector index in the database was not finished, so it isn't used"]
    if near.note(transaction.connection, model.model_id, model.dimension) is None:
        return []
    sample = transaction.vectors.sample(model, _OWN)
    ask = partial(near.by_graph, transaction.connection, model.model_id, width=_OWN_WIDTH, most=_OWN_WIDTH)
    found = sum(bool(len(cosines := ask(own, 1)[1])) and cosines[0] > _SAME for own in sample)
    if found >= _OWN_FOUND * len(sample):
        return []
    return [
        f"the vector index in the database finds only {found} of {len(sample)} photos by their own vectors"
    ]


def _measured(
    near: NearestVectors, transaction: Transaction, model: Model, policy: GraphPolicy
) -> GraphFacts:
    """Return the narrowest width with which the graph finds enough of the nearest, and what it finds."""
    questions = questions_like(transaction.vectors.sample(model, policy.questions))
    exactly = partial(near.exactly, transaction.connection, model.model_id)
    nearest = [exactly(question, _NEAREST)[0] for question in questions]
    recall, width = 0.0, 0
    for width in policy.widths:
        by_graph = partial(
            near.by_graph, transaction.connection, model.model_id, width=width, most=_MOST_LOOKED_AT
        )
        recall = _recall(by_graph, questions, nearest)
        if recall >= policy.recall:
            break
    return GraphFacts(transaction.vectors.count(model), recall, width)


_MOST_LOOKED_AT = 20_000


def _recall(
    search: Callable[..., tuple[np.ndarray, np.ndarray]], questions: Matrix, nearest: list[np.ndarray]
) -> float:
    shares = [
        len(np.intersect1d(search(question, _NEAREST)[0], true)) / max(1, len(true))
        for question, true in zip(questions, nearest, strict=True)
    ]
    return round(float(np.mean(shares)), 4)
