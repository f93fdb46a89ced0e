"""What holds for every model: unit vectors, prompts around labels, and words it can't read."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from photoseek.embedder import FakeEmbedder, UnreadableText
from photoseek.embedder.protocol import unit_length
from photoseek.embedder.writing_systems import unreadable

_LATIN = frozenset({"LATIN"})


@given(
    rows=st.lists(st.lists(st.floats(-1e6, 1e6, width=32), min_size=3, max_size=3), min_size=1, max_size=5)
)
def test_unit_length_keeps_directions_and_leaves_zeros(rows: list[list[float]]) -> None:
    vectors = np.array(rows, np.float32)
    lengths = np.linalg.norm(unit_length(vectors), axis=1)
    zero = np.linalg.norm(vectors, axis=1) < 1e-30
    assert np.allclose(lengths[~zero], 1, atol=1e-4)
    assert (np.sign(unit_length(vectors)) * np.sign(vectors) >= 0).all()


def test_a_tiny_vector_is_scaled_to_length_1_too() -> None:
    assert np.linalg.norm(unit_length(np.array([[0, 0, 1.37e-22]], np.float32))) == pytest.approx(1)


def test_the_fake_model_sees_the_colours_it_reads() -> None:
    fake = FakeEmbedder()
    red = np.full((1, 32, 32, 3), (220, 30, 30), np.uint8)
    similarities = fake.embed_photos(red) @ fake.embed_texts(["red", "blue", "green"]).T
    assert similarities.argmax() == 0


def test_labels_are_the_mean_of_their_prompts() -> None:
    fake = FakeEmbedder()
    assert fake.embed_labels(["red", "blue"]) == pytest.approx(
        fake.embed_texts(["a red photo", "a blue photo"])
    )


@pytest.mark.parametrize("text", ["собака", "犬", "🐕", "כלב", "🐕 犬"])
def test_text_in_another_script_is_refused_by_name(text: str) -> None:
    with pytest.raises(UnreadableText, match="can't read"):
        FakeEmbedder().embed_question(text)


@pytest.mark.parametrize("text", ["dog", "café", "2024", "dog 🐕", "a dog called Собака", "!?"])
def test_text_that_is_readable_in_part_is_asked(text: str) -> None:
    assert FakeEmbedder().embed_question(text).shape == (49,)


@given(text=st.text())
def test_what_is_unreadable_is_part_of_the_text(text: str) -> None:
    unread, _ = unreadable(text, _LATIN)
    assert all(character in text for character in unread)
    assert unreadable(text, None) == ([], False)
