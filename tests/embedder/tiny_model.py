"""A model of open_clip's kind, small enough to be converted in a second; its weights are random."""

import json
from pathlib import Path

ARCHITECTURE = "ViT-Tiny-Photoseek"
_CONFIG = {
    "embed_dim": 32,
    "vision_cfg": {"image_size": 64, "layers": 2, "width": 64, "head_width": 16, "patch_size": 16},
}
_TEXT = {"context_length": 24, "vocab_size": 49408, "width": 32, "heads": 2, "layers": 2}


def tiny_weights(folder: Path, architecture: str = ARCHITECTURE, **text: str) -> Path:
    """Make open_clip know the architecture, and give a file of weights; `text` is said of its text tower, too."""
    import open_clip
    import torch

    config = _CONFIG | {"text_cfg": _TEXT | text}
    (folder / f"{architecture}.json").write_text(json.dumps(config))
    open_clip.add_model_config(folder / f"{architecture}.json")
    torch.manual_seed(0)
    weights = folder / "tiny.pt"
    torch.save(open_clip.create_model(architecture, pretrained=None).state_dict(), weights)
    return weights
