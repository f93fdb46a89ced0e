"""Any open_clip model, with weights from a file: the library's vectors are open_clip's own."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from photoseek.storage import Library
from tests.end_to_end.person import PHOTOGRAPHS, Photoseek, parsed

_ARCHITECTURE = "ViT-B-32-Narrow"


def test_index_and_find_with_weights_from_a_file_give_open_clips_own_vectors(
    photoseek: Photoseek, here: Photoseek, photographs: Path, tmp_path: Path
) -> None:
    open_clip = pytest.importorskip("open_clip")
    torch = pytest.importorskip("torch")
    _register(tmp_path)
    torch.manual_seed(0)
    model, _, preprocess = open_clip.create_model_and_transforms(_ARCHITECTURE, pretrained=None)
    weights = tmp_path / "random.pt"
    torch.save(model.state_dict(), weights)

    for name in PHOTOGRAPHS.values():  # photoseek converts other colour spaces to sRGB, open_clip does not
        photo = Image.open(photographs / name).convert("RGB")
        photo.info.clear()
        photo.save(photographs / name, format="PNG")
    adding = here("models", "add", _ARCHITECTURE, "--weights", weights, "--exact")
    assert "openvino-f32" in adding.stderr
    photoseek("index", "--model", _ARCHITECTURE, "--weights", weights, photographs)
    hits = parsed(photoseek("find", "--json", "--explain", "a cat"))["hits"]

    model.eval()
    theirs = {}
    with torch.inference_mode():
        for name in PHOTOGRAPHS.values():
            pixels = preprocess(Image.open(photographs / name).convert("RGB"))
            theirs[name] = model.encode_image(pixels[None], normalize=True)[0].numpy()
        asked = model.encode_text(open_clip.get_tokenizer(_ARCHITECTURE)(["a cat"]), normalize=True)[
            0
        ].numpy()
    ours = _vectors(tmp_path / "library")
    assert ours.keys() == theirs.keys()
    for name, vector in theirs.items():
        assert vector @ ours[name] / np.linalg.norm(ours[name]) >= 0.9999
    expected = {name: float(vector @ asked) for name, vector in theirs.items()}
    cosines = {Path(hit["path"]).name: hit["explanation"]["parts"][0]["cosine"] for hit in hits}
    assert cosines == pytest.approx(expected, abs=1e-3)

    model.logit_scale.data += 1
    torch.save(model.state_dict(), weights)
    assert parsed(photoseek("find", "--json", "--explain", "a cat"))["hits"] == hits, (
        "what was compiled is still the same"
    )
    shutil.rmtree(tmp_path / "library" / "compiled")
    assert "are not those that" in photoseek("find", "a cat", code=11).stderr


def _register(folder: Path) -> None:
    """Make open_clip know, in this process, a ViT-B-32 that is narrow: all stored captions take it a second."""
    import open_clip

    config = open_clip.get_model_config("ViT-B-32")
    config["embed_dim"] = 64
    config["vision_cfg"] |= {"layers": 2, "width": 64, "head_width": 16}
    config["text_cfg"] |= {"layers": 2, "width": 64, "heads": 4}
    (folder / f"{_ARCHITECTURE}.json").write_text(json.dumps(config))
    open_clip.add_model_config(folder / f"{_ARCHITECTURE}.json")


def _vectors(folder: Path) -> dict[str, np.ndarray]:
    library = Library(folder)
    with library.catalog.read() as transaction:
        model = transaction.models.in_use()
        assert model is not None
        (root,) = transaction.roots.all()
        files = transaction.files.known(root.root_id)
        vectors = transaction.vectors.of(model, [file.photo_id for file in files.values()])
    library.close()
    return {path: vectors[file.photo_id] for path, file in files.items()}
