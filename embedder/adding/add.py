"""Adding a model: load it with torch once, compile it, and measure what runs it fastest on this machine."""

import json
import logging
import os
import shutil
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np

from photoseek.embedder.adding.added_model import CACHE, FACTS, AddedEmbedder, folder_of
from photoseek.embedder.adding.runtimes import (
    MEASURED_PHOTOS,
    OPENVINO_F32,
    OPENVINO_INT8,
    Measured,
    Runtime,
    candidates,
    fastest,
    stand_in_photos,
)
from photoseek.embedder.adding.trials import NotUsableHere, Trials, capabilities, quantised_apart
from photoseek.embedder.errors import ModelNotUsable
from photoseek.embedder.known_vectors import note_checks
from photoseek.embedder.openvino.core import has_amx
from photoseek.embedder.preprocess import Pixels, Preprocess
from photoseek.embedder.protocol import ModelFacts
from photoseek.embedder.source import ModelSource

# Returns some of the person's own photos, preprocessed for a model; none if there are none.
SomePhotos = Callable[[Preprocess], list[Pixels]]
OnProgress = Callable[[str], object]

_SOME_TEXTS = ("a cat", "two children play football in a muddy field while it rains, 1987", "x " * 200)

_LOG = logging.getLogger(__name__)


def add(  # noqa: PLR0913 (a model, its folder, photos to fit it to, and a callback)
    name: str,
    source: ModelSource,
    cache_folder: Path,
    some_photos: SomePhotos = lambda _: [],
    on_progress: OnProgress = _LOG.warning,
    *,
    exact: bool = False,
) -> AddedEmbedder:
    """Compile a model and measure which runtime is fastest here; `on_progress` gets a line for each step.

    With `exact`, photos are embedded in float32, even if that is slow. Raises UnknownModel or ModelNotUsable.
    """
    target = folder_of(name, cache_folder)
    making = target.with_name(f".{target.name}.{os.getpid()}")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True)
    try:
        _make(name, source, making, some_photos, on_progress, exact=exact)
        shutil.rmtree(target, ignore_errors=True)
        making.rename(target)
    finally:
        shutil.rmtree(making, ignore_errors=True)
    added = AddedEmbedder(target)
    added.get_ready()  # OpenVINO's compiled graphs are stored, so that opening it later is fast
    added.embed_texts([""])
    return added


def _make(  # noqa: PLR0913 (as `add`)
    name: str,
    source: ModelSource,
    making: Path,
    some_photos: SomePhotos,
    on_progress: OnProgress,
    *,
    exact: bool,
) -> None:
    from photoseek.embedder.adding.convert import can_quantise, convert
    from photoseek.embedder.open_clip.model import OpenClipEmbedder
    from photoseek.embedder.open_clip.tokenizer_file import keep_tokenizer

    on_progress("loading the weights with torch, once")
    theirs = OpenClipEmbedder(source.architecture, source.pretrained, source.weights)
    on_progress("compiling for OpenVINO")
    tokenizer = making / "tokenizer.json"
    keep_tokenizer(source.architecture, source.tokenizer, tokenizer, shortened=theirs.shortens_texts)
    convert(theirs, making)
    photos = some_photos(theirs.facts.preprocess)
    own = len(photos) >= MEASURED_PHOTOS
    if own and can_quantise() and not exact:
        on_progress(f"fitting int8 to {len(photos)} of your photos")
        try:
            quantised_apart(making, np.stack(photos))
        except NotUsableHere as why:
            on_progress(f"int8 can't be fitted here: {why}")
    measured_on = np.stack(photos[:MEASURED_PHOTOS]) if own else stand_in_photos(theirs.facts.preprocess.size)
    expected = theirs.embed_photos(measured_on)
    facts = replace(theirs.facts, model_id=name)
    del theirs  # frees its memory for the trials
    quantised = (making / f"{OPENVINO_INT8.photo_graph}.xml").exists()
    runtimes = [OPENVINO_F32] if exact else candidates(capabilities(), quantised=quantised, amx=has_amx())
    choose_runtime(making, source, facts, Trials(measured_on, expected), runtimes, on_progress)
    _choose_for_questions(making)
    note_checks(making, lambda: AddedEmbedder(making))
    # It has OpenVINO's compiled graphs of each runtime that was tried, and of the texts at their old path.
    shutil.rmtree(making / CACHE, ignore_errors=True)


def choose_runtime(  # noqa: PLR0913 (as `add`)
    making: Path,
    source: ModelSource,
    facts: ModelFacts,
    trials: Trials,
    runtimes: list[Runtime],
    on_progress: OnProgress,
) -> None:
    """Try each runtime on photos with known vectors, and store the fastest that works and agrees."""
    tried: list[tuple[Runtime, Measured]] = []
    for runtime in runtimes:
        _write_facts(making, source, facts, runtime, [])
        try:
            measured = trials.measured(making)
        except NotUsableHere as why:
            on_progress(f"{runtime.name}: not usable here: {why}")
            continue
        on_progress(f"{runtime.name}: {measured.photos_a_second:.3g} photos/s, cosine {measured.cosine:.4f}")
        tried.append((runtime, measured))
    chosen = fastest(tried)
    for graph in {runtime.photo_graph for runtime in runtimes} - {chosen.photo_graph}:
        for file in making.glob(f"{graph}.*"):
            file.unlink()
    _write_facts(making, source, facts, chosen, [measured for _, measured in tried])


def _choose_for_questions(making: Path) -> None:
    """Let NumPy embed questions if its vectors agree with OpenVINO's and it is faster in a new process."""
    path = making / FACTS
    by_openvino = path.read_text("utf-8")
    expected = AddedEmbedder(making).embed_texts(_SOME_TEXTS)  # which leaves the compiled graph in its cache
    began = time.perf_counter()
    AddedEmbedder(making).embed_texts(_SOME_TEXTS[:1])
    to_beat = time.perf_counter() - began
    path.write_text(
        json.dumps({**json.loads(by_openvino), "questions_by": "numpy"}, indent=2) + "\n", "utf-8"
    )
    added = AddedEmbedder(making)
    try:
        began = time.perf_counter()
        added.embed_question(_SOME_TEXTS[0])
        sooner = time.perf_counter() - began < to_beat
        found = [added.embed_question(text) for text in _SOME_TEXTS]
    except ModelNotUsable:  # it has operations that `plain_operations` lacks
        sooner = False
    if not sooner or (np.stack(found) * expected).sum(axis=1).min() < OPENVINO_F32.agrees_at:
        path.write_text(by_openvino, "utf-8")


def _write_facts(
    folder: Path, source: ModelSource, facts: ModelFacts, runtime: Runtime, measured: list[Measured]
) -> None:
    written = {
        "id": facts.model_id,
        "dimension": facts.dimension,
        "photo_size": facts.preprocess.size,
        "resize": facts.preprocess.resize,
        "interpolation": facts.preprocess.interpolation,
        "logit_scale": facts.logit_scale,
        "scripts": None if facts.scripts is None else sorted(facts.scripts),
        "templates": facts.templates,
        "photo_graph": runtime.photo_graph,
        "photo_precision": runtime.photo_precision,
        "text_precision": "f32",
        "amx": runtime.amx,
        "source": {
            "weights": source.weights and str(source.weights.absolute()),
            "tokenizer": source.tokenizer and str(source.tokenizer.absolute()),
        },
        "runtime": asdict(runtime),
        "measured": [asdict(one) for one in measured],
    }
    (folder / FACTS).write_text(json.dumps(written, indent=2) + "\n", "utf-8")
