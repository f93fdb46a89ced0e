"""A command line is read alike in whatever order it is typed, and what can't be read is said in a sentence."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photoseek.cli.dispatch import read
from photoseek.cli.parser import HelpAsked, UsageError

_WORDS = [
    "a",
    "cat",
    "-dashed",
    "-",
    "-0.5:cat",
    "-in:2023",
    "",
    " ",
    "x=y",
    "²",
    "0",
    '"two words"',
    "\udcff",
]
_TOKENS = [
    *_WORDS,
    "-0",
    "--null",
    "--json",
    "--limit",
    "3",
    "--limit=3",
    "--library",
    "--more",
    "--",
    "--open",
]
# An option as it is typed, the attribute that it sets, and to what.
_OPTIONS = st.sampled_from(
    [
        (["--limit", "5"], "limit", 5),
        (["--limit=5"], "limit", 5),
        (["--json"], "as_json", True),
        (["-0"], "null", True),
        (["--null"], "null", True),
        (["--library=F"], "named_library", "F"),
        (["--library", "-F"], "named_library", "-F"),
        (["--library", "--json"], "named_library", "--json"),
        (["--page-after", "-1_2"], "page_after", "-1_2"),
        (["--min", "weak"], "least", "weak"),
        (["--heat-map=a=b"], "heat_map", Path("a=b")),
        (["--more", "-0"], "more", ["-0"]),
        (["--less=-x"], "less", ["-x"]),
    ]
)


def _find(*arguments: str) -> dict[str, Any]:
    return vars(read(["find", *arguments]))


@given(st.lists(st.sampled_from(_WORDS)), st.lists(_OPTIONS, unique_by=lambda one: one[1]), st.data())
def test_options_may_stand_anywhere_among_the_words(
    words: list[str], options: list[tuple[list[str], str, object]], data: st.DataObject
) -> None:
    groups = [[word] for word in words]
    for typed, _, _ in options:
        groups.insert(data.draw(st.integers(0, len(groups))), typed)
    made = _find(*(one for group in groups for one in group))
    assert made["words"] == words
    assert {name: made[name] for _, name, _ in options} == {name: value for _, name, value in options}
    usual = {**_find(), "typed": made["typed"], "words": words}
    assert made == {**usual, **{name: value for _, name, value in options}}


@given(st.lists(st.sampled_from(_TOKENS)), st.lists(st.sampled_from(_TOKENS)))
def test_whatever_is_typed_is_read_or_refused_in_a_sentence(before: list[str], words: list[str]) -> None:
    try:
        made = _find(*before, "--", *words)
    except UsageError as error:
        assert str(error)  # noqa: PT017 (whatever is no error is read)
    else:
        if before[-1:] not in (["--limit"], ["--library"], ["--more"]) and "--" not in before:
            assert made["words"][len(made["words"]) - len(words) :] == words


def test_a_plain_question_is_read() -> None:
    made = _find("a", "-cat", "-0", "--limit", "7", "--library", "~/photos", "--paths")
    assert (made["words"], made["named_library"], made["limit"]) == (["a", "-cat"], "~/photos", 7)
    assert (made["paths"], made["null"], made["as_json"], made["each"]) == (True, True, False, False)
    assert _find("a", "cat", "--limit", "5", "-people")["words"] == ["a", "cat", "-people"]


def test_options_that_may_be_repeated_are_all_kept() -> None:
    made = _find("--more", "a.jpg", "cat", "--more=b.jpg", "--less", "3")
    assert (made["more"], made["less"]) == (["a.jpg", "b.jpg"], ["3"])
    assert vars(read(["index", "F", "--exclude", "*.gif", "--exclude=Private/"]))["exclude"] == [
        "*.gif",
        "Private/",
    ]


def test_of_an_option_that_is_typed_twice_the_last_counts() -> None:
    assert _find("--limit", "5", "--limit=7")["limit"] == 7


@pytest.mark.parametrize("typed", [["--", "red", "-0"], ["red", "--", "-0"], ["red", "-0", "--"]])
def test_what_stands_behind_two_dashes_is_never_an_option(typed: list[str]) -> None:
    made = _find(*typed)
    assert made["null"] == (typed[-1] == "--")
    assert made["words"] == [word for word in typed if word == "red" or (word == "-0" and typed[-1] != "--")]


@pytest.mark.parametrize("word", ["--json", "--help", "-h", "--", "--library"])
def test_a_word_that_looks_like_an_option_can_be_named_behind_two_dashes(word: str) -> None:
    assert _find("--", word)["words"] == [word]
    assert vars(read(["roots", "exclude", "F", "--", word]))["patterns"] == [word]
    assert vars(read(["album", "add", "--", word, word]))["paths"] == [Path(word)]


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("find a --limit", "--limit lacks its value"),
        ("find --library", "--library lacks its value"),
        ("find --limit x", "--limit: “x” is no whole number"),
        ("find --limit=", "--limit: “” is no whole number"),
        ("find --limit ²", "--limit: “²” is no whole number"),
        ("find --limit 0", "--limit: 0 can't be used: name a whole number, 1 or more"),
        ("find a -dashed --limit -3", "--limit: -3 can't be used: name a whole number, 1 or more"),
        ("find a -dashed --limit=-3", "--limit: -3 can't be used: name a whole number, 1 or more"),
        ("find --limit --json", "--limit: “--json” is no whole number"),
        ("find --min good", "--min: “good” is none of strong, possible, weak"),
        ("find --json=1", "--json takes no value"),
        ("find --lim 5", "there is no option “--lim”: did you mean --limit?"),
        ("find --nonsense", "there is no option “--nonsense”"),
        ("find --nonsense=5", "there is no option “--nonsense”"),
        ("find --heat-map=", "--heat-map: the path is empty"),
        ("find --library=", "--library: the path is empty"),
        ("index -x", "there is no option “-x”"),
        ("index -0", "there is no option “-0”"),
        ("index --retention-days x", "--retention-days: “x” is no whole number"),
        ("index --retention-days 36501", "36501 can't be used: name a whole number, from 0 to 36500"),
        ("serve --port 65536", "--port: 65536 can't be used"),
        ("tag --labels a --threshold 1", "--threshold: 1.0 can't be used: name a number from 0.01 to 0.999"),
        ("tag --labels a --threshold nan", "--threshold: nan can't be used"),
        ("label --labels a", "required: PATH"),
        ("backup", "required: FILE"),
        ("album export x", "required: FOLDER"),
        ("backup a b", "“b” is one word too many"),
        ("evaluate a", "“a” is one word too many"),
        ("models add m --weights=", "--weights: the path is empty"),
        ("roots exclude F [", "is no pattern to leave out by"),
    ],
)
def test_what_cannot_be_read_is_refused(typed: str, says: str) -> None:
    with pytest.raises(UsageError) as refused:
        read(typed.split())
    assert says in str(refused.value)
    assert "argument" not in str(refused.value).replace("arguments are required", "")


@pytest.mark.parametrize(
    "arguments", [["index", ""], ["index", "a", ""], ["label", "", "--labels", "a"], ["roots", "add", ""]]
)
def test_an_empty_path_is_refused(arguments: list[str]) -> None:
    with pytest.raises(UsageError, match="the path is empty: name one"):
        read(arguments)


def test_help_is_no_value_and_no_word() -> None:
    for typed in (["-h"], ["a", "--help"], ["--limit", "5", "-h", "a"]):
        with pytest.raises(HelpAsked):
            read(["find", *typed])
    assert _find("--more", "-h")["more"] == ["-h"]


def test_without_a_variable_of_the_environment_an_option_has_its_default(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from photoseek.cli.library.index import Index
    from photoseek.indexer.extraction.names import STAGES

    for value, expected in [(None, list(STAGES)), ("", list(STAGES)), ("meaning", ["meaning"])]:
        monkeypatch.delenv("PHOTOSEEK_ONLY", raising=False)
        if value is not None:
            monkeypatch.setenv("PHOTOSEEK_ONLY", value)
        asked = read(["index"])
        assert isinstance(asked, Index)
        assert asked.only == expected
