"""The list of commands, their help, and how one is found on a command line."""

import re
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from inspect import get_annotations
from pathlib import Path
from types import GenericAlias, UnionType

import pytest

from photoseek.cli.command import Command
from photoseek.cli.dispatch import read, run
from photoseek.cli.library.index import Index
from photoseek.cli.parser import HelpAsked, UsageError
from photoseek.cli.registry import PHOTOSEEK, Entry, Group
from photoseek.cli.search.find import USUAL_LIMIT, Find
from photoseek.cli.search.serve import Serve
from photoseek.searcher import answer

_HEAVY = {"numpy", "sqlalchemy", "faiss", "openvino", "PIL", "photoseek.storage", "photoseek.searcher"}

# What people and their scripts type: names of options, and a command line with all that is required.
_OPTIONS = {
    "index": "--confirm-missing --exclude --json --keep-model --library --metadata --model --only "
    "--ray --ray-batch --ray-embedders --ray-gpus --retention-days --thumbnails --verbose --weights",
    "watch": "--exclude --keep-model --library --model --only --thumbnails --weights",
    "status": "--json --library",
    "stats": "--json --library --where",
    "roots list": "--json --library",
    "roots add F": "--exclude --library",
    "roots remove F": "--library",
    "roots exclude F P": "--library --remove",
    "find": "--each --explain --heat-map --json --less --library --limit --min --more --null --open --page-after "
    "--paths --varied -0",
    "imagine W": "--best-of --by --find --frames --guidance --json --library --negative --out --seed --size "
    "--start --steps --temperature --top-k --weights",
    "label F --labels A": "--json --labels --library",
    "tag propose --labels A": "--album --apply --json --labels --library --runs --sheet --threshold --undo "
    "--vocabulary --where",
    "tag add T F": "--apply --json --library --where",
    "tag remove T F": "--apply --json --library --where",
    "tag forget T F": "--apply --json --library --where",
    "tag list": "--json --library",
    "tag rename T U": "--json --library",
    "tag merge T U": "--json --library",
    "vocabulary check F": "--json --library --threshold",
    "sidecars write": "--apply --json --library --model-tags --overwrite-changed --people --where",
    "sidecars undo": "--json --library --overwrite-changed",
    "sidecars status": "--json --library",
    "set": "--apply --clear --date --description --favourite --hide --json --library --list --no-favourite "
    "--place --rating --shift --title --undo --unhide --where",
    "album list": "--json --library",
    "album show A": "--json --library --null -0",
    "album create A": "--library --where",
    "album add A F": "--library --where",
    "album remove-photo A F": "--library --where",
    "album rename A B": "--library",
    "album suggest": "--drop --json --keep --library --sheet",
    "album remove A": "--library",
    "album export A F": "--library --link --sheet",
    "text on": "--json --library",
    "text off": "--forget --json --library",
    "people on": "--json --library",
    "people off": "--forget --json --library",
    "people list": "--ignored --json --library --limit --unnamed",
    "people name P N": "--json --library --same-person-twice",
    "people merge P Q": "--json --library --same-person-twice",
    "people split 1": "--json --library --name --same-person-twice",
    "people ignore P": "--json --library --undo",
    "people confirm P 1": "--json --library --same-person-twice",
    "people refuse P 1": "--json --library",
    "people nobody 1": "--json --library",
    "people suggest": "--json --library --limit",
    "people undo": "--json --library --list",
    "users list": "--json --library",
    "users add N": "--email --library --oidc-subject --owner",
    "users bind N": "--email --library --oidc-subject",
    "users unbind N": "--library",
    "users password N": "--library",
    "users allow N": "--album --edit --library",
    "users refuse N": "--album --library",
    "users remove N": "--library",
    "users log": "--json --library --limit",
    "service install": "--host --insecure-http --library --no-serve --no-watch --oidc --oidc-client "
    "--oidc-secret-file --port --proxy --public-url --read-only --show --thumbnails --tls-cert --tls-key --token",
    "service remove": "--library",
    "service status": "--json --library",
    "serve": "--host --insecure-http --json --library --oidc --oidc-client --oidc-secret-file --open "
    "--port --proxy --public-url --read-only --set-password --thumbnails --tls-cert --tls-key --token",
    "duplicates": "--bursts --json --library --null --paths -0",
    "judge": "--forget --json --library --limit --list --model --right --wrong",
    "evaluate": "--json --library",
    "verify": "--json --library --quick --repair",
    "skipped": "--json --library --null --paths --retry -0",
    "forget": "--json --left-out --library --missing-for --nowhere --yes",
    "backup F": "--force --json --library",
    "restore F": "--json --library",
    "library move P": "--json --library",
    "library reopen": "--json --library",
    "export-data F": "--force --json --library",
    "import-data F": "--apply --json --library",
    "models list": "--json --library",
    "models add M": "--exact --library --tokenizer --weights",
    "models use M": "--later --library --tokenizer --weights",
    "models remove M": "--json --library",
}


def _entries(group: Group = PHOTOSEEK, path: str = "") -> Iterator[tuple[str, Entry]]:
    for name, one in group.commands.items():
        full = f"{path} {name}".lstrip()
        if isinstance(one, Group):
            yield from _entries(one, full)
        else:
            yield full, one


_ENTRIES = dict(_entries())


def _named(typed: str) -> str:
    return next(name for name in _ENTRIES if f"{typed} ".startswith(f"{name} "))


def _help(*arguments: str) -> str:
    with pytest.raises(HelpAsked) as asked:
        read([*arguments])
    return str(asked.value)


@pytest.mark.parametrize("name", _ENTRIES)
def test_a_commands_summary_is_the_first_sentence_of_its_help(name: str) -> None:
    entry = _ENTRIES[name]
    kind = getattr(import_module(entry.module), entry.kind)
    assert " ".join(kind.__doc__.split("\n\n")[0].split()) == entry.summary


def test_every_command_has_its_options() -> None:
    assert {_named(typed) for typed in _OPTIONS} == _ENTRIES.keys()


@pytest.mark.parametrize("typed", _OPTIONS)
@pytest.mark.parametrize("asking", ["-h", "--help"])
def test_help_shows_usage_every_option_and_an_example(typed: str, asking: str) -> None:
    name = _named(typed)
    shown = _help(*name.split(), asking)
    assert shown.startswith(f"Usage: photoseek {name} [OPTIONS]")
    assert f"    photoseek {name}" in shown.partition("  Examples:\n")[2]
    named = re.findall(r"^  (?:(-\w), )?(--[a-z-]+)", shown.partition("\nOptions:\n")[2], re.MULTILINE)
    assert {option for pair in named for option in pair if option} == {
        *_OPTIONS[typed].split(),
        *("-h", "--help"),
    }.difference({"-h"} if ("-h", "--help") not in named else ())
    assert _help(*typed.split(), asking) == shown  # wherever it stands
    assert "(default: )" not in shown


@pytest.mark.parametrize(
    "path", ["", "roots", "tag", "vocabulary", "album", "people", "sidecars", "models", "users", "service"]
)
def test_help_of_a_group_lists_its_commands_with_an_example(path: str) -> None:
    group = PHOTOSEEK.commands[path] if path else PHOTOSEEK
    assert isinstance(group, Group)
    shown = _help(*path.split(), "-h")
    assert shown.startswith(f"Usage: photoseek {path}".rstrip())
    assert "  Examples:\n    photoseek " in shown
    assert re.findall(r"^  (\w[\w-]*) ", shown.partition("Commands:\n")[2], re.MULTILINE) == [*group.commands]


@pytest.mark.parametrize("typed", _OPTIONS)
def test_what_was_typed_is_of_the_types_that_a_command_says(typed: str) -> None:
    made = read(typed.split())
    of_kinds = [get_annotations(kind) for kind in type(made).__mro__ if issubclass(kind, Command)]
    annotated = {name: kind for annotations in reversed(of_kinds) for name, kind in annotations.items()}
    assert vars(made).keys() == annotated.keys()
    for attribute, kind in annotated.items():
        value = getattr(made, attribute)
        if isinstance(kind, GenericAlias):
            assert isinstance(value, kind.__origin__), attribute
            (one,) = kind.__args__
            assert all(isinstance(item, one) for item in value), attribute
        elif isinstance(kind, type | UnionType):
            assert isinstance(value, kind), attribute


def test_find_gives_as_many_hits_as_the_searcher_does() -> None:
    assert USUAL_LIMIT == answer.USUAL_LIMIT


def test_what_names_no_command_loads_no_room() -> None:
    typed = [["--help"], ["-h"], ["--version"], [], ["album", "-h"], ["roots", "-h"]]
    typed += [["nosuch"], ["roots", "nosuch"], ["find", "--nosuch"], ["find", "--limit", "x"]]
    assert _loaded(_HEAVY, *typed) == "set()"


def test_help_of_a_command_loads_nothing_that_takes_a_while() -> None:
    heavy = _HEAVY - {"photoseek.storage"} | {"click", "rich", "photoseek.embedder"}
    assert _loaded(heavy, *([*name.split(), "--help"] for name in _ENTRIES)) == "set()"


def _loaded(modules: set[str], *command_lines: list[str]) -> str:
    program = (
        "import sys; from photoseek.__main__ import main\n"
        f"for typed in {command_lines}:\n"
        "    sys.argv[1:] = typed\n"
        "    try: main()\n"
        "    except SystemExit: pass\n"
        f"print({modules} & sys.modules.keys(), file=sys.stderr)\n"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, encoding="utf-8", check=True)
    return ran.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (["cats"], "photoseek find cats"),
        (["a", "dog", "outdoors"], "photoseek find a dog outdoors"),
        (["fidn", "a", "dog"], "photoseek find"),
        (["labels"], "photoseek label"),
        (["album", "creat", "x"], "photoseek album create"),
        (["--json", "cats"], "photoseek find cats"),
    ],
)
def test_what_is_no_command_names_the_one_that_was_meant(
    typed: list[str], meant: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(typed) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert f"did you mean `{meant}`?" in printed.err


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (["roots", "nowhere"], "“roots” has no command “nowhere”\n`photoseek roots --help` says more"),
        (["--jsn"], "there is no option “--jsn” before a command\n`photoseek --help` says more"),
        (["--limit", "5", "find", "cats"], "no option “--limit” before a command"),
        (["--library"], "--library lacks its value\n`photoseek --help` says more"),
        (["album", "--library"], "--library lacks its value\n"),
        (["--json=1", "album", "list"], "--json takes no value\n`photoseek album list --help` says more"),
        (
            ["roots", "--jsn"],
            "there is no option “--jsn”: did you mean --json?\n`photoseek roots list --help`",
        ),
        (["\x1b[31m"], r"there is no command “\x1b[31m”"),
    ],
)
def test_what_cannot_be_read_is_said_with_where_to_read_more(
    typed: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(typed) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("photoseek: ")
    assert says in printed.err


@pytest.mark.parametrize("arguments", [[], ["album"], ["models"], ["album", "--json"], ["--library", "F"]])
def test_where_no_command_is_named_the_help_is_shown_as_an_error(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("Usage: photoseek")


@pytest.mark.parametrize(
    ("typed", "library", "words", "as_json"),
    [
        (["--library", "F", "find", "a", "dog"], "F", ["a", "dog"], False),
        (["--library=F", "--json", "find", "a"], "F", ["a"], True),
        (["--library", "F", "find", "--", "-dog"], "F", ["-dog"], False),
        (["find", "--library", "F", "dog"], "F", ["dog"], False),
        (["--library", "F", "find", "--library", "G"], "G", [], False),
    ],
)
def test_options_that_every_command_has_may_stand_before_it(
    typed: list[str],
    library: str,
    words: list[str],
    as_json: bool,  # noqa: FBT001 (a case)
) -> None:
    made = read(typed)
    assert isinstance(made, Find)
    assert (made.library, made.words, made.as_json) == (Path(library), words, as_json)


def test_options_may_stand_before_the_command_of_a_group_too() -> None:
    for typed in (["--json", "album", "list"], ["album", "--json", "list"], ["album", "list", "--json"]):
        made = read([*typed, "--library", "F"])
        assert (made.command_name, made.library, vars(made)["as_json"]) == ("album list", Path("F"), True)
    assert read(["roots", "--library", "F"]).command_name == "roots list"
    with pytest.raises(HelpAsked, match="Usage: photoseek COMMAND"):
        read(["--library", "F", "--help"])


def test_the_library_is_the_one_named_or_the_environments_or_the_platforms(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PHOTOSEEK_LIBRARY", str(tmp_path / "mine"))
    assert read(["find"]).library == tmp_path / "mine"
    assert read(["find", "--library", "other"]).library == Path("other")
    for nothing in (lambda: monkeypatch.setenv("PHOTOSEEK_LIBRARY", ""), monkeypatch.undo):
        nothing()
        if nothing is monkeypatch.undo:
            monkeypatch.delenv("PHOTOSEEK_LIBRARY", raising=False)
        assert read(["find"]).library.name == "photoseek"


def test_the_token_of_serve_comes_from_the_environment_and_is_never_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PHOTOSEEK_TOKEN", "a-long-enough-secret")
    assert _token("serve") == "a-long-enough-secret"
    assert _token("serve", "--token", "another-long-secret") == "another-long-secret"
    assert "long-enough-secret" not in _help("serve", "-h")
    monkeypatch.setenv("PHOTOSEEK_TOKEN", "short")
    with pytest.raises(UsageError, match="16 or more"):
        read(["serve"])
    monkeypatch.setenv("PHOTOSEEK_TOKEN", "")
    assert _token("serve") is None


def _token(*arguments: str) -> str | None:
    made = read([*arguments])
    assert isinstance(made, Serve)
    return made.token


def test_index_is_read_with_its_usual_values() -> None:
    made = read(["index", "a", "--json", "--library", "~/photos", "b", "--retention-days", "7"])
    assert isinstance(made, Index)
    assert (made.folders, made.library, made.retention_days) == ([Path("a"), Path("b")], Path("~/photos"), 7)
    assert (made.as_json, made.verbose, made.model, made.exclude) == (True, False, None, [])
    usual = read(["index"])
    assert isinstance(usual, Index)
    assert (usual.folders, usual.retention_days) == ([], 90)
