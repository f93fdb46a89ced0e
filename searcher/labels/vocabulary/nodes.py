"""YAML as nodes that know their line and column. Texts stay texts: `no` is a word, and `2019` as well.

Only events are taken from PyYAML: no object is made that a file names, aliases are refused, and the depth is
bounded, so a file costs no more than its size.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

_DEEPEST = 8
_MOST_NODES = 1_000_000
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the first, in C, is a tenth as slow


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in a file, from 1."""

    line: int
    column: int


class BadYaml(Exception):
    """A file that is no YAML, or more than a vocabulary needs of it."""

    def __init__(self, what: str, place: Place) -> None:
        super().__init__(what)
        self.what, self.place = what, place


@dataclass(frozen=True, slots=True)
class Text:
    """A word, a number, or a phrase, as it is written."""

    place: Place
    text: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A list of nodes."""

    place: Place
    items: list["Node"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Mapped:
    """Keys with their nodes, in the order of the file."""

    place: Place
    pairs: list[tuple[Text, "Node"]] = field(default_factory=list)


Node = Text | Listed | Mapped


def read_nodes(text: str) -> Node | None:
    """Return the document in a file; None if it is empty. Raises BadYaml."""
    try:
        return _document(_events(text))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(1, 1) if mark is None else Place(mark.line + 1, mark.column + 1)
        raise BadYaml(error.problem or "this can't be read", place) from error
    except yaml.reader.ReaderError as error:
        before = text[: error.position] if isinstance(error.position, int) else ""
        place = Place(before.count("\n") + 1, len(before) - before.rfind("\n"))
        raise BadYaml("this character can't stand in YAML", place) from error
    except yaml.YAMLError as error:
        raise BadYaml(str(error), Place(1, 1)) from error


def _events(text: str) -> Iterator[yaml.Event]:
    for count, event in enumerate(yaml.parse(text, Loader=_LOADER)):
        if count > _MOST_NODES:
            raise BadYaml("the file holds more than a vocabulary may", _place(event))
        if isinstance(event, yaml.AliasEvent):
            raise BadYaml("an alias (*) can't be used here: write it out", _place(event))
        if not isinstance(event, yaml.StreamStartEvent | yaml.StreamEndEvent | yaml.DocumentEndEvent):
            yield event


def _document(events: Iterator[yaml.Event]) -> Node | None:
    """Build nodes without recursion, so that no depth can end the process."""
    root: Node | None = None
    documents = 0
    open_nodes: list[Listed | Mapped] = []
    keys: list[Text | None] = []  # of each open node: the key that waits for its value
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise BadYaml("a second document begins here: a file holds one vocabulary", _place(event))
            continue
        if isinstance(event, yaml.CollectionEndEvent):
            open_nodes.pop()
            keys.pop()
            continue
        node = _node(event)
        if not open_nodes:
            root = node
        else:
            _add(open_nodes[-1], keys, node)
        if not isinstance(node, Text):
            if len(open_nodes) == _DEEPEST:
                raise BadYaml("this is nested too deeply for a vocabulary", node.place)
            open_nodes.append(node)
            keys.append(None)
    return root


def _add(parent: Listed | Mapped, keys: list[Text | None], node: Node) -> None:
    """Add a node to a list, or to a mapping as the key or the value of its key."""
    if isinstance(parent, Listed):
        parent.items.append(node)
    elif (key := keys[-1]) is not None:
        parent.pairs.append((key, node))
        keys[-1] = None
    elif isinstance(node, Text):
        keys[-1] = node
    else:
        raise BadYaml("a key must be a word", node.place)


def _node(event: yaml.Event) -> Node:
    place = _place(event)
    if isinstance(event, yaml.ScalarEvent):
        return Text(place, event.value)
    return Listed(place) if isinstance(event, yaml.SequenceStartEvent) else Mapped(place)


def _place(event: yaml.Event) -> Place:
    return Place(event.start_mark.line + 1, event.start_mark.column + 1)
