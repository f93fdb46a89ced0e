"""A vocabulary is read from YAML, or refused with every problem's line and column."""

from pathlib import Path

import numpy as np
import pytest

from photoseek.searcher import Proposal
from photoseek.searcher.errors import BadVocabulary
from photoseek.searcher.labels.label import Label
from photoseek.searcher.labels.vocabulary.checking import alike
from photoseek.searcher.labels.vocabulary.reading import MOST_BYTES, MOST_LABELS, Vocabulary, read_vocabulary
from photoseek.storage import LabelRule


def _read(folder: Path, text: str | bytes) -> Vocabulary:
    path = folder / "mine.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_vocabulary(path)


def _problems(folder: Path, text: str | bytes) -> list[str]:
    with pytest.raises(BadVocabulary) as refused:
        _read(folder, text)
    return [problem.removeprefix(f"{folder / 'mine.yaml'}, ") for problem in refused.value.problems]


def test_labels_have_prompts_synonyms_a_parent_and_a_group(tmp_path: Path) -> None:
    read = _read(
        tmp_path,
        """
name: my holidays
labels:
  - name: outdoors
    group: where
  - name: beach
    parent: outdoors
    prompts: [a sandy beach, the sea]
  - {name: ski, synonyms: skiing}
  - birthday
""",
    )
    assert read == Vocabulary(
        "my holidays",
        (
            Label("outdoors", group="where"),
            Label("beach", ("a sandy beach", "the sea"), "outdoors"),
            Label("ski", ("ski", "skiing")),
            Label("birthday"),
        ),
    )


def test_no_file_counts_as_the_vocabulary_that_ships_by_what_the_file_is_called(tmp_path: Path) -> None:
    path = tmp_path / "photoseek.yaml"
    path.write_text("labels: [beach]\n")
    with pytest.raises(BadVocabulary, match="line 1, column 1: “photoseek” is the vocabulary that ships"):
        read_vocabulary(path)
    path.write_text("name: mine\nlabels: [beach]\n")
    assert read_vocabulary(path).name == "mine"


def test_words_that_yaml_takes_for_something_else_stay_words(tmp_path: Path) -> None:
    read = _read(tmp_path, "labels: [no, 2019, null, 1e3, 2024-01-01]")
    assert [label.name for label in read.labels] == ["no", "2019", "null", "1e3", "2024-01-01"]
    assert read.name == "mine"  # as the file is called


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "line 1, column 1: a vocabulary begins with `name:` or `labels:`"),
        ("- beach\n", "line 1, column 1: a vocabulary begins with"),
        ("name: x\n", "line 1, column 1: there are no labels"),
        ("labels: [a]\nname: photoseek\n", "line 2, column 7: “photoseek” is the vocabulary that ships"),
        ("labels: []\n", "line 1, column 9: there are no labels"),
        ("labels:\n  - name: [\n", "line 3, column 1: did not find expected node content"),
        ("labels:\n  - name: {a: b}\n", "line 2, column 11: the label's name must be a word"),
        ("labels:\n\t- beach\n", "line 2, column 1: found "),
        ("labels:\n- sea\n- beach\n- Sea\n", "line 4, column 3: the label “Sea” is there already, on line 2"),
        ("labels:\n- name: sea\n  prompts: []\n", "line 3, column 12: the list of prompts is empty"),
        ("labels:\n- name: sea\n  prompts: ['']\n", "line 3, column 13: one of the prompts is empty"),
        ("labels:\n- name: sea\n  synonyms:\n", "line 3, column 12: one of the synonyms is empty"),
        ("labels:\n- name:\n", "line 2, column 8: the label's name is empty"),
        ("labels:\n- prompts: [a]\n", "line 2, column 3: this label has no name"),
        ("labels:\n- name: a\n  parent: b\n", "line 3, column 11: the parent “b” is no label here"),
        ("labels:\n- beach\n- name: a\n  parent: baech\n", "did you mean “beach”?"),
        ("labels:\n- name: a\n  parent: a\n", "line 3, column 11: the parents go round in a circle (a → a)"),
        (
            "labels:\n- {name: a, parent: b}\n- {name: b, parent: c}\n- {name: c, parent: a}\n",
            "line 2, column 21: the parents go round in a circle (a → b → c → a)",
        ),
        ("labels:\n- {name: a, group: g}\n- {name: b, parent: a, group: g}\n", "are both in the group “g”"),
        (
            "labels:\n- name: a\n  grup: g\n",
            "line 3, column 3: there is no key “grup”: did you mean `group`?",
        ),
        ("labels:\n- name: a\n  name: b\n", "line 3, column 3: `name` is there twice"),
        ("a: &x [b]\nlabels: *x\n", "line 2, column 9: an alias (*) can't be used here"),
        ("labels: [a]\n---\nlabels: [b]\n", "line 2, column 1: a second document begins here"),
        ("labels:\n- 'a\"b'\n", "line 2, column 3: a name can't have quotation marks"),
        ("labels:\n- a\x07\n", "line 2, column 4: this character can't stand in YAML"),
        (b"labels:\n- caf\xe9\n", "line 2, column 6: this is no UTF-8"),
        ("? [a]\n: b\n", "line 1, column 3: a key must be a word"),
        ("[" * 100_000, "nest"),
        ("- " * 1_000, "nested too deeply"),
        (b"#" * (MOST_BYTES + 1), "larger than 8 MB"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, text: str | bytes, problem: str) -> None:
    assert problem in _problems(tmp_path, text)[0]


def test_every_problem_is_named_in_the_order_of_the_file(tmp_path: Path) -> None:
    problems = _problems(tmp_path, "labels:\n- {name: a, parent: z}\n- a\n- {name: b, grup: c}\n")
    assert [problem.partition(":")[0] for problem in problems] == [
        "line 2, column 21",
        "line 3, column 3",
        "line 4, column 13",
    ]
    with pytest.raises(BadVocabulary, match=r"and 2 more: `photoseek vocabulary check` lists them"):
        read_vocabulary(tmp_path / "mine.yaml")


def test_a_tag_in_yaml_makes_no_object(tmp_path: Path) -> None:
    made = tmp_path / "made"
    _problems(tmp_path, f"!!python/object/apply:os.mkdir ['{made}']")
    read = _read(tmp_path, f"labels: [!!python/object/apply:os.mkdir '{made}']")
    assert [label.name for label in read.labels] == [str(made)]
    assert not made.exists()


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadVocabulary, match=r"none\.yaml can't be read \(no such file"):
        read_vocabulary(tmp_path / "none.yaml")


def test_20_000_labels_are_read_and_one_too_many_is_named(tmp_path: Path) -> None:
    lines = "".join(
        f"- {{name: label {n}, prompts: [a photo of {n}], parent: label {n - n % 10}, group: g{n % 10}}}\n"
        if n % 10
        else f"- label {n}\n"
        for n in range(20_000)
    )
    assert len(_read(tmp_path, f"labels:\n{lines}").labels) == 20_000
    too_many = "".join(f"- {n}\n" for n in range(MOST_LABELS + 1))
    assert (
        f"line {MOST_LABELS + 2}, column 3: this is one label more"
        in _problems(tmp_path, f"labels:\n{too_many}")[0]
    )


def test_labels_that_mean_the_same_or_fit_the_same_photos_are_alike_but_not_a_label_and_its_parent() -> None:
    labels = [
        Label("couch"),
        Label("sofa"),
        Label("furniture"),
        Label("seat", parent="furniture"),
        Label("bench"),
        Label("stool"),
    ]
    directions = np.zeros((6, 6), np.float32)
    directions[0, 0] = directions[1, 0] = 1  # the same
    directions[2, 1] = directions[3, 1] = 1  # the same, but one is the other's parent
    directions[4, 2] = 1
    directions[5, 2:4] = 0.75, 0.66  # not so alike
    photos = dict.fromkeys(range(10), 0.9)
    found = alike(labels, directions)
    assert [(pair.first.name, pair.second.name) for pair in found] == [("couch", "sofa")]
    rules = [LabelRule(label.name, "fake", 0, 1, 0.5) for label in labels]
    fitting = [{}, {}, {}, {}, photos, dict.fromkeys(range(9), 0.9)]
    proposals = [Proposal(rule, some, frozenset()) for rule, some in zip(rules, fitting, strict=True)]
    pairs = {(pair.first.name, pair.second.name): pair for pair in alike(labels, directions, proposals)}
    assert pairs.keys() == {("couch", "sofa"), ("bench", "stool")}
    # Photos decide where there are enough, and learnt heads may tell labels apart that mean the same.
    apart = [
        Proposal(rule, dict.fromkeys(some, 0.9), frozenset())
        for rule, some in zip(rules, [range(6), range(4, 10), (), (), (), ()], strict=True)
    ]
    assert alike(labels, directions, apart) == []
    assert alike(labels, directions, taught={"couch", "sofa"}) == []
    assert len(alike(labels, directions, taught={"couch"})) == 1
    both = pairs["bench", "stool"]
    assert (both.photos_of_both, both.photos_of_either) == (9, 10)
