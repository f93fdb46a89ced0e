"""A plain question's command line is read as typer reads it, and what is not plain is left to typer."""

from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer import BadParameter
from typer.main import get_command

from photoseek.cli.search.find import commands
from photoseek.cli.search.find_action import Plain, read
from photoseek.storage import default_folder

_PLAIN = [
    "a",
    "cat",
    "-dashed",
    "-",
    "-0",
    "--null",
    "--json",
    "--paths",
    "--each",
    "--limit",
    "3",
    "--library",
    "",
]
_OTHER = [" ", "x=y", "²", "0", "--limit=3", "--open", "--help", "--", "--min", "--more"]
_FIND = get_command(commands)


@given(st.lists(st.sampled_from([*_PLAIN, *_OTHER])))
def test_what_is_read_is_what_typer_reads(arguments: list[str]) -> None:
    plain = read(arguments)
    if plain is None:
        return
    typed = dict(_FIND.make_context("find", list(arguments)).params)
    read_too = asdict(plain) | {"library": plain.library or default_folder()}
    words = tuple(word.removeprefix("\0") for word in typed.pop("words") or [])
    assert read_too == {"words": words} | {name: typed.pop(name) for name in read_too if name != "words"}
    assert not any(typed.values())  # no other option


def test_a_plain_question_needs_no_typer() -> None:
    arguments = ["a", "-cat", "-0", "--limit", "7", "--library", "~/photos", "--paths"]
    assert read(arguments) == Plain(("a", "-cat"), Path("~/photos"), 7, paths=True, null=True)


@pytest.mark.parametrize(
    "option", ["--limit 0", "--limit", "--library", "--open", "--limit=3", "-- a", "--min weak"]
)
def test_what_is_not_plain_is_left_to_typer(option: str) -> None:
    assert read(["a", *option.split()]) is None


@pytest.mark.parametrize("typed", [["--limit", "-3"], ["--limit=-3"]])
def test_a_limit_below_one_is_named_as_such(typed: list[str]) -> None:
    with pytest.raises(BadParameter, match="greater than or equal to 1"):
        _FIND.make_context("find", ["a", "-dashed", *typed])
