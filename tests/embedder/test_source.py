"""A model stays what it was made of: no file that a person gave for it is forgotten on the way."""

from collections.abc import Callable
from pathlib import Path

import pytest

from photoseek.embedder import Embedder, ModelNotUsable, ModelSource, name_of
from photoseek.indexer.models.choice import open_known, remembered
from photoseek.searcher.search import Searcher
from photoseek.storage import Library, Model
from tests.embedder.tiny_model import tiny_weights

_ARCHITECTURE = "ViT-Tiny-Foreign"


def _by_the_searcher(library: Library, _: Model) -> Embedder:
    return Searcher(library).embedder


@pytest.mark.slow
@pytest.mark.parametrize("opened", [_by_the_searcher, open_known])
def test_a_model_whose_compiled_files_are_gone_is_made_with_its_own_tokenizer(
    library: Library, tmp_path: Path, opened: Callable[[Library, Model], Embedder]
) -> None:
    pytest.importorskip("open_clip")
    weights = tiny_weights(tmp_path, _ARCHITECTURE, hf_tokenizer_name="somebody/nowhere")
    tokenizer = tmp_path / "own.json"
    tokenizer.write_text("read, and refused, before anything is compiled")
    with library.catalog.write() as transaction:
        name = name_of(ModelSource(_ARCHITECTURE, weights))
        model = transaction.models.add(name, 32, str(weights), str(tokenizer))
        transaction.models.use(model)
    with pytest.raises(ModelNotUsable, match=f"the tokenizer of {_ARCHITECTURE} can't be read"):
        opened(library, model)


def test_what_is_not_named_again_is_as_it_was_when_the_model_was_added(
    library: Library, tmp_path: Path
) -> None:
    weights, moved, tokenizer = tmp_path / "own.pt", tmp_path / "moved.pt", tmp_path / "own.json"
    weights.write_bytes(b"weights")
    moved.write_bytes(b"weights")
    name = name_of(ModelSource("ViT-B-16-SigLIP", weights))
    with library.catalog.write() as transaction:
        transaction.models.add(name, 4, str(weights), str(tokenizer))
    whole = ModelSource(name, weights, tokenizer)
    assert remembered(library, ModelSource(name)) == whole
    assert remembered(library, ModelSource("ViT-B-16-SigLIP", moved)) == ModelSource(
        "ViT-B-16-SigLIP", moved, tokenizer
    )
    other = tmp_path / "other.json"
    assert remembered(library, ModelSource(name, tokenizer=other)) == ModelSource(name, weights, other)
    assert remembered(library, ModelSource("ViT-B-32/never-added")) == ModelSource("ViT-B-32/never-added")
