"""One ViT-B/32 with random weights, as open_clip and as rclip read it: the arithmetic is that of a trained one.

Runs in open_clip's virtual environment: `random_model.py FOLDER` writes `weights.pt`, and `rclip/` as rclip's
data folder.
"""

import shutil
import sys
from pathlib import Path

import open_clip
import torch
from torch import Tensor, nn

ARCHITECTURE = "ViT-B-32-256"  # rclip's
_RCLIP_FOLDER = "ViT-B-32-256-datacomp_s34b_b86k"
_VOCABULARY = "bpe_simple_vocab_16e6.txt.gz"
_SEED = 0


class _Photos(nn.Module):
    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, photos: Tensor) -> Tensor:
        vectors: Tensor = self.model.encode_image(photos)  # type: ignore[operator]
        return vectors


class _Texts(_Photos):
    def forward(self, tokens: Tensor) -> Tensor:
        vectors: Tensor = self.model.encode_text(tokens)  # type: ignore[operator]
        return vectors


def main() -> None:
    """Write both."""
    folder = Path(sys.argv[1])
    torch.manual_seed(_SEED)
    model = open_clip.create_model(ARCHITECTURE).eval()
    folder.mkdir(parents=True, exist_ok=True)
    torch.save(model.state_dict(), folder / "weights.pt")
    vocabulary = Path(open_clip.__file__).parent / _VOCABULARY
    _for_rclip(model, folder / "rclip", vocabulary)


def _for_rclip(model: nn.Module, folder: Path, vocabulary: Path) -> None:
    inside = folder / _RCLIP_FOLDER
    inside.mkdir(parents=True, exist_ok=True)
    size: int = open_clip.get_model_preprocess_cfg(model)["size"][0]
    towers = {
        "visual": (_Photos(model), torch.zeros(2, 3, size, size)),
        "textual": (_Texts(model), torch.zeros(2, 77, dtype=torch.int64)),
    }
    for name, (tower, example) in towers.items():
        torch.onnx.export(
            tower.eval(),
            (example,),
            inside / f"{name}.onnx",
            input_names=["input"],
            output_names=["output"],
            dynamic_axes={"input": {0: "n"}, "output": {0: "n"}},
            dynamo=False,
        )
    (folder / "tokenizer").mkdir(exist_ok=True)
    shutil.copyfile(vocabulary, folder / "tokenizer" / _VOCABULARY)


if __name__ == "__main__":
    main()
