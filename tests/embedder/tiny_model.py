"""A model of open_clip's kind, small enough to be converted in a second; its weights are random."""

import json
from pathlib import Path

ARCHITECTURE = "ViT-Tiny-Photoseek"
_CONFIG = {
    "embed_dim": 32,
    "vision_cfg": {"image_size": 64, "layers": 2, "width": 64, "head_width": 16, "patch_size": 16},
    "text_cfg": {"context_length": 24, "vocab_size": 49408, "width": 32, "heads": 2, "layers": 2},
}


def tiny_weights(folder: Path) -> Path:
    """Make open_clip know the architecture, and give a file of weights."""
    import open_clip
    import torch

    (folder / f"{ARCHITECTURE}.json").write_text(json.dumps(_CONFIG))
    open_clip.add_model_config(folder / f"{ARCHITECTURE}.json")
    torch.manual_seed(0)
    weights = folder / "tiny.pt"
    torch.save(open_clip.create_model(ARCHITECTURE, pretrained=None).state_dict(), weights)
    return weights
