import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from photoseek.embedder.other_languages import (
    BUCKETS,
    DamagedLanguages,
    OtherLanguages,
    hashes_of,
    parts_of,
    words_of,
)


@pytest.fixture(scope="module")
def languages(tmp_path_factory) -> OtherLanguages:
    path = tmp_path_factory.mktemp("languages") / "other_languages.npz"
    rng = np.random.default_rng(3)
    np.savez(
        path,
        table=rng.integers(-127, 128, (BUCKETS, 8)).astype(np.int8),
        table_scale=np.full((BUCKETS, 1), 0.01, np.float16),
        in_weight=rng.normal(size=(16, 8)).astype(np.float16),
        in_bias=np.zeros(16, np.float16),
        out_weight=rng.normal(size=(12, 16)).astype(np.float16),
        out_bias=np.zeros(12, np.float16),
        line_weight=rng.normal(size=(12, 8)).astype(np.float16),
        other=np.unique(hashes_of(["hund", "am", "strand", "die"])),
        english=np.unique(hashes_of(["dog", "a", "strand", "am", "die", "beach"])),
    )
    return OtherLanguages(path)


def test_words_that_only_another_language_has_tell_it_from_english(languages) -> None:
    assert languages.reads("Hund am Strand")
    assert languages.reads("HUND")
    assert not languages.reads("a dog on the beach")


def test_a_word_of_both_languages_decides_nothing(languages) -> None:
    assert not languages.reads("die")
    assert not languages.reads("am strand")


def test_an_unknown_word_is_left_to_the_english_tower(languages) -> None:
    assert not languages.reads("xylograph")
    assert not languages.reads("")
    assert not languages.reads("2019!")


def test_ideographs_are_read_whatever_stands_beside_them(languages) -> None:
    assert languages.reads("狗")
    assert languages.reads("a 狗")


def test_a_run_of_ideographs_gives_each_and_each_two() -> None:
    assert words_of("在沙滩beach") == ["在沙滩", "beach"]
    assert len(parts_of("在沙滩")) == 5


def test_case_and_compatibility_forms_make_no_difference() -> None:
    assert parts_of("ＨＵＮＤ").tolist() == parts_of("hund").tolist()


@pytest.mark.slow
@given(st.text(max_size=60))
def test_any_text_is_embedded_as_a_finite_vector(languages, text) -> None:
    (vector,) = languages.embed([text])
    assert vector.shape == (12,)
    assert np.isfinite(vector).all()
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5) or not vector.any()


def test_texts_embedded_together_are_embedded_as_each_alone(languages) -> None:
    texts = ["Hund am Strand", "", "狗"]
    together = languages.embed(texts)
    assert np.allclose(together, np.concatenate([languages.embed([text]) for text in texts]), atol=1e-6)


def test_a_missing_file_is_said_when_it_is_needed(tmp_path) -> None:
    with pytest.raises(DamagedLanguages, match="other_languages"):
        OtherLanguages(tmp_path / "other_languages.npz").reads("Hund")


def test_damaged_bytes_are_never_taken_for_a_vector(languages, tmp_path) -> None:
    damaged = tmp_path / "other_languages.npz"
    content = bytearray(languages.path.read_bytes())
    content[len(content) // 3] ^= 0xFF
    damaged.write_bytes(content)
    with pytest.raises(DamagedLanguages):
        OtherLanguages(damaged).embed(["Hund"])
