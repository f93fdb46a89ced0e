"""The towers as modules give the vectors that open_clip's own calls give."""

from typing import Any

import pytest

pytestmark = pytest.mark.slow

_VISION = {"image_size": 64, "layers": 3, "width": 64, "head_width": 16, "patch_size": 16}
_TEXT = {"context_length": 24, "vocab_size": 100, "width": 32, "heads": 2, "layers": 1}


@pytest.fixture
def torch() -> Any:  # noqa: ANN401 (a module)
    """Load it for these tests alone: it takes seconds, and every worker reads this file."""
    return pytest.importorskip("torch")


@pytest.fixture
def open_clip() -> Any:  # noqa: ANN401 (as above)
    return pytest.importorskip("open_clip")


@pytest.mark.parametrize(
    "kind",
    [
        {},
        {"pool_type": "avg"},
        {"final_ln_after_pool": True, "ls_init_value": 0.3},
        {"attentional_pool": True, "attn_pooler_queries": 4, "attn_pooler_heads": 4},
        {"qk_norm": True},
        {"image_size": 70},
    ],
    ids=lambda kind: "-".join(kind) or "plain",
)
def test_a_photo_gets_open_clips_vector_though_its_tower_computes_less(
    torch, open_clip, kind: dict[str, object]
) -> None:
    from photoseek.embedder.open_clip.towers import photo_module

    torch.manual_seed(0)
    model = open_clip.CLIP(32, _VISION | kind, _TEXT).eval()
    side = model.visual.image_size[0]
    photos = torch.randint(0, 256, (5, side, side, 3), dtype=torch.uint8)
    pixels = (photos.permute(0, 3, 1, 2) / 255 - 0.5) / 0.25
    with torch.inference_mode():
        theirs = model.encode_image(pixels, normalize=True)
        ours = photo_module(model, (0.5,) * 3, (0.25,) * 3, "float32")(photos)
    assert torch.allclose(ours, theirs, atol=1e-5)


def test_the_last_layer_computes_one_token_where_that_becomes_the_vector(torch, open_clip) -> None:
    from photoseek.embedder.open_clip.towers import photo_module

    model = open_clip.CLIP(32, _VISION, _TEXT).eval()
    computed: list[tuple[int, ...]] = []
    model.visual.transformer.resblocks[-1].mlp.register_forward_hook(
        lambda _module, _given, found: computed.append(tuple(found.shape))
    )
    photo_module(model, (0.5,) * 3, (0.25,) * 3, "float32")(torch.zeros(2, 64, 64, 3, dtype=torch.uint8))
    assert computed == [(2, 1, 64)]
