"""From a YAML file to a vocabulary: labels with prompts, parents and groups, or all that is wrong with them."""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from photoseek.searcher.errors import BadQuery, BadVocabulary
from photoseek.searcher.labels.label import Label
from photoseek.searcher.labels.vocabulary.nodes import BadYaml, Listed, Mapped, Node, Place, Text, read_nodes
from photoseek.searcher.query.query import checked, refuse_steering
from photoseek.storage import for_terminal

BUILT_IN = "photoseek"  # the name of the vocabulary that ships
MOST_BYTES = 8 << 20
MOST_LABELS = 50_000
_MOST_TEXTS = 50  # of a label
_LONGEST = 300  # characters of a name or a prompt
_MOST_ABOVE = 16
_MOST_GUESSES = 20  # at what was meant: each compares with all labels
_KEYS = ("name", "labels")
_LABEL_KEYS = ("name", "prompts", "synonyms", "parent", "group")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Labels that people sort photos by, under a name."""

    name: str
    labels: tuple[Label, ...]


@dataclass(frozen=True, slots=True)
class _Read:
    """A label, with the places of what can be wrong with it."""

    label: Label
    place: Place
    parent_place: Place


class _Problems(list[tuple[Place, str]]):
    """What is wrong with a file, as far as it was read."""


def read_vocabulary(path: Path, *, ships: bool = False) -> Vocabulary:
    """Read a vocabulary. Raises BadVocabulary with every problem, each with its line and column.

    Only one that `ships` may have the name of the built-in one: applied, any other would take its tags back.
    """
    shown = for_terminal(str(path))
    text = _content(path, shown)
    problems = _Problems()
    vocabulary = None
    try:
        vocabulary = _vocabulary(read_nodes(text), path.stem, problems, ships=ships)
    except BadYaml as error:
        problems.append((error.place, f"{error.what}: see docs/tags.md for how a vocabulary is written"))
    if problems or vocabulary is None:
        problems.sort(key=lambda problem: (problem[0].line, problem[0].column))
        raise BadVocabulary(
            [f"{shown}, line {place.line}, column {place.column}: {what}" for place, what in problems]
        )
    return vocabulary


def _content(path: Path, shown: str) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise BadVocabulary([f"{shown} can't be read ({why}): check the path"]) from error
    if len(content) > MOST_BYTES:
        raise BadVocabulary([f"{shown} is larger than {MOST_BYTES >> 20} MB: it is no vocabulary"])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        line, column = before.count(b"\n") + 1, error.start - before.rfind(b"\n")
        raise BadVocabulary(
            [f"{shown}, line {line}, column {column}: this is no UTF-8: save the file as UTF-8"]
        ) from error


def _vocabulary(node: Node | None, usual_name: str, problems: _Problems, *, ships: bool) -> Vocabulary | None:
    if not isinstance(node, Mapped):
        place = Place(1, 1) if node is None else node.place
        problems.append((place, "a vocabulary begins with `name:` or `labels:`"))
        return None
    found = _by_key(node, _KEYS, problems)
    name = _text(found["name"], "the vocabulary's name", problems) if "name" in found else usual_name
    if name == BUILT_IN and not ships:
        what = (
            f"“{BUILT_IN}” is the vocabulary that ships: give this one another name, as in `name: holidays`"
        )
        problems.append((found["name"].place if "name" in found else node.place, what))
    labels = found.get("labels")
    if not isinstance(labels, Listed) or not labels.items:
        place = node.place if labels is None else labels.place
        problems.append((place, "there are no labels: list them below `labels:`, as in `- name: beach`"))
        return None
    if len(labels.items) > MOST_LABELS:
        place = labels.items[MOST_LABELS].place
        problems.append(
            (place, f"this is one label more than the {MOST_LABELS} that can be used: leave some out")
        )
        return None
    read = [label for item in labels.items if (label := _label(item, problems)) is not None]
    _check_names(read, problems)
    _check_relations(read, problems)
    return Vocabulary(name or usual_name, tuple(one.label for one in read))


def _by_key(node: Mapped, known: Sequence[str], problems: _Problems) -> dict[str, Node]:
    """Return the nodes by their keys, of which each must be known and be there once."""
    found: dict[str, Node] = {}
    for key, value in node.pairs:
        if key.text not in known:
            near = get_close_matches(key.text, known, 1)
            remedy = f"did you mean `{near[0]}`?" if near else f"there are {', '.join(known)}"
            problems.append((key.place, f"there is no key “{for_terminal(key.text)}”: {remedy}"))
        elif key.text in found:
            problems.append((key.place, f"`{key.text}` is there twice: leave one out"))
        else:
            found[key.text] = value
    return found


def _label(node: Node, problems: _Problems) -> _Read | None:
    if isinstance(node, Text):
        name = _text(node, "the label's name", problems)
        return None if name is None else _Read(Label(name), node.place, node.place)
    if not isinstance(node, Mapped):
        problems.append((node.place, "a label is a name, or has keys, as in `- name: beach`"))
        return None
    found = _by_key(node, _LABEL_KEYS, problems)
    if "name" not in found:
        problems.append((node.place, "this label has no name: add `name:`"))
        return None
    name = _text(found["name"], "the label's name", problems)
    parent, group = (
        _text(found[key], f"the {key}", problems) if key in found else None for key in ("parent", "group")
    )
    prompts = _texts(found["prompts"], "prompts", problems) if "prompts" in found else ()
    synonyms = _texts(found["synonyms"], "synonyms", problems) if "synonyms" in found else ()
    if name is None:
        return None
    texts = (*(prompts or (name,)), *synonyms) if prompts or synonyms else ()
    if len(texts) > _MOST_TEXTS:
        problems.append((node.place, f"this label has more than {_MOST_TEXTS} prompts: leave some out"))
    label = Label(name, tuple(dict.fromkeys(texts)), parent, group)
    return _Read(label, found["name"].place, found.get("parent", node).place)


def _texts(node: Node, key: str, problems: _Problems) -> tuple[str, ...]:
    """Return a list of texts, or one text as a list."""
    items = node.items if isinstance(node, Listed) else [node]
    if not items:
        problems.append((node.place, f"the list of {key} is empty: leave `{key}` out, or fill it"))
    found = (_text(item, f"one of the {key}", problems) for item in items)
    return tuple(text for text in found if text is not None)


def _text(node: Node, what: str, problems: _Problems) -> str | None:
    if not isinstance(node, Text):
        problems.append((node.place, f"{what} must be a word or a phrase"))
        return None
    text = unicodedata.normalize("NFC", " ".join(node.text.split()))
    if not text:
        problems.append((node.place, f"{what} is empty: write it, or leave it out"))
        return None
    if len(text) > _LONGEST:
        problems.append((node.place, f"{what} is longer than {_LONGEST} characters: shorten it"))
        return None
    try:
        refuse_steering(text)
        return checked(text)
    except BadQuery as error:
        problems.append((node.place, str(error)))
        return None


def _check_names(labels: Sequence[_Read], problems: _Problems) -> None:
    seen: dict[str, _Read] = {}
    for one in labels:
        first = seen.setdefault(one.label.name.casefold(), one)
        if first is not one:
            what = f"the label “{one.label.name}” is there already, on line {first.place.line}: leave one out"
            problems.append((one.place, what))


def _check_relations(labels: Sequence[_Read], problems: _Problems) -> None:
    """Find parents that are no labels, circles of parents, and labels in the group of what they lie below."""
    by_name = {one.label.name: one.label for one in labels}
    in_circles: set[str] = set()
    for one in labels:
        above = _above(one.label, by_name)
        top = above[-1] if above else one.label
        if top is one.label and above:
            if one.label.name not in in_circles:
                way = " → ".join(label.name for label in (one.label, *above))
                problems.append(
                    (one.parent_place, f"the parents go round in a circle ({way}): leave one out")
                )
                in_circles.update(label.name for label in above)
        elif len(above) > _MOST_ABOVE:
            problems.append((one.parent_place, f"there are more than {_MOST_ABOVE} parents above this label"))
        elif one.label.parent is not None and one.label.parent not in by_name:
            problems.append((one.parent_place, _no_parent(one.label.parent, by_name, len(problems))))
        else:
            problems.extend(_shared_groups(one, above))


def _above(label: Label, by_name: Mapping[str, Label]) -> list[Label]:
    """Return the labels above one: one more than there may be at most, and up to itself in a circle."""
    above: list[Label] = []
    name = label.parent
    while name is not None and name in by_name and len(above) <= _MOST_ABOVE and label not in above:
        above.append(by_name[name])
        name = above[-1].parent
    return above


def _no_parent(name: str, by_name: Mapping[str, Label], problems: int) -> str:
    near = get_close_matches(name, by_name, 1) if problems < _MOST_GUESSES else []
    remedy = f"did you mean “{near[0]}”?" if near else "add it as a label of its own"
    return f"the parent “{name}” is no label here: {remedy}"


def _shared_groups(one: _Read, above: Sequence[Label]) -> Iterator[tuple[Place, str]]:
    for ancestor in above:
        if one.label.group is not None and ancestor.group == one.label.group:
            both = f"“{one.label.name}” and its parent “{ancestor.name}” are both in the group “{ancestor.group}”"
            yield one.place, f"{both}, of which a photo gets one label: put one of them into another group"
