"""A model as two OpenVINO graphs with a tokenizer: what answers questions without torch."""

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from threading import local
from typing import Any

import numpy as np

from embedder.errors import ModelNotUsable
from embedder.openvino_module import openvino
from embedder.plain_graph import PlainGraph
from embedder.preprocess import Pixels, Preprocess
from embedder.protocol import Embedder, ModelFacts, Vectors

EMBEDDED_FOLDER = Path(__file__).parent / "embedded"
# Photos in one inference: enough to keep the cores busy, few enough to stay in tens of megabytes.
BATCH_PHOTOS = 4
_TEXTS_A_BATCH = 64


class CompiledEmbedder(Embedder):
    """Runs `photos.xml` and `texts.xml` of a model folder; each is compiled when first needed."""

    def __init__(self, folder: Path, cache_folder: Path, remedy: str = "install photoseek again") -> None:
        """Read the model's facts; compiled graphs are kept in `cache_folder`, which may be deleted.

        Raises ModelNotUsable, which names the `remedy`, where the folder is not whole.
        """
        self._folder = folder
        self._cache_folder = cache_folder
        self._remedy = remedy
        try:
            told = json.loads((folder / "model.json").read_text("utf-8"))
            facts = ModelFacts(
                model_id=told["id"],
                dimension=told["dimension"],
                preprocess=Preprocess(told["photo_size"], told["resize"], told["interpolation"]),
                logit_scale=told["logit_scale"],
                templates=tuple(told["templates"]),
                scripts=told["scripts"] and frozenset(script.upper() for script in told["scripts"]),
            )
            self._photo_graph: str = told.get("photo_graph", "photos")
            self._photo_precision: str | None = told.get("photo_precision")  # None: the processor's best
            self._text_precision: str | None = told.get("text_precision")
            self._questions_by: str = told.get("questions_by", "openvino")
        except (OSError, ValueError, KeyError) as error:
            raise ModelNotUsable(f"the model in {folder} is not whole ({error}): {remedy}") from error
        self._of_thread = local()
        super().__init__(facts)

    def get_ready(self) -> None:
        """Compile the photo tower, or read what was compiled before."""
        _ = self._threads  # which need it

    def embed_photos(self, batch: Pixels) -> Vectors:
        """Embed (n, size, size, 3) uint8 RGB photos as (n, dimension) float32, unit length."""
        some = (batch[start : start + BATCH_PHOTOS] for start in range(0, len(batch), BATCH_PHOTOS))
        found = list(self._threads.map(self._embed_some, some))
        return np.concatenate(found) if found else np.empty((0, self.facts.dimension), np.float32)

    def _embed_some(self, photos: Pixels) -> Vectors:
        """Embed a few photos in one inference, on the thread that asks."""
        # A graph of one fixed shape is faster than a flexible one by more than the padding costs.
        padded = np.zeros((BATCH_PHOTOS, *photos.shape[1:]), np.uint8)
        padded[: len(photos)] = photos
        if not hasattr(self._of_thread, "request"):
            self._of_thread.request = self._photo_tower.create_infer_request()
        vectors: Vectors = self._of_thread.request.infer([padded])[0][: len(photos)]
        return vectors.copy()  # what it is a part of is overwritten by the next

    def embed_texts(self, texts: Sequence[str]) -> Vectors:
        """Embed texts as (n, dimension) float32, unit length."""
        vectors = np.empty((len(texts), self.facts.dimension), np.float32)
        # Texts of one length together: a batch is padded to its longest.
        order = sorted(range(len(texts)), key=lambda number: len(texts[number]))
        for start in range(0, len(texts), _TEXTS_A_BATCH):
            some = order[start : start + _TEXTS_A_BATCH]
            encoded = self._tokenizer.encode_batch([texts[number] for number in some])
            ids = np.array([one.ids for one in encoded], np.int64)
            mask = np.array([one.attention_mask for one in encoded], np.int64)
            taken = len(self._text_tower.inputs)  # some models find out for themselves what is padding
            vectors[some] = self._text_tower([ids, mask][:taken])[0]
        return vectors

    def embed_question(self, text: str) -> Vectors:
        """Embed one text as (dimension,) float32, unit length: by NumPy, where that computes the same.

        To load OpenVINO takes longer than to answer. Raises UnreadableText if the model can read nothing of it.
        """
        if self._questions_by != "numpy":
            return super().embed_question(text)
        self._refuse_unreadable(text)
        encoded = self._tokenizer.encode(text)
        vector: Vectors = self._plain_texts(np.array([encoded.ids]), np.array([encoded.attention_mask]))[0]
        return vector

    @cached_property
    def _photo_tower(self) -> Any:  # noqa: ANN401 (OpenVINO's call returns its own mapping)
        size = self.facts.preprocess.size
        # Several inferences side by side, each on few cores, rather than one on all: beside the threads that
        # decode, a layer that waits for every core waits for the slowest.
        return self._compile(
            self._photo_graph, (BATCH_PHOTOS, size, size, 3), "THROUGHPUT", self._photo_precision
        )

    @cached_property
    def _threads(self) -> ThreadPoolExecutor:
        """As many as inferences that run side by side: one call's end leaves room for another's."""
        at_once = self._photo_tower.get_property("OPTIMAL_NUMBER_OF_INFER_REQUESTS")
        return ThreadPoolExecutor(at_once, thread_name_prefix="embed")

    @cached_property
    def _text_tower(self) -> Any:  # noqa: ANN401 (as above)
        return self._compile("texts", None, "LATENCY", self._text_precision)

    @cached_property
    def _plain_texts(self) -> PlainGraph:
        try:
            return PlainGraph(self._folder / "texts.xml")
        except (OSError, ValueError) as error:
            raise ModelNotUsable(f"the model in {self._folder} can't be loaded: {self._remedy}") from error

    @cached_property
    def _tokenizer(self) -> Any:  # noqa: ANN401 (tokenizers ships no types)
        from tokenizers import Tokenizer

        try:
            return Tokenizer.from_file(str(self._folder / "tokenizer.json"))
        except Exception as error:  # its own errors have no narrower type
            raise ModelNotUsable(f"the tokenizer in {self._folder} can't be read: {self._remedy}") from error

    def _compile(self, tower: str, shape: tuple[int, ...] | None, hint: str, precision: str | None) -> Any:  # noqa: ANN401 (as above)
        settings = {"PERFORMANCE_HINT": hint}
        if precision is not None:
            settings["INFERENCE_PRECISION_HINT"] = precision
        core = openvino().Core()
        core.set_property({"CACHE_DIR": str(self._cache_folder)})
        try:
            path = self._folder / f"{tower}.xml"
            if shape is None:
                return core.compile_model(path, "CPU", settings)
            graph = core.read_model(path)
            graph.reshape(shape)
            return core.compile_model(graph, "CPU", settings)
        except RuntimeError as error:
            raise ModelNotUsable(f"the model in {self._folder} can't be loaded: {self._remedy}") from error
