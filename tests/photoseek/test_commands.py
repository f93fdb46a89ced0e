"""The list of commands, and what may stand before one."""

import subprocess
import sys
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from photoseek.__main__ import _command_first
from photoseek.cli.registry import COMMANDS
from photoseek.command import app

_HEAVY = {"numpy", "sqlalchemy", "faiss", "openvino", "PIL", "photoseek.storage", "photoseek.searcher"}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_commands_summary_is_the_first_sentence_of_its_help(name: str) -> None:
    group: Any = get_command(app)
    first = group.get_command(None, name).help.strip().split("\n\n")[0]
    assert " ".join(first.split()) == COMMANDS[name].summary


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["--version"], ["nosuch"], []])
def test_what_names_no_command_loads_no_room(arguments: list[str]) -> None:
    program = (
        "import sys; from photoseek.__main__ import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        f"print({_HEAVY} & sys.modules.keys(), file=sys.stderr)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, encoding="utf-8", check=True
    )
    assert ran.stderr.endswith("set()\n")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (["cats"], "photoseek find cats"),
        (["a", "dog", "outdoors"], "photoseek find a dog outdoors"),
        (["fidn", "a", "dog"], "photoseek find"),
        (["labels"], "photoseek label"),
    ],
)
def test_what_is_no_command_names_the_one_that_was_meant(typed: list[str], meant: str) -> None:
    ran = CliRunner().invoke(app, typed, prog_name="photoseek")
    assert ran.exit_code == 2
    assert f"did you mean `{meant}`?" in ran.output


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        (["--library", "F", "find", "a", "dog"], ["find", "a", "dog", "--library", "F"]),
        (["--library=F", "--json", "album", "list"], ["album", "list", "--library=F", "--json"]),
        (["--library", "F", "find", "--", "-dog"], ["find", "--library", "F", "--", "-dog"]),
        (["find", "--library", "F", "dog"], ["find", "--library", "F", "dog"]),
        (["--library", "F"], ["--library", "F"]),
        (["--library", "F", "--help"], ["--library", "F", "--help"]),
        ([], []),
    ],
)
def test_options_that_every_command_has_may_stand_before_it(typed: list[str], read: list[str]) -> None:
    assert _command_first(typed) == read
