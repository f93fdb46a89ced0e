"""The next photoseek: today's, but another model ships, with the text side of today's."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import openvino
from openvino import opset13 as operations

from photoseek.embedder import EMBEDDED
from photoseek.searcher.scoring.background import BackgroundCache, stored_captions
from tests.end_to_end.person import Photoseek, as_expected, environment_for

NEXT = "photoseek-next"
_ROOT = Path(__file__).resolve().parents[2]


def next_release(folder: Path) -> Path:
    """Link to today's packages from `folder`; the next model finds last what today's finds first."""
    package = folder / "photoseek"
    _link_all(_ROOT / "photoseek", package)
    for room in ("indexer", "searcher", "storage", "embedder"):
        _link_all(_ROOT / room, package / room)
    models = package / "embedder" / "models.py"
    text = models.read_text("utf-8").replace(f'"{EMBEDDED.name}"', f'"{NEXT}"')
    models.unlink()
    models.write_text(text, "utf-8")
    embedded = package / "embedder" / "embedded"
    give_another_text_head(embedded)
    _embed_the_background(package / "searcher" / "scoring")
    return folder


def person_of(release: Path, library: Path) -> Photoseek:
    """Give what runs that photoseek over one library."""

    def run(*arguments: object, code: int = 0) -> subprocess.CompletedProcess[str]:
        ran = subprocess.run(
            [sys.executable, "-m", "photoseek", *map(str, arguments)],
            cwd=release,  # where `-m` looks first
            env=environment_for(library),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        return as_expected(ran, code)

    return run


def _link_all(source: Path, target: Path) -> None:
    for path in source.rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            link = target / path.relative_to(source)
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(path)


def give_another_text_head(embedded: Path) -> None:
    """Make the model in a folder the next: its texts point the other way, and today's text side stays beside."""
    parsed = json.loads((embedded / "model.json").read_text("utf-8"))
    earlier = {EMBEDDED.name: {"dimension": parsed["dimension"], "output": EMBEDDED.name}}
    graph = openvino.Core().read_model(embedded / "texts.xml")
    known = set(parsed.get("predecessors", {}))
    (today,) = (output.get_node() for output in graph.outputs if not output.get_names() & known)
    vectors = today.input_value(0)
    before = operations.multiply(vectors, np.float32(1))
    before.output(0).set_names({EMBEDDED.name})
    results = [operations.result(operations.multiply(vectors, np.float32(-1))), operations.result(before)]
    made = openvino.Model(results, graph.get_parameters())
    parsed = {name: parsed[name] for name in parsed.keys() - {"sha256", "text_sums", "known_text"}}
    parsed |= {"id": NEXT, "predecessors": earlier}
    for name in ("model.json", "texts.xml", "texts.bin"):
        (embedded / name).unlink()
    openvino.save_model(made, embedded / "texts.xml", compress_to_fp16=False)
    (embedded / "model.json").write_text(json.dumps(parsed), "utf-8")


def _embed_the_background(searcher: Path) -> None:
    rows = np.load(BackgroundCache(searcher, EMBEDDED.name).shipped)
    name = BackgroundCache(searcher, NEXT, stored_captions()).shipped.name
    np.save(searcher / name, -rows)
