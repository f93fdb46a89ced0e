"""What a graph in OpenVINO's intermediate representation consists of: nodes after their inputs, and weights."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np

from photoseek.embedder.openvino.plain_operations import TYPES, Array


@dataclass(frozen=True, slots=True)
class Node:
    """One operation, or a constant, or what the graph is given."""

    kind: str
    attributes: Mapping[str, str]
    inputs: tuple[tuple[str, int], ...]  # which node, which of its outputs
    names: frozenset[str] = frozenset()  # names of a result


def stored_type(attributes: Mapping[str, str]) -> "np.dtype[np.generic]":
    """Return the type that a constant has in the file."""
    kind = attributes["element_type"]
    return np.dtype(np.float16 if kind == "f16" else TYPES[kind])


def shape_of(attributes: Mapping[str, str]) -> list[int]:
    """Return the shape of a constant."""
    return [int(side) for side in attributes["shape"].split(",") if side]


def constant(weights: Array, attributes: Mapping[str, str]) -> Array:
    """Return a constant of the file's bytes, in the type that is computed with."""
    shape = shape_of(attributes)
    return (
        np.frombuffer(weights, stored_type(attributes), math.prod(shape), int(attributes["offset"]))
        .reshape(shape)
        .astype(TYPES[attributes["element_type"]], copy=False)
    )


def result_of(
    nodes: Mapping[str, Node], output: str | None, others: frozenset[str]
) -> tuple[str, int] | None:
    """Return the node and its output that are the result asked for."""
    for node in nodes.values():
        if node.kind == "Result" and (output in node.names if output else not node.names & others):
            return node.inputs[0]
    return None


def needed_for(nodes: Mapping[str, Node], result: tuple[str, int]) -> set[str]:
    """Return the numbers of all nodes that a result is computed from."""
    needed: set[str] = set()
    waiting = [result[0]]
    while waiting:
        number = waiting.pop()
        if number not in needed:
            needed.add(number)
            waiting += [source for source, _ in nodes[number].inputs]
    return needed


def read_nodes(path: Path) -> Iterator[tuple[str, Node]]:
    """Yield each node with its number; outputs are counted from 0, where the file counts a node's inputs first."""
    try:
        net = ET.parse(path).getroot()  # noqa: S314 (a file that ships)
    except ET.ParseError as error:
        raise ValueError(f"{path} is no graph: {error}") from error
    wires: dict[str, list[tuple[str, int]]] = {}
    for edge in sorted(net.iter("edge"), key=lambda edge: int(edge.attrib["to-port"])):
        wires.setdefault(edge.attrib["to-layer"], []).append(
            (edge.attrib["from-layer"], int(edge.attrib["from-port"]))
        )
    inputs = {layer: len(sources) for layer, sources in wires.items()}
    for layer in net.iter("layer"):
        number = layer.attrib["id"]
        sources = [(source, port - inputs.get(source, 0)) for source, port in wires.get(number, [])]
        data = layer.find("data")
        attributes = {} if data is None else data.attrib
        names = frozenset(layer.attrib.get("output_names", "").split(",")) - {""}
        yield number, Node(layer.attrib["type"], attributes, tuple(sources), names)
