"""What a person who writes their own script does: open_clip in a loop, one matrix in a file.

Runs in open_clip's virtual environment: `open_clip_loop.py index WEIGHTS MATRIX FOLDER`, and `find` with a text
in place of the folder.
"""

import json
import sys
from pathlib import Path

import numpy as np
import open_clip
import torch
from PIL import Image

_ARCHITECTURE = "ViT-B-32-256"
_BATCH = 32


def main() -> None:
    """Embed a folder, or ask for the ten nearest."""
    command, weights, matrix, subject = sys.argv[1:]
    model, _, preprocess = open_clip.create_model_and_transforms(_ARCHITECTURE, pretrained=weights)
    model.eval()
    with torch.inference_mode():
        if command == "index":
            paths = sorted(Path(subject).rglob("*.*"))
            rows = []
            for start in range(0, len(paths), _BATCH):
                photos = [preprocess(Image.open(path)) for path in paths[start : start + _BATCH]]
                rows.append(model.encode_image(torch.stack(photos), normalize=True))
            np.savez(matrix, vectors=torch.cat(rows).numpy(), paths=[str(path) for path in paths])
            print(json.dumps({"embedded": len(paths)}))
            return
        vector = model.encode_text(open_clip.get_tokenizer(_ARCHITECTURE)([subject]), normalize=True).numpy()[
            0
        ]
    kept = np.load(matrix)
    for row in np.argsort(kept["vectors"] @ vector)[::-1][:10]:
        print(kept["paths"][row])


if __name__ == "__main__":
    main()
