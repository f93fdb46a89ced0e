"""A text tower's graph computed by NumPy, node by node: OpenVINO takes longer to load than a question to embed.

Graphs are in OpenVINO's intermediate representation: nodes after their inputs, and weights in a separate file, in
int8 with a scale for each row.
"""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from photoseek.embedder.checksums import BLOCK_BYTES, Sums, block_sums
from photoseek.embedder.openvino.graph_file import (
    constant,
    needed_for,
    read_nodes,
    result_of,
    shape_of,
    stored_type,
)
from photoseek.embedder.openvino.plain_operations import OPERATIONS, Array

_ENDS = {"Const", "Parameter"}


class DamagedWeights(ValueError):
    """Weights have a wrong checksum."""


class PlainGraph:
    """One result of a graph. Weights are read from the file when a node needs them."""

    def __init__(
        self,
        path: Path,
        sums: Sums | None = None,
        output: str | None = None,
        others: frozenset[str] = frozenset(),
    ) -> None:
        """Read the nodes for the result named `output`; without a name, for the first that is not in `others`.

        The weights are compared with their block sums when first read. Raises OSError, or ValueError if an
        operation is unknown or there is no such result.
        """
        nodes = dict(read_nodes(path))
        result = result_of(nodes, output, others)
        if result is None:
            raise ValueError(f"{path} has no result {output or ''}")
        self._result = result
        needed = needed_for(nodes, result)
        # Parameters are given by their order, whether or not this result needs them.
        self._nodes = {
            number: node for number, node in nodes.items() if number in needed or node.kind == "Parameter"
        }
        unknown = {node.kind for node in self._nodes.values()} - OPERATIONS.keys() - _ENDS
        if unknown:
            raise ValueError(f"{path} has operations that are not known here: {', '.join(sorted(unknown))}")
        self._weights = np.asarray(np.memmap(path.with_suffix(".bin"), np.uint8, "r"))
        self._sums = sums
        self._unchecked = np.ones(0 if sums is None else len(sums), np.bool_)
        if sums is not None and len(sums) != -(-len(self._weights) // BLOCK_BYTES):
            raise ValueError(f"the weights of {path} have another size than they had")
        self._constant: set[str] = set()
        for number, node in self._nodes.items():
            if node.kind != "Parameter" and all(source in self._constant for source, _ in node.inputs):
                self._constant.add(number)
        self._kept: dict[str, Array] = {}
        self._asked = False

    def __call__(self, *given: Array) -> Array:
        """Compute the result from the graph's parameters, given in their order. Raises DamagedWeights."""
        parameters = iter(given)
        found: dict[str, Any] = {}

        def value(source: tuple[str, int]) -> Array:
            number, output = source
            one: Array = self._weight(number) if number in self._constant else found[number][output]
            return one

        for number, node in self._nodes.items():
            if number in self._constant:
                continue
            if node.kind == "Parameter":
                found[number] = [next(parameters)]
            elif node.kind == "Gather" and node.inputs[0][0] in self._constant:
                found[number] = [self._rows(node.inputs[0][0], value(node.inputs[1]))]
            else:
                computed = OPERATIONS[node.kind](node.attributes, *map(value, node.inputs))
                found[number] = computed if isinstance(computed, list) else [computed]
        self._asked = True
        return value(self._result)

    def _weight(self, number: str) -> Array:
        """Compute a constant node, for good from a second call on.

        What is let go of at once costs the first call no memory: a page that the system has to clear takes longer
        than what is computed into it.
        """
        if number in self._kept:
            return self._kept[number]
        node = self._nodes[number]
        if node.kind == "Const":
            return self._stored(node.attributes)
        computed: Array = OPERATIONS[node.kind](
            node.attributes, *(self._weight(source) for source, _ in node.inputs)
        )
        if self._asked:
            self._kept[number] = computed
        return computed

    def _rows(self, number: str, rows: Array) -> Array:
        """Return some rows of a constant table, of which nothing else is computed."""
        node = self._nodes[number]
        if node.kind == "Const":
            return self._stored(node.attributes, rows)[rows]
        computed: Array = OPERATIONS[node.kind](
            node.attributes, *(self._rows(source, rows) for source, _ in node.inputs)
        )
        return computed

    def _stored(self, attributes: Mapping[str, str], rows: Array | None = None) -> Array:
        """Return a constant as the file has it; of a table whose `rows` alone are read, only those are checked."""
        shape, stored, first = shape_of(attributes), stored_type(attributes), int(attributes["offset"])
        size = math.prod(shape) * stored.itemsize
        if rows is None:
            self._check(first, first + size)
        else:
            row = size // shape[0]
            for number in {number % shape[0] for number in rows.ravel().tolist()}:
                self._check(first + number * row, first + (number + 1) * row)
        return constant(self._weights, attributes)

    def _check(self, first: int, end: int) -> None:
        """Compare the blocks of some bytes with their sums, if they were not yet. Raises DamagedWeights."""
        if self._sums is None or first == end:
            return
        blocks = slice(first // BLOCK_BYTES, -(-end // BLOCK_BYTES))
        if self._unchecked[blocks].any():
            content = self._weights[blocks.start * BLOCK_BYTES : blocks.stop * BLOCK_BYTES]
            if not np.array_equal(block_sums(content), self._sums[blocks]):
                raise DamagedWeights("the weights of a graph are not what they were")
            self._unchecked[blocks] = False
