"""Of the labels that fit a photo, those are put on it that agree with each other and with what people said."""

from hypothesis import given
from hypothesis import strategies as st

from photoseek.searcher.labels.choosing import Said, choose
from photoseek.searcher.labels.label import Label, ancestors

_PHOTOS = (1, 2)


def _chosen(labels: list[Label], fitting: list[dict[int, float]], **said: dict[str, set[int]]) -> dict:
    found = choose(labels, fitting, Said(**said))
    return {label.name: of_label for label, of_label in zip(labels, found, strict=True) if of_label}


def test_a_label_brings_its_parents_with_its_probability() -> None:
    labels = [Label("animal"), Label("pet", parent="animal"), Label("dog", parent="pet")]
    assert _chosen(labels, [{2: 0.6}, {}, {1: 0.8, 2: 0.9}]) == {
        "animal": {2: 0.9, 1: 0.8},
        "pet": {2: 0.9, 1: 0.8},
        "dog": {2: 0.9, 1: 0.8},
    }


def test_of_a_group_only_the_likeliest_is_put() -> None:
    labels = [Label("indoors", group="where"), Label("outdoors", group="where")]
    assert _chosen(labels, [{1: 0.8, 2: 0.6}, {1: 0.7, 2: 0.9}]) == {
        "indoors": {1: 0.8},
        "outdoors": {2: 0.9},
    }


def test_what_brings_a_parent_counts_in_its_group() -> None:
    labels = [
        Label("indoors", group="where"),
        Label("outdoors", group="where"),
        Label("beach", parent="outdoors"),
        Label("sofa", parent="indoors"),
    ]
    assert _chosen(labels, [{1: 0.7}, {1: 0.55}, {1: 0.9}, {1: 0.6}]) == {
        "outdoors": {1: 0.9},
        "beach": {1: 0.9},
    }


def test_a_persons_yes_wins_its_group_and_brings_its_parent() -> None:
    labels = [Label("place"), Label("in", parent="place", group="g"), Label("out", group="g")]
    assert _chosen(labels, [{}, {}, {1: 0.9}], yes={"in": {1}}) == {"place": {1: 1.0}}


def test_a_persons_no_leaves_the_label_and_those_below_it_out() -> None:
    labels = [Label("animal"), Label("dog", parent="animal"), Label("sofa")]
    fitting = [{1: 0.9}, {1: 0.9}, {1: 0.9}]
    assert _chosen(labels, fitting, no={"animal": {1}}) == {"sofa": {1: 0.9}}
    assert _chosen(labels, [{}, {1: 0.9}, {}], no={"dog": {1}}) == {}


@st.composite
def _vocabularies(draw: st.DrawFn) -> list[Label]:
    names = [f"label {n}" for n in range(draw(st.integers(1, 7)))]
    labels: list[Label] = []
    for n, name in enumerate(names):
        parent = draw(st.sampled_from([None, *names[:n]]))
        group = draw(st.sampled_from([None, "g", "h"]))
        above = ancestors([*labels, Label(name, parent=parent)])[name]
        if group in {label.group for label in labels if label.name in above}:
            group = None  # no label shares a group with what it lies below
        labels.append(Label(name, parent=parent, group=group))
    return draw(st.permutations(labels))


@given(labels=_vocabularies(), data=st.data())
def test_parents_groups_and_what_people_said_hold_for_every_vocabulary(
    labels: list[Label], data: st.DataObject
) -> None:
    photos = st.sets(st.sampled_from(_PHOTOS))
    fitting = [data.draw(st.dictionaries(st.sampled_from(_PHOTOS), st.floats(0.5, 0.999))) for _ in labels]
    yes = {label.name: data.draw(photos) for label in labels}
    no = {label.name: data.draw(photos) - yes[label.name] for label in labels}
    found = _chosen(labels, fitting, yes=yes, no=no)
    groups = {label.group for label in labels} - {None}
    for photo in _PHOTOS:
        put = {name for name, of_label in found.items() if photo in of_label}
        assert not any(photo in yes[name] or photo in no[name] for name in put)
        for label in labels:
            if label.name in put and label.parent is not None:
                assert label.parent in put or photo in yes[label.parent]
        for group in groups:
            of_group = {label.name for label in labels if label.group == group}
            by_people = {name for name in of_group if photo in yes[name]}
            assert len(of_group & put) <= (0 if by_people else 1)
    assert all(0.5 <= probability <= 1 for of_label in found.values() for probability in of_label.values())


@given(st.lists(st.dictionaries(st.sampled_from(_PHOTOS), st.floats(0.5, 0.999)), min_size=1, max_size=4))
def test_labels_that_have_nothing_to_do_with_each_other_are_put_as_they_fit(
    fitting: list[dict[int, float]],
) -> None:
    labels = [Label(f"label {n}") for n in range(len(fitting))]
    assert choose(labels, fitting, Said()) == fitting
