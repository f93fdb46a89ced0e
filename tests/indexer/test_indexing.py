"""A plain index's command line is read as typer reads it, and what is not plain is left to typer."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.main import get_command

from photoseek.cli.library.index import commands
from photoseek.cli.library.index_action import Wanted, read
from photoseek.indexer.upkeep.forgetting import MOST_DAYS
from photoseek.storage import default_folder

_PLAIN = [
    "a",
    "b/c",
    "~/d",
    "--json",
    "--verbose",
    "--confirm-missing",
    "--library",
    "--retention-days",
    "7",
    "0",
]
_OTHER = [
    "",
    " ",
    "-",
    "-x",
    "²",
    str(MOST_DAYS + 1),
    "--retention-days=3",
    "--model",
    "--weights",
    "--help",
    "--",
]
_INDEX = get_command(commands)


@given(st.lists(st.sampled_from([*_PLAIN, *_OTHER])))
def test_what_is_read_is_what_typer_reads(arguments: list[str]) -> None:
    plain = read(arguments)
    if plain is None:
        return
    typed = _INDEX.make_context("index", list(arguments)).params
    assert plain == Wanted(
        tuple(typed["folders"] or ()),
        typed["library"] if "--library" in arguments else None,
        None,
        typed["confirm_missing"],
        typed["retention_days"],
        typed["verbose"],
        typed["as_json"],
    )
    assert (typed["model"], typed["weights"]) == (None, None)
    assert typed["library"] == (plain.library or default_folder())


def test_plain_options_need_no_typer() -> None:
    arguments = ["a", "--json", "--library", "~/photos", "b", "--retention-days", "7"]
    assert read(arguments) == Wanted((Path("a"), Path("b")), Path("~/photos"), retention_days=7, as_json=True)


@pytest.mark.parametrize(
    "option", ["--library", "--retention-days x", "--model m", "--help", "-- a", "--json=1"]
)
def test_what_is_not_plain_is_left_to_typer(option: str) -> None:
    assert read(["a", *option.split()]) is None
