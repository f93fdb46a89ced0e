"""What is kept as `tokenizer.json` gives open_clip's own token ids."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, pre_tokenizers

from photoseek.embedder import ModelNotUsable
from photoseek.embedder.open_clip.tokenizer_file import keep_tokenizer

pytestmark = pytest.mark.slow
Ids = Callable[[list[str]], Any]


@pytest.fixture(scope="module", autouse=True)
def theirs() -> Ids:
    open_clip = pytest.importorskip("open_clip")  # not above: it loads torch
    return open_clip.get_tokenizer("ViT-B-32")


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Tokenizer:
    file = tmp_path_factory.mktemp("tokenizer") / "tokenizer.json"
    keep_tokenizer("ViT-B-32", None, file, shortened=False)
    return Tokenizer.from_file(str(file))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "A dog’s “life”",
        "don't YOU'LL",
        "cats &amp; dogs",
        "a_b-c…d",
        "１２３",
        "собака 犬と猫 🐕",
        "dog " * 200,
    ],
)
def test_clips_own_texts_get_open_clips_ids(ours: Tokenizer, theirs: Ids, text: str) -> None:
    assert ours.encode(text).ids == theirs([text])[0].tolist()


# Letters whose lower case depends on their neighbours, and what ftfy mends in text that was decoded wrongly, are
# left to open_clip.
@given(text=st.text(st.characters(codec="ascii", exclude_categories=["Cc"], exclude_characters="&")))
def test_any_plain_text_gets_open_clips_ids(ours: Tokenizer, theirs: Ids, text: str) -> None:
    assert ours.encode(text).ids == theirs([text])[0].tolist()


def test_a_given_tokenizer_is_cleaned_padded_and_truncated_as_open_clip_does(tmp_path: Path) -> None:
    words = ["<pad>", "<eos>", "[UNK]", "dog", "s", "life"]
    given_file = Tokenizer(models.WordLevel({word: n for n, word in enumerate(words)}, "[UNK]"))
    given_file.pre_tokenizer = pre_tokenizers.Whitespace()
    given_file.save(str(tmp_path / "given.json"))
    keep_tokenizer("ViT-B-32-SigLIP2-256", tmp_path / "given.json", tmp_path / "kept.json", shortened=False)
    ids = Tokenizer.from_file(str(tmp_path / "kept.json")).encode("DOG’s, life!").ids
    assert ids == [words.index(word) for word in ("[UNK]", "life")] + [0] * 62
    (tmp_path / "tokenizer_config.json").write_text(json.dumps({"pad_token": {"content": "<eos>"}}))
    keep_tokenizer("ViT-B-32-SigLIP2-256", tmp_path / "given.json", tmp_path / "kept.json", shortened=False)
    assert Tokenizer.from_file(str(tmp_path / "kept.json")).encode("life").ids == [5] + [1] * 63


def test_a_tokenizer_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "none.json").write_text("{}")
    with pytest.raises(ModelNotUsable, match="--tokenizer"):
        keep_tokenizer(
            "ViT-B-32-SigLIP2-256", tmp_path / "none.json", tmp_path / "kept.json", shortened=False
        )
