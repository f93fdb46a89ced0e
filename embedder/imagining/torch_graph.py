"""A photo tower that ships as OpenVINO's graph, as a module of torch: its vectors have gradients."""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from photoseek.embedder.errors import ModelNotUsable
from photoseek.embedder.imagining.torch_operations import OPERATIONS
from photoseek.embedder.openvino.graph_file import Node, constant, needed_for, read_nodes, result_of
from photoseek.embedder.openvino.plain_operations import Array


class TorchGraph(nn.Module):
    """The one result of a graph, and on request what some of its nodes give."""

    def __init__(self, path: Path, *, rounded: bool = True) -> None:
        """Read the graph and its weights; what is `rounded` to int8 stays as it is without.

        Raises ModelNotUsable where that can't be done.
        """
        super().__init__()
        try:
            nodes = dict(read_nodes(path))
            result = result_of(nodes, None, frozenset())
            weights = np.fromfile(path.with_suffix(".bin"), np.uint8)
        except (OSError, ValueError) as error:
            raise ModelNotUsable(
                f"the graph {path} can't be read ({error}): install photoseek again"
            ) from error
        needed = needed_for(nodes, result) if result else set()
        unknown = {nodes[number].kind for number in needed} - OPERATIONS.keys() - {"Const", "Parameter"}
        if result is None or unknown:
            raise ModelNotUsable(
                f"the graph {path} has operations that have no gradients here ({', '.join(sorted(unknown))}): "
                "imagine with the model that ships, or with one of open_clip"
            )
        self._operations = (
            OPERATIONS if rounded else OPERATIONS | {"FakeQuantize": lambda _, what, *_ranges: what}
        )
        self._result = result
        self._whole: dict[str, Tensor] = {}  # whole numbers, which shapes are computed from: on no device
        self._nodes: list[tuple[str, Node]] = []  # those that are computed from the photos
        with torch.no_grad():
            self._fold(nodes, needed, weights)
        # The first maps of each size, which show edges and textures, and so on to the last, which show things.
        self.map_nodes = _map_nodes(self._nodes)

    def _fold(self, nodes: dict[str, Node], needed: set[str], weights: Array) -> None:
        """Compute once what no photo changes."""
        known: dict[str, Tensor] = {}
        used: set[str] = set()
        for number, node in nodes.items():
            if number not in needed:
                continue
            if node.kind == "Const":
                # A copy: the file's bytes may not be aligned as torch wants them.
                known[number] = torch.from_numpy(np.array(constant(weights, node.attributes)))
            elif node.kind != "Parameter" and all(source in known for source, _ in node.inputs):
                known[number] = self._operations[node.kind](
                    node.attributes, *(known[source] for source, _ in node.inputs)
                )
            else:
                self._nodes.append((number, node))
                used.update(source for source, _ in node.inputs if source in known)
        for number in used:
            if known[number].is_floating_point():
                self.register_buffer(f"n{number}", known[number], persistent=False)
            else:
                self._whole[number] = known[number]

    def forward(self, photos: Tensor) -> Tensor:
        """Return the vectors of (n, size, size, 3) photos, of numbers from 0 to 255 that need not be whole."""
        number, output = self._result
        return self._computed(photos, (number,))[0][output]

    def maps(self, photos: Tensor, nodes: tuple[str, ...]) -> list[Tensor]:
        """Return what some of `map_nodes` give, also of smaller photos; nothing behind them is computed."""
        return [outputs[0] for outputs in self._computed(photos, nodes)]

    def _computed(self, photos: Tensor, wanted: tuple[str, ...]) -> list[list[Tensor]]:
        found: dict[str, list[Tensor]] = {}

        def value(source: tuple[str, int]) -> Tensor:
            number, output = source
            if number in found:
                return found[number][output]
            if number in self._whole:
                return self._whole[number]
            return self.get_buffer(f"n{number}")

        for number, node in self._nodes:
            if node.kind == "Parameter":
                found[number] = [photos]
            else:
                computed = self._operations[node.kind](node.attributes, *map(value, node.inputs))
                found[number] = computed if isinstance(computed, list) else [computed]
            if number == wanted[-1]:  # nodes come after their inputs
                break
        return [found[number] for number in wanted]


def _map_nodes(nodes: list[tuple[str, Node]]) -> tuple[str, ...]:
    """Return the activations before each convolution that halves a map, the first aside."""
    before: list[str] = []
    last = ""
    for number, node in nodes:
        if node.kind == "Clamp":
            last = number
        halves = node.kind in {"Convolution", "GroupConvolution"} and node.attributes["strides"] != "1, 1"
        if halves and last:
            before.append(last)
    return (*before, last)
