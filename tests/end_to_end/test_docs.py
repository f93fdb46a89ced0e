"""What README, docs and `--help` tell a person to type works, and every command's `--help` tells it."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import chdir
from pathlib import Path

import pytest
import trustme
from PIL import Image

from photoseek.cli.dispatch import run
from photoseek.cli.registry import PHOTOSEEK, Group
from photoseek.database_address import DatabaseAddress
from photoseek.embedder import EMBEDDED
from photoseek.embedder.faces.model_files import ENGINE
from photoseek.searcher.web import Passwords
from photoseek.storage import Library
from photoseek.storage.catalog.catalog import Catalog
from tests.end_to_end.person import (
    PHOTOGRAPHS,
    Photoseek,
    copy_photographs,
    environment_for,
    parsed,
    person_here,
)
from tests.object_store import Bucket
from tests.postgresql_server import empty_database
from tests.storage.people.made import face

_REPOSITORY = Path(__file__).resolve().parents[2]
_DOCUMENTS = sorted([*_REPOSITORY.glob("*.md"), *(_REPOSITORY / "docs").rglob("*.md")])
_PATIENCE_S = 60
_NEEDS_A_DOWNLOAD = "laion2b"
# What asks the model that ships rather than the quick one: heat maps, grades, a model that doesn't answer.
_ASKS_A_REAL_MODEL = {"docs/models.md", "docs/relevance.md", "photoseek find", "photoseek models remove"}
_IN_A_STORE = "s3://my-bucket"
# What goes on until Ctrl-C, and what it says when it is under way: on stderr and on stdout.
_GOES_ON = {"photoseek watch": "following", "photoseek serve": "://"}
# Moments, how long something took or will take, and the name of what is kept before another takes its place.
_PASSING = re.compile(
    r"\d{4}-\d\d-\d\d[T ][\d:]+Z?|\d+(\.\d+)? m?s\b|\"took_ms\": [\d.]+|[./]?before-restore-[\w.-]+|~[\d.]+ *"
)
# What is typed into a command that asks for it.
_TYPED_INTO = dict.fromkeys(
    (
        "photoseek serve --set-password",
        "photoseek users add carla",
        "photoseek users add anna --owner",
        "photoseek users password ben",
        "photoseek users password carla",
    ),
    "a password of some length\n",
)


@pytest.fixture(scope="module")
def home_before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the home of a person whose folders are those that the documents name."""
    home = tmp_path_factory.mktemp("home")
    photographs = copy_photographs(home / "Pictures")
    cat = Image.open(photographs / PHOTOGRAPHS["chelsea.png"])
    import pillow_heif

    pillow_heif.from_pillow(cat.convert("RGB")).save(photographs / "IMG_2041.HEIC")
    shutil.copy(photographs / "IMG_2041.HEIC", home)
    for number, folder in enumerate(("Pictures/2023/06", "Pictures/2024", "Archive", "Pictures/2019")):
        (home / folder).mkdir(parents=True, exist_ok=True)
        cat.convert("RGB").rotate(number + 1).save(home / folder / f"{number}.jpg")
    (home / "sunsets").mkdir()
    (home / "holidays.yaml").write_text("labels: [outdoors, {name: beach, parent: outdoors}]\n", "utf-8")
    _do_what_examples_take_for_done(home, person_here(home / "library"))
    Passwords(home / "library").set("a password of some length")
    of_server = trustme.CA().issue_cert("localhost")
    of_server.cert_chain_pems[0].write_to_path(home / "photos.crt")
    of_server.private_key_pem.write_to_path(home / "photos.key")
    (home / "oidc.secret").write_text("a secret of the tests\n")
    (home / "library").rename(home / "library-before")
    return home


def _do_what_examples_take_for_done(home: Path, photoseek: Photoseek) -> None:
    photoseek("index", "--model", "fake", home / "Pictures", home / "Archive")
    photoseek("album", "create", "wedding")
    photoseek("album", "add", "wedding", home / "Pictures/p01.png")
    photoseek("album", "create", "beach")
    photoseek("tag", "--labels", "family,party", "--apply")
    for tag in ("family", "party"):
        photoseek("tag", "add", tag, home / "Pictures/p01.png")
        photoseek("sidecars", "write", "--apply")
    _add_people(home / "library")
    photoseek("backup", home / "photoseek.backup")
    photoseek("export-data", home / "said.json")
    (home / "Pictures/2019/3.jpg").unlink()
    photoseek("index")


def _add_people(folder: Path) -> None:
    """Put faces 1 to 6 into the first photos, each in one: of Anna, and of the groups 2 and 3. Ben is a user."""
    library = Library(folder)
    with library.catalog.write() as transaction:
        transaction.people.turn_on()
        transaction.faces.save(
            ENGINE, {photo: [face()] for photo in sorted(transaction.photos.present_ids())[:6]}
        )
        transaction.faces.new_persons(3)
        transaction.faces.guess(dict(zip(range(1, 7), (1, 1, 1, 2, 2, 3), strict=True)))
        transaction.people_words.name(1, "Anna")
        transaction.users.add("ben")
    library.close()


@pytest.fixture
def home(home_before: Path) -> Path:
    """Give that home with the library as it was before anything was typed."""
    shutil.rmtree(home_before / "library", ignore_errors=True)
    shutil.copytree(home_before / "library-before", home_before / "library")
    return home_before


@pytest.fixture
def database(home: Path) -> Callable[[], DatabaseAddress]:
    """Return what copies the library of that home into a database, with all that lies beside its catalog."""

    def copied() -> DatabaseAddress:
        address = empty_database()
        in_folder = Library(home / "library")
        catalog = Catalog(address)
        in_folder.catalog.copy_to(catalog)
        catalog.close()
        in_folder.close()
        caches = parsed(person_here(address, HOME=str(home))("status", "--json"))["caches"]
        shutil.copytree(
            home / "library",
            caches,
            dirs_exist_ok=True,
            ignore=shutil.ignore_patterns("catalog.*", "vectors.*"),
        )
        return address

    return copied


def _name(document: Path) -> str:
    return document.relative_to(_REPOSITORY).as_posix()


@pytest.mark.parametrize("document", _DOCUMENTS, ids=_name)
def test_the_links_in_a_document_lead_to_files_that_exist(document: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)", document.read_text("utf-8"))
    assert [link for link in links if "://" not in link and not (document.parent / link).exists()] == []


@pytest.mark.parametrize("document", _DOCUMENTS, ids=_name)
def test_the_commands_in_a_document_work_and_say_the_same_of_a_library_in_a_database(
    document: Path, home: Path, database: Callable[[], DatabaseAddress], request: pytest.FixtureRequest
) -> None:
    lines = _commands(document.read_text("utf-8"))
    if not lines:
        return
    if any(_IN_A_STORE in line for line in lines):
        request.getfixturevalue("bucket")
        Bucket("my-bucket").put("photos/2024/cat.jpg", (home / "Pictures/2024/1.jpg").read_bytes())
    # What is exported and written beside photos changes, too. Links keep the files' numbers.
    kept = home.with_name("kept")
    shutil.copytree(
        home, kept, symlinks=True, copy_function=os.link, ignore=shutil.ignore_patterns("library")
    )
    try:
        said = _all_said(lines, _name(document), home, home / "library")
    finally:
        shutil.rmtree(home)
        kept.rename(home)
    shutil.copytree(home / "library-before", home / "library")
    again = _all_said(lines, _name(document), home, database())
    for line, in_folder, in_database in zip(lines, said, again, strict=True):
        assert in_database == in_folder, line


def _all_said(lines: list[str], name: str, home: Path, library: Path | DatabaseAddress) -> list[list[str]]:
    """Return what lines say about a library, but for where it is, when that was and how long it took.

    Of what goes on until Ctrl-C nothing is returned: how far it came depends on when that was.
    """
    own = {"HOME": str(home)}
    _choose_a_model(name, library, own)
    caches = parsed(person_here(library, **own)("status", "--json"))["caches"]
    places = [f"{caches}/catalog.sqlite", caches, str(library)]
    if isinstance(library, DatabaseAddress):
        places.append(library.url)
    said = []
    for line in lines:
        printed = _type(line, home, library)
        for place in places:
            printed = printed.replace(place, "LIBRARY")
        kept = [one for one in _PASSING.sub("…", printed).splitlines() if not one.startswith("caches  ")]
        said.append([] if _goes_on(line) else kept)
    return said


def _helped(group: Group = PHOTOSEEK, name: str = "photoseek") -> Iterator[str]:
    for word, one in group.commands.items():
        if isinstance(one, Group):
            yield from _helped(one, f"{name} {word}")
        else:
            yield f"{name} {word}"


@pytest.mark.parametrize("name", list(_helped()))
def test_help_shows_examples_that_work(name: str, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*name.split()[1:], "--help"]) == 0
    shown = capsys.readouterr().out
    assert shown.split()[:2] == ["Usage:", "photoseek"]
    examples = _examples(shown)
    assert examples
    _choose_a_model(name, home / "library", {})
    for line in examples:
        _type(line, home)


def _choose_a_model(name: str, library: Path | DatabaseAddress, own: dict[str, str]) -> None:
    if name in _ASKS_A_REAL_MODEL:
        person_here(library, **own)("models", "use", EMBEDDED.name)


@pytest.mark.parametrize(
    "group", ["", "roots", "tag", "vocabulary", "album", "people", "sidecars", "models", "service", "library"]
)
def test_help_of_a_group_shows_examples_that_work(group: str, home: Path) -> None:
    shown = _type(f"photoseek {group} --help", home)
    assert shown.split()[:2] == ["Usage:", "photoseek"]
    for line in _examples(shown):
        _type(line, home)


def _examples(shown: str) -> list[str]:
    return _commands(shown.partition("  Examples:\n")[2].partition("\n\n")[0])


def _commands(text: str) -> list[str]:
    """Give the lines that a person could type, but for those that would download weights."""
    lines = [line.strip().removeprefix("$ ") for line in text.splitlines()]
    typed = [re.split(r"\s+#\s", line)[0] for line in lines if re.match(r"photoseek [a-z]+", line)]
    return [line for line in typed if _NEEDS_A_DOWNLOAD not in line]


def _goes_on(line: str) -> str | None:
    """Return what a command says when it is under way, if it goes on until Ctrl-C."""
    return None if "--help" in line else _GOES_ON.get(" ".join(line.split()[:2]))


def _type(line: str, home: Path, library: Path | DatabaseAddress | None = None) -> str:
    """Run a line as the person's shell would, and end what would go on for ever as they would, with Ctrl-C."""
    scripts = str(Path(sys.executable).parent)
    # No browser is opened.
    own = {"HOME": str(home), "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}", "BROWSER": "true"}
    library = library or home / "library"
    environment = environment_for(library) | own
    if line.partition("#")[0].strip() in _TYPED_INTO:
        return subprocess.check_output(
            ["bash", "-c", line],  # noqa: S607 (a person's shell)
            cwd=home,
            env=environment,
            input=_TYPED_INTO[line.partition("#")[0].strip()],
            encoding="utf-8",
        )
    goes_on = _goes_on(line)
    if line.startswith("photoseek serve") and goes_on:
        line = re.sub(r" --port \d+|$", " --port 0", line, count=1)  # others may be serving
    # What the environment says of a store would not reach the processes that read photos. Other lines need no
    # process of their own: the shell only splits them.
    if not goes_on and "|" not in line and _IN_A_STORE not in line:
        split = ["bash", "-c", f"photoseek() {{ printf '%s\\0' \"$@\"; }}; {line}"]
        words = subprocess.check_output(split, cwd=home, env=environment, encoding="utf-8")
        with chdir(home):
            ran = person_here(library, **own)(*words.split("\0")[:-1])
        return ran.stdout + ran.stderr
    running = subprocess.Popen(
        ["bash", "-o", "pipefail", "-c", line if "|" in line else f"exec {line}"],  # noqa: S607 (a person's shell)
        cwd=home,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE if line.startswith("photoseek watch") else subprocess.STDOUT,
        encoding="utf-8",
    )
    if goes_on:
        saying = running.stderr or running.stdout
        assert saying is not None
        while goes_on not in (said := saying.readline()):
            assert said, f"{line} ended early"
        running.send_signal(signal.SIGINT)
    printed, _ = running.communicate(timeout=_PATIENCE_S)
    assert running.returncode == 0, f"{line}\n{printed}"
    return printed
