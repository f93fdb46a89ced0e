"""CLIP by sentence-transformers: `encode` over all photos, one matrix in a file; a ViT-B/32 with random weights.

Runs in sentence-transformers' virtual environment: `sentence_transformers_loop.py model FOLDER VOCABULARY` makes
the model, `index FOLDER MATRIX PHOTOS` and `find FOLDER MATRIX TEXT` use it.
"""

import gzip
import json
import sys
from pathlib import Path

import numpy as np
from PIL import Image
from transformers import CLIPConfig, CLIPImageProcessor, CLIPModel
from transformers.convert_slow_tokenizer import bytes_to_unicode

_BATCH = 32
_SIZE = 256  # pixels a side, as the other peers' model
_MERGES = 49152 - 256 - 2  # of CLIP's tokenizer; its file holds more


def main() -> None:
    """Make the model, embed a folder, or ask for the ten nearest."""
    command, folder, *subject = sys.argv[1:]
    if command == "model":
        _make(Path(folder), Path(subject[0]))
        return
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(folder, device="cpu")
    matrix, asked = subject
    if command == "index":
        paths = sorted(Path(asked).rglob("*.*"))
        photos = [Image.open(path) for path in paths]
        vectors = model.encode(photos, batch_size=_BATCH, normalize_embeddings=True)
        np.savez(matrix, vectors=vectors, paths=[str(path) for path in paths])
        print(json.dumps({"embedded": len(paths)}))
        return
    vector = model.encode([asked], normalize_embeddings=True)[0]
    kept = np.load(matrix)
    for row in np.argsort(kept["vectors"] @ vector)[::-1][:10]:
        print(kept["paths"][row])


def _make(folder: Path, vocabulary: Path) -> None:
    """Write what Transformers reads, and let sentence-transformers wrap it."""
    folder.mkdir(parents=True, exist_ok=True)
    config = CLIPConfig(vision_config={"image_size": _SIZE})
    CLIPModel(config).save_pretrained(folder)
    sides = {"height": _SIZE, "width": _SIZE}
    CLIPImageProcessor(size={"shortest_edge": _SIZE}, crop_size=sides).save_pretrained(folder)
    merges = gzip.decompress(vocabulary.read_bytes()).decode().split("\n")[1 : _MERGES + 1]
    letters = list(bytes_to_unicode().values())
    words = [*letters, *(f"{letter}</w>" for letter in letters), *("".join(m.split()) for m in merges)]
    words += ["<|startoftext|>", "<|endoftext|>"]
    numbered = {word: number for number, word in enumerate(words)}
    (folder / "vocab.json").write_text(json.dumps(numbered), "utf-8")
    (folder / "merges.txt").write_text("\n".join(["#version: 0.2", *merges]) + "\n", "utf-8")


if __name__ == "__main__":
    main()
