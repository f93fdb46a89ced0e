"""A model as two OpenVINO graphs with a tokenizer: what answers questions without torch."""

import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from threading import local
from typing import Any

import numpy as np
from numpy.typing import NDArray

from photoseek.embedder.checksums import drop_compiled, drop_unsealed, seal_compiled
from photoseek.embedder.errors import ModelNotUsable
from photoseek.embedder.known_vectors import TEXT, Checks, agree, picture
from photoseek.embedder.openvino.core import openvino, processor, safe_precision
from photoseek.embedder.openvino.plain_graph import DamagedWeights, PlainGraph
from photoseek.embedder.other_languages import FILE_NAME, DamagedLanguages, OtherLanguages
from photoseek.embedder.preprocess import Pixels, Preprocess
from photoseek.embedder.protocol import Embedder, ModelFacts, Vectors
from photoseek.embedder.shipped import FOLDER, predecessors_of

EMBEDDED_FOLDER = FOLDER
# Photos in one inference: enough to keep the cores busy, few enough to stay in tens of megabytes.
BATCH_PHOTOS = 4
_TEXTS_A_BATCH = 64
# From so many texts on a tower of its own is worth its start: it runs several batches side by side.
_MANY_TEXTS = 512

Known = Callable[[Any], bool]  # whether a compiled tower gives the vector that the model's facts note


class CompiledEmbedder(Embedder):
    """Runs `photos.xml` and `texts.xml` of a model folder; each is compiled when first needed."""

    def __init__(
        self,
        folder: Path,
        cache_folder: Path,
        remedy: str = "install photoseek again",
        *,
        predecessor: str | None = None,
    ) -> None:
        """Read the model's facts; compiled graphs are kept in `cache_folder`, which may be deleted.

        With `predecessor`, it embeds texts as that earlier model did, and no photos. Raises ModelNotUsable, which
        names the `remedy`, where the folder is not whole.
        """
        self._folder = folder
        self._cache_folder = cache_folder
        self._remedy = remedy
        try:
            model_json = json.loads((folder / "model.json").read_text("utf-8"))
            earlier = predecessors_of(model_json)
            self._successor: str | None = None
            self._text_output: str | None = None  # None: the one that is no predecessor's
            self._earlier_outputs = frozenset(one["output"] for one in earlier.values())
            if predecessor is not None:
                self._successor = model_json["id"]
                self._text_output = earlier[predecessor]["output"]
                model_json |= {
                    "known_photo": None,
                    "known_text": None,
                    **earlier[predecessor],
                    "id": predecessor,
                }
            facts = ModelFacts(
                model_id=model_json["id"],
                dimension=model_json["dimension"],
                preprocess=Preprocess(
                    model_json["photo_size"], model_json["resize"], model_json["interpolation"]
                ),
                logit_scale=model_json["logit_scale"],
                templates=tuple(model_json["templates"]),
                scripts=model_json["scripts"]
                and frozenset(script.upper() for script in model_json["scripts"]),
            )
            self._photo_graph: str = model_json.get("photo_graph", "photos")
            # None: the processor's best.
            self._photo_precision: str | None = model_json.get("photo_precision")
            self._text_precision: str | None = model_json.get("text_precision")
            self._may_use_amx: bool = model_json.get("amx", False)
            self._questions_by: str = model_json.get("questions_by", "openvino")
            self._checks = Checks(folder, model_json)
            self._other_languages = (
                OtherLanguages(folder / FILE_NAME)
                if model_json.get("other_languages", False) and predecessor is None
                else None
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise ModelNotUsable(f"the model in {folder} is not whole ({error}): {remedy}") from error
        self._of_thread = local()
        super().__init__(facts)

    def damaged_files(self) -> list[Path]:
        """Return the model's files that are not what was noted when it was made; reads them all."""
        return self._checks.damaged()

    def get_ready(self) -> None:
        """Compile the photo tower, or read what was compiled before. Raises ModelNotUsable where there is none."""
        self._refuse_photos()
        _ = self._threads  # which need it

    def embed_photos(self, batch: Pixels) -> Vectors:
        """Embed (n, size, size, 3) uint8 RGB photos as (n, dimension) float32, unit length.

        Raises ModelNotUsable for an earlier model of which only the text side is carried.
        """
        self._refuse_photos()
        some = (batch[start : start + BATCH_PHOTOS] for start in range(0, len(batch), BATCH_PHOTOS))
        found = list(self._threads.map(self._embed_some, some))
        return np.concatenate(found) if found else np.empty((0, self.facts.dimension), np.float32)

    def _refuse_photos(self) -> None:
        if self._successor is not None:
            raise ModelNotUsable(
                f"{self.facts.model_id} still answers questions but embeds no photos any more: "
                f"`photoseek index` embeds them with its successor, {self._successor}"
            )

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
        foreign = [number for number, text in enumerate(texts) if self._is_in_another_language(text)]
        if foreign:
            vectors[foreign] = self._by_other_languages([texts[number] for number in foreign])
        own = sorted(set(range(len(texts))).difference(foreign))
        if own:
            vectors[own] = self._by_batches([texts[number] for number in own])
        return vectors

    def _by_batches(self, texts: Sequence[str]) -> Vectors:
        # Texts of one length together: a batch is padded to its longest.
        lengths = [sum(one.attention_mask) for one in self._tokenizer.encode_batch(texts)]
        order = np.argsort(lengths, kind="stable")
        batches = [order[start : start + _TEXTS_A_BATCH] for start in range(0, len(order), _TEXTS_A_BATCH)]
        tower = self._text_tower if len(texts) < _MANY_TEXTS else self._tower_of_many_texts
        at_once = min(len(batches), tower.get_property("OPTIMAL_NUMBER_OF_INFER_REQUESTS"))
        vectors = np.empty((len(texts), self.facts.dimension), np.float32)

        def embed(its_batches: Sequence[NDArray[np.intp]]) -> None:
            request = tower.create_infer_request()
            for batch in its_batches:
                vectors[batch] = self._by_tower(request, [texts[number] for number in batch])

        if at_once == 1:
            embed(batches)
        else:
            with ThreadPoolExecutor(at_once, thread_name_prefix="embed") as threads:
                list(threads.map(embed, [batches[first::at_once] for first in range(at_once)]))
        return vectors

    def embed_question(self, text: str) -> Vectors:
        """Embed one text as (dimension,) float32, unit length: by NumPy, where that computes the same.

        To load OpenVINO takes longer than to answer. Raises UnreadableText if the model can read nothing of it.
        """
        if self._questions_by != "numpy":
            return super().embed_question(text)
        self._refuse_unreadable(text)
        if self._is_in_another_language(text):
            vector: Vectors = self._by_other_languages([text])[0]
            return vector
        encoded = self._tokenizer.encode(text)
        try:
            vector = self._plain_texts(np.array([encoded.ids]), np.array([encoded.attention_mask]))[0]
        except DamagedWeights as error:
            raise ModelNotUsable(self._damaged("texts.bin")) from error
        return vector

    def _prompts(self, label: str) -> list[str]:
        """Return the prompts around a label; one in another language stands alone, for they are English."""
        if self._is_in_another_language(label):
            return [label] * len(self.facts.templates)
        return super()._prompts(label)

    def _is_in_another_language(self, text: str) -> bool:
        try:
            return self._other_languages is not None and self._other_languages.reads(text)
        except DamagedLanguages as error:
            raise ModelNotUsable(self._damaged(FILE_NAME)) from error

    def _by_other_languages(self, texts: Sequence[str]) -> Vectors:
        try:
            return (
                self._other_languages.embed(texts) if self._other_languages else np.empty((0, 0), np.float32)
            )
        except DamagedLanguages as error:
            raise ModelNotUsable(self._damaged(FILE_NAME)) from error

    @cached_property
    def _photo_tower(self) -> Any:  # noqa: ANN401 (OpenVINO's call returns its own mapping)
        size = self.facts.preprocess.size
        # Several inferences side by side, each on few cores, rather than one on all: beside the threads that
        # decode, a layer that waits for every core waits for the slowest.
        return self._compile(
            self._photo_graph,
            (BATCH_PHOTOS, size, size, 3),
            "THROUGHPUT",
            self._photo_precision,
            self._knows_photo,
        )

    @cached_property
    def _threads(self) -> ThreadPoolExecutor:
        """As many as inferences that run side by side: one call's end leaves room for another's."""
        at_once = self._photo_tower.get_property("OPTIMAL_NUMBER_OF_INFER_REQUESTS")
        return ThreadPoolExecutor(at_once, thread_name_prefix="embed")

    @cached_property
    def _text_tower(self) -> Any:  # noqa: ANN401 (as above)
        return self._compile("texts", None, "LATENCY", self._text_precision, self._knows_text)

    @cached_property
    def _tower_of_many_texts(self) -> Any:  # noqa: ANN401 (as above)
        return self._compile("texts", None, "THROUGHPUT", self._text_precision, self._knows_text)

    @cached_property
    def _plain_texts(self) -> PlainGraph:
        try:
            self._refuse_damaged("texts.xml")
            return PlainGraph(
                self._folder / "texts.xml", self._checks.text_sums, self._text_output, self._earlier_outputs
            )
        except (OSError, ValueError) as error:
            raise ModelNotUsable(f"the model in {self._folder} can't be loaded: {self._remedy}") from error

    @cached_property
    def _tokenizer(self) -> Any:  # noqa: ANN401 (tokenizers ships no types)
        from tokenizers import Tokenizer

        try:
            self._refuse_damaged("tokenizer.json")
            return Tokenizer.from_file(str(self._folder / "tokenizer.json"))
        except ModelNotUsable:
            raise
        except Exception as error:  # its own errors have no narrower type
            raise ModelNotUsable(f"the tokenizer in {self._folder} can't be read: {self._remedy}") from error

    def _compile(
        self, tower: str, shape: tuple[int, ...] | None, hint: str, precision: str | None, known: Known
    ) -> Any:  # noqa: ANN401 (as above)
        """Compile a graph, or load what was compiled of it before, and see that it gives the `known` vector."""
        settings = {"PERFORMANCE_HINT": hint}
        core = processor(amx=self._may_use_amx)
        if (safe := safe_precision(precision)) is not None:
            settings["INFERENCE_PRECISION_HINT"] = safe
        with suppress(UnicodeEncodeError):  # OpenVINO takes no path of other bytes: compiled anew each time
            core.set_property({"CACHE_DIR": str(self._cache_folder).encode().decode()})
        # A folder that can't be written: what is damaged there fails the second check.
        with suppress(OSError):
            drop_unsealed(self._cache_folder)
        path = self._folder / f"{tower}.xml"
        failed: RuntimeError | None = None
        for _ in range(2):
            try:
                graph: Any = path
                if shape is not None:
                    graph = core.read_model(path)
                    graph.reshape(shape)
                elif self._earlier_outputs:
                    graph = self._with_the_output_asked_for(core.read_model(path))
                compiled = core.compile_model(graph, "CPU", settings)
                if not compiled.get_property("LOADED_FROM_CACHE"):
                    self._refuse_damaged(f"{tower}.xml", f"{tower}.bin")
                if known(compiled):
                    with suppress(OSError):
                        seal_compiled(self._cache_folder)
                    return compiled
            except RuntimeError as error:
                failed = error
            # What is in the cache may be of another OpenVINO, or not be what was written: it is made once more.
            self._forget_compiled()
            core.set_property({"CACHE_DIR": ""})
        if failed is not None:
            raise ModelNotUsable(f"the model in {self._folder} can't be loaded: {self._remedy}") from failed
        raise ModelNotUsable(
            f"the model in {self._folder} gives other vectors here than where it was made: {self._remedy}"
        )

    def _forget_compiled(self) -> None:
        with suppress(OSError):
            for blob in self._cache_folder.glob("*.blob"):
                drop_compiled(blob)

    def _refuse_damaged(self, *names: str) -> None:
        for name in names:
            if not self._checks.is_whole(name):
                self._forget_compiled()
                raise ModelNotUsable(self._damaged(name))

    def _damaged(self, name: str) -> str:
        return f"{name} of the model in {self._folder} is damaged: {self._remedy}"

    def _knows_photo(self, compiled: Any) -> bool:  # noqa: ANN401 (as above)
        if self._checks.photo is None:
            return True
        size = self.facts.preprocess.size
        batch = np.repeat(picture(size)[np.newaxis], BATCH_PHOTOS, axis=0)
        return all(agree(vector, self._checks.photo) for vector in compiled([batch])[0])

    def _knows_text(self, compiled: Any) -> bool:  # noqa: ANN401 (as above)
        return agree(self._by_tower(compiled.create_infer_request(), [TEXT])[0], self._checks.text)

    def _by_tower(self, request: Any, texts: Sequence[str]) -> Vectors:  # noqa: ANN401 (as above)
        encoded = self._tokenizer.encode_batch(texts)
        ids = np.array([one.ids for one in encoded], np.int64)
        mask = np.array([one.attention_mask for one in encoded], np.int64)
        taken = len(request.model_inputs)  # some models find out for themselves what is padding
        vectors: Vectors = request.infer([ids, mask][:taken])[0]
        return vectors

    def _with_the_output_asked_for(self, graph: Any) -> Any:  # noqa: ANN401 (OpenVINO's)
        """Leave the heads of other models out of the text graph, so that nothing is computed for them."""
        for output in graph.outputs:
            names = output.get_names()
            if self._text_output in names or (
                self._text_output is None and not names & self._earlier_outputs
            ):
                return openvino().Model([output.get_node()], graph.get_parameters())
        raise ModelNotUsable(f"the model in {self._folder} lacks {self._text_output}: {self._remedy}")
