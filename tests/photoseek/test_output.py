"""What commands print goes through one module, which can keep it for the process that asked a resident."""

import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import photoseek.cli
from photoseek.cli.output import columns, keeping, say, say_json, say_paths

_PRINTS = re.compile(r"click\.(secho|echo|progressbar)|\bprint\(|std(out|err)\.(write|buffer)")
_CELLS = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zs", "Zl", "Zp"]), min_size=1)


def _speak() -> None:
    say("a line")
    say("to people", err=True)
    say("y or n? ", end="")
    say_json({"name": "é"})
    say_paths(["/a", os.fsdecode(b"/\xff")], null=True)


def test_what_is_kept_is_what_would_have_been_printed(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    _speak()
    printed = capsysbinary.readouterr()
    with keeping() as said:
        _speak()
    assert capsysbinary.readouterr() == (b"", b"")
    kept = {
        stream: b"".join(
            os.fsencode(text) if raw else text.encode() for of, raw, text in said if of == stream
        )
        for stream in ("out", "err")
    }
    assert kept == {"out": printed.out, "err": printed.err}


def test_after_keeping_it_is_printed_again(capsys: pytest.CaptureFixture[str]) -> None:
    with keeping():
        say("kept")
    say("printed")
    assert capsys.readouterr().out == "printed\n"


@given(st.integers(1, 4).flatmap(lambda width: st.lists(st.tuples(*[_CELLS] * width), min_size=1)), st.data())
def test_cells_of_a_column_begin_or_end_together(rows: list[tuple[str, ...]], data: st.DataObject) -> None:
    right = data.draw(st.sets(st.sampled_from(range(len(rows[0])))))
    lines = columns(rows, right)
    at = 0
    for column in range(len(rows[0])):
        width = max(len(row[column]) for row in rows)
        for row, line in zip(rows, lines, strict=True):
            cell = row[column].rjust(width) if column in right else row[column]
            assert line[at : at + len(cell)] == cell
        at += width + 2
    assert not any(line.endswith(" ") for line in lines)


def test_no_rows_are_no_lines() -> None:
    assert columns([]) == []


@pytest.mark.parametrize(
    "module", sorted(Path(photoseek.cli.__path__[0]).rglob("*.py")), ids=lambda path: path.stem
)
def test_no_other_module_of_the_commands_prints(module: Path) -> None:
    if module.name != "output.py":
        assert not _PRINTS.search(module.read_text("utf-8"))
