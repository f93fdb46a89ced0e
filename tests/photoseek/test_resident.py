"""A question to one who runs already is answered as the long way answers it, or not at all."""

import json
import os
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from threading import Barrier
from typing import Any, BinaryIO

import pytest

from photoseek import resident_client
from photoseek.cli.dispatch import read
from photoseek.cli.dispatch import run as run_command
from photoseek.cli.parser import HelpAsked, UsageError
from photoseek.cli.search.resident_server import NotOurs, Resident, listening
from photoseek.hooks import Hooks
from photoseek.indexer import Run
from photoseek.resident_client import forward
from photoseek.searcher.warm import WarmSearcher
from photoseek.storage import Library
from photoseek.streams import NOT_WRITTEN
from tests.end_to_end.person import command, environment_for
from tests.runs import index_folders

pytestmark = pytest.mark.slow

Outcome = tuple[int, bytes, bytes]


@pytest.fixture
def asked(library: Library, run: Run, photos: Path, make_photo, monkeypatch) -> Path:
    """Give the folder of a library of three photos that is what a question is about."""
    for colour in ("red", "green", "blue"):
        make_photo(photos / f"{colour}.jpg", colour)
    index_folders(run, photos, confirm_missing=True)
    with library.catalog.write() as transaction:
        transaction.albums.create("reds", "red")
        transaction.albums.create("round", "album:round")
    Hooks().get_ready_to_answer(library, run.embedder)
    monkeypatch.setenv("PHOTOSEEK_LIBRARY", str(library.folder))
    return library.folder


@pytest.fixture
def resident(asked: Path) -> Iterator[Resident]:
    library = Library.existing(asked)
    resident = Resident(WarmSearcher(library, Hooks().read_photo))
    with listening(resident, asked):
        yield resident
    library.close()


@pytest.mark.usefixtures("resident")
@pytest.mark.parametrize(
    "arguments",
    [
        ["red"],
        ["a red photo", "--limit", "2"],
        ["--json", "blue"],
        ["--varied", "red", "--limit", "2"],
        ["--varied", "red", "--page-after", "1_2_3"],
        ["--explain", "red", "-blue", "type:jpeg"],
        ["--explain", "--json", "red"],
        ["--paths", "green"],
        ["--paths", "-0", "-dashed", "green"],
        ["album:reds", "--null"],
        ["tag:nothing"],
        ["--paths", "tag:nothing"],
        ["album:nowhere"],
        ["album:round"],
        ["собака"],
        ["  "],
        [],
        ["\udcff"],
        ["red", "--", "--json"],
    ],
)
def test_an_answer_is_what_the_long_way_gives(asked: Path, capsysbinary, arguments: list[str]) -> None:
    answered = _asked(capsysbinary, arguments)
    (asked / "asking.json").unlink()
    code = run_command(["find", *arguments])
    printed = capsysbinary.readouterr()
    assert answered is not None
    assert _timeless(answered) == _timeless((code, printed.out, printed.err))


@pytest.mark.usefixtures("resident")
@pytest.mark.parametrize(
    "arguments",
    [
        ["find", "--open", "red"],
        ["find", "--heat-map", "heat", "red"],
        ["find", "--heat-map=heat", "red"],
        ["find", "--library", "/nowhere", "red"],
        ["find", "--json", "--paths", "red"],
        ["status"],
    ],
)
def test_what_is_no_question_for_it_goes_the_long_way(capsysbinary, arguments: list[str]) -> None:
    assert forward(arguments) is None
    assert capsysbinary.readouterr() == (b"", b"")


@pytest.mark.usefixtures("resident")
@pytest.mark.parametrize("before", [["--library"], ["--json", "--library"]])
def test_a_library_may_be_named_before_the_command(asked: Path, monkeypatch, before: list[str]) -> None:
    monkeypatch.delenv("PHOTOSEEK_LIBRARY")
    assert forward([*before, str(asked), "find", "red"]) == 0


@pytest.mark.usefixtures("resident")
def test_the_value_of_another_option_names_no_library(asked: Path, monkeypatch, capsysbinary) -> None:
    assert forward(["find", "red", "--min", "--library", str(asked), "--library", "/nowhere"]) is None
    monkeypatch.setenv("PHOTOSEEK_LIBRARY", "/nowhere")
    assert forward(["find", "red", "--page-after", "--library", str(asked)]) is None
    assert forward(["find", "red", "--", "--library", str(asked)]) is None
    assert capsysbinary.readouterr() == (b"", b"")


def test_a_picture_that_it_may_not_decode_is_no_question_for_it(
    asked: Path, tmp_path: Path, make_photo
) -> None:
    picture = make_photo(tmp_path / "elsewhere.jpg", "red")
    library = Library.existing(asked)
    with listening(Resident(WarmSearcher(library)), asked):
        assert forward(["find", f"+{picture}"]) is None
        assert forward(["find", "red"]) == 0
    library.close()


@pytest.mark.parametrize(
    "arguments",
    [["find", "red", "--limit", "0"], ["find", "red", "--no-such-option"], ["find", "--help"], []],
)
def test_what_cannot_be_read_is_no_question_for_it(
    resident: Resident, asked: Path, arguments: list[str]
) -> None:
    with pytest.raises((UsageError, HelpAsked)):
        read(arguments)
    if arguments:  # one that knows the secret may ask whatever it likes
        with pytest.raises(NotOurs):
            resident.answer(str(asked), "/", arguments)


@pytest.mark.usefixtures("resident")
def test_what_was_saved_a_moment_ago_is_found(
    library: Library, run: Run, photos: Path, make_photo, capsysbinary
) -> None:
    for number in range(3):
        path = make_photo(photos / f"yellow-{number}.jpg", "yellow", number)
        index_folders(run, photos, confirm_missing=True)
        assert str(path) in _paths(capsysbinary, ["--paths", "yellow", "--limit", str(number + 1)])
    path.unlink()
    index_folders(run, photos, confirm_missing=True)
    assert str(path) not in _paths(capsysbinary, ["--paths", "yellow"])
    nothing_yet = _asked(capsysbinary, ["--paths", "tag:sunny"])
    assert nothing_yet == (0, b"", "no photo carries the tag “sunny”: there are none\n".encode())
    with library.catalog.write() as transaction:
        photo_id = transaction.photos.present_ids().pop()
        transaction.tags.propose("sunny", "fake", {photo_id: 1.0})
        (shown,) = transaction.photos.paths(photo_id)
    assert _paths(capsysbinary, ["--paths", "tag:sunny"]) == [shown]


@pytest.mark.usefixtures("resident")
def test_another_model_answers_from_when_it_is_in_use(library: Library, capsysbinary) -> None:
    assert len(_paths(capsysbinary, ["--paths", "red"])) == 3
    with library.catalog.write() as transaction:
        transaction.models.use(transaction.models.add("no-such-model", 49, None))
    code, _, err = _asked(capsysbinary, ["red"]) or (0, b"", b"")
    assert code != 0
    assert b"no-such-model" in err


@pytest.mark.usefixtures("resident")
def test_a_library_in_its_place_is_another(asked: Path) -> None:
    (asked / "catalog.sqlite").rename(asked / "former.sqlite")
    (asked / "catalog.sqlite").write_bytes((asked / "former.sqlite").read_bytes())
    assert _ask(["red"]) is None


@pytest.mark.usefixtures("resident")
def test_paths_are_meant_from_where_the_person_is(asked: Path, monkeypatch, capsysbinary) -> None:
    monkeypatch.delenv("PHOTOSEEK_LIBRARY")
    monkeypatch.chdir(asked.parent)
    for named in (["--library", asked.name], [f"--library={asked.name}"]):
        assert len(_paths(capsysbinary, ["--paths", "red", *named])) == 3


@pytest.mark.usefixtures("resident")
def test_names_that_are_no_text_come_out_as_the_disk_has_them(
    run: Run, photos: Path, make_photo, capsysbinary
) -> None:
    name = os.path.join(os.fsencode(photos), b"caf\xe9 \xff.jpg")
    os.rename(make_photo(photos / "x.jpg", "purple"), name)  # noqa: PTH104 (bytes)
    index_folders(run, photos, confirm_missing=True)
    answered = _asked(capsysbinary, ["--paths", "-0", "purple", "--limit", "1"])
    assert answered == (0, name + b"\0", b"")


def test_several_are_answered_at_once(asked: Path) -> None:
    library = Library.existing(asked)
    resident = Resident(WarmSearcher(library, Hooks().read_photo), turn_s=60)  # however busy the machine is
    together = Barrier(4)

    def ask(colour: str) -> list[str]:
        together.wait()
        _, said = resident.answer(str(asked), "/", ["find", "--paths", "--limit", "1", colour])
        return [Path(text.strip()).stem for _, _, text in said]

    colours = ["red", "green", "blue", "red"]
    with ThreadPoolExecutor(len(colours)) as people:
        assert list(people.map(ask, colours)) == [[colour] for colour in colours]
    library.close()


@pytest.mark.usefixtures("resident")
def test_only_the_owner_can_ask(asked: Path) -> None:
    for name in ("asking.json", "asking.sock"):
        assert stat.S_IMODE((asked / name).stat().st_mode) == 0o600
    known = json.loads((asked / "asking.json").read_text())
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(known["address"])
        assert connection.recv(99) == resident_client.GREETING
        guess = known | {"ask": "0" * 64, "library": str(asked), "directory": "/", "arguments": ["find", "a"]}
        connection.sendall(json.dumps(guess).encode() + b"\n")
        assert connection.recv(99) == b""


@pytest.mark.parametrize("unix", [True, False])
def test_nothing_is_left_behind(asked: Path, unix: bool, capsysbinary) -> None:  # noqa: FBT001
    library = Library.existing(asked)
    before = set(asked.iterdir())
    with listening(Resident(WarmSearcher(library, Hooks().read_photo)), asked, unix=unix):
        assert resident_client.is_answered(str(asked))
        assert len(_paths(capsysbinary, ["--paths", "red"])) == 3
    assert set(asked.iterdir()) <= before | {asked / "vectors.faiss"}
    assert not resident_client.is_answered(str(asked))
    library.close()


def test_one_that_ends_leaves_the_socket_of_one_that_came_after_it(asked: Path, capsysbinary) -> None:
    library = Library.existing(asked)
    warm = WarmSearcher(library, Hooks().read_photo)
    with ExitStack() as first, ExitStack() as second:
        first.enter_context(listening(Resident(warm), asked))
        second.enter_context(listening(Resident(warm), asked))
        first.close()
        assert resident_client.is_answered(str(asked))
        assert _ask(["red"]) == 0
    assert capsysbinary.readouterr().err == b""
    library.close()


def test_no_thread_goes_on_listening_at_a_socket_that_is_closed(asked: Path) -> None:
    before = threading.active_count()
    library = Library.existing(asked)
    with listening(Resident(WarmSearcher(library, Hooks().read_photo)), asked):
        assert threading.active_count() == before + 1
    assert threading.active_count() == before
    library.close()


def test_a_path_too_long_for_a_socket_does_not_matter(tmp_path: Path, monkeypatch) -> None:
    runtime = tmp_path / "runtime"
    runtime.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    folder = tmp_path / ("a" * 120)
    library = Library(folder)
    with listening(Resident(WarmSearcher(library, Hooks().read_photo)), folder):
        assert resident_client.is_answered(str(folder))
        (private,) = runtime.iterdir()
        assert stat.S_IMODE(private.stat().st_mode) == 0o700
    assert list(runtime.iterdir()) == []
    library.close()


def test_one_that_is_stopped_or_gone_or_strange_is_not_waited_for(asked: Path) -> None:
    known = asked / "asking.json"
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        known_file = {
            "address": silent.getsockname()[1],
            "build": resident_client.build(),
            "ask": "",
            "answer": "",
        }
        known.write_text(json.dumps(known_file))
        assert _ask(["red"]) is None
    for content in (json.dumps(known_file), "", "[]", '{"address": "/nowhere"}'):
        known.write_text(content)
        assert _ask(["red"]) is None
        assert not resident_client.is_answered(str(asked))


@pytest.mark.usefixtures("resident")
@pytest.mark.parametrize("secret", ["build", "answer"])
def test_one_of_another_version_or_another_program_is_not_believed(asked: Path, secret: str) -> None:
    known = json.loads((asked / "asking.json").read_text())
    (asked / "asking.json").write_text(json.dumps(known | {secret: "another"}))
    assert _ask(["red"]) is None


@pytest.mark.usefixtures("resident")
def test_asking_loads_nothing_that_takes_a_while(asked: Path) -> None:
    code = (
        "import sys\nsys.argv = ['photoseek', 'find', '--paths', 'red']\n"
        "from photoseek.__main__ import main\n"
        "try:\n    main()\nfinally:\n"
        "    slow = {'numpy', 'sqlalchemy', 'click', 'faiss', 'openvino', 'tokenizers', 'pathlib', 'typing'}\n"
        "    assert not slow & set(sys.modules), slow & set(sys.modules)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-S", "-c", f"import sys; sys.path[:] = {sys.path!r}\n{code}"],
        env=environment_for(asked),
        capture_output=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert ran.stdout.count(b"\n") == 3


@pytest.mark.usefixtures("resident")
def test_a_reader_that_has_enough_ends_it_quietly(asked: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as unread:
        ran = _answered_into(unread, asked)
    assert (ran.returncode, ran.stderr) == (0, b"")


@pytest.mark.usefixtures("resident")
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device here that is always full")
def test_an_answer_that_finds_no_room_has_an_exit_code(asked: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        ran = _answered_into(full, asked)
    assert ran.returncode == NOT_WRITTEN
    assert ran.stderr.startswith(b"photoseek: the output can't be written")


def _answered_into(output: BinaryIO, library: Path) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        command("find", "red"),
        env=environment_for(library),
        stdout=output,
        stderr=subprocess.PIPE,
        check=False,
    )


def _ask(arguments: list[str]) -> int | None:
    return forward(["find", *arguments])


def _asked(capsysbinary: pytest.CaptureFixture[bytes], arguments: list[str]) -> Outcome | None:
    code = _ask(arguments)
    printed = capsysbinary.readouterr()
    return None if code is None else (code, printed.out, printed.err)


def _paths(capsysbinary: pytest.CaptureFixture[bytes], arguments: list[str]) -> list[str]:
    answered = _asked(capsysbinary, arguments)
    assert answered is not None
    assert (answered[0], answered[2]) == (0, b"")
    return os.fsdecode(answered[1]).splitlines()


def _timeless(outcome: Outcome) -> Any:  # noqa: ANN401 (JSON, or what is none)
    code, out, err = outcome
    return (code, {**json.loads(out), "took_ms": 0} if out.startswith(b"{") else out, err)
