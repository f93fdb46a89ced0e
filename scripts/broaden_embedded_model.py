"""Make photoseek-5 of photoseek-4: heads that learn from more photos, and what the classifier knows beside them.

The towers stay as they are. Both pairs of heads go on learning from photoseek-4's, by SigLIP's pairwise sigmoid
loss (Zhai et al. 2023, §3.2) on the cosine of whole sides, with captions of three sets and with named photos. A
part of each vector is what the photo tower's ImageNet classifier says (ConSE, Norouzi et al. 2014): its last layer
is fitted to the tuned tower by ridge regression on the untuned tower's answers. Then a head for other languages
learns to point where English captions of the same photos do.

SHARED holds flickr8k/, scenes/, world/ and flickr8k_languages/, each with its captions.csv, and labelled/.

Examples:
  python scripts/broaden_embedded_model.py --shared SHARED --begin PHOTOSEEK_4 --cache /tmp/features
  python scripts/broaden_embedded_model.py --shared SHARED --begin PHOTOSEEK_4 --cache /tmp/features --choose
"""

import argparse
import csv
import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from broad_data import (
    SETS,
    Captioned,
    Labelled,
    captioned,
    is_held_back,
    labelled,
    untuned_logits,
)
from broad_export import export
from broad_heads import Knowledge, Projected, QueryHead, Side, projected
from broad_training import Recipe, train
from caption_sets import descriptions
from export_embedded_model import OUTPUT, TEMPLATES
from features import cached_text_features
from open_clip.zero_shot_metadata import IMAGENET_CLASSNAMES
from other_language_training import Captions, save
from other_language_training import train as train_other_languages
from shipped_parts import read_heads
from torch.nn import functional as F  # noqa: N812 (its usual name)
from towers import Features
from train_embedded_model import fitted_scale, recall

from photoseek.embedder.other_languages import FILE_NAME
from photoseek.searcher.scoring.background import stored_captions

_SHARE = 1.0  # of the classifier's part: a cosine is the mean of two heads' and this of it
_SHARPNESS = 1.5  # of the classifier's probabilities
_RIDGE = 2000.0  # of standardised features
_DIMENSION = 640
_LANGUAGES = {"cs": "cs", "de": "de", "de_translated": "de", "fr": "fr", "zh": "zh"}  # by file
_LANGUAGE_EPOCHS = 12


def main() -> None:
    """Train, export; or with `--choose`, print what the held-back tenth of the training photos says."""
    asked = _asked()
    everything = [captioned(asked.shared, name, asked.begin, asked.cache) for name in SETS]
    named, paths = labelled(asked.shared, asked.begin, asked.cache)
    learnt_names = None if asked.no_labelled else named
    scenes, of_scenes = everything[1]
    if learnt_names is None:
        knowledge = _knowledge(of_scenes, scenes.views[0], asked.cache)
    else:
        answered = np.concatenate([named.views[0], scenes.views[0]])
        knowledge = _knowledge([*paths, *of_scenes], answered, asked.cache)
    photo = Side(read_heads(asked.begin, "photos"), knowledge, _SHARE)
    text = Side(read_heads(asked.begin, "texts"), QueryHead(), _SHARE)
    taught = [some for some, _ in everything]
    held = [np.array([is_held_back(path.name) for path in paths]) for _, paths in everything]
    if asked.choose:
        taught = [some.only(~back) for some, back in zip(taught, held, strict=True)]
    recipe = Recipe(asked.epochs, asked.as_begun)
    photo, text = train(photo, text, taught, learnt_names, recipe)
    shown, embedded_texts = [some.views[0] for some in taught], [some.texts for some in taught]
    if learnt_names is not None:
        shown, embedded_texts = [*shown, learnt_names.views[0]], [*embedded_texts, learnt_names.phrased[0]]
    photos, texts = torch.from_numpy(np.concatenate(shown)), torch.from_numpy(np.concatenate(embedded_texts))
    shipped = projected(photo.eval(), text.eval(), photos, texts, _DIMENSION)
    if asked.choose:
        backs = [some.only(back) for (some, _), back in zip(everything, held, strict=True)]
        for name, sides in (("sides", (photo, text)), (f"in {_DIMENSION} numbers", shipped)):
            print(json.dumps({name: _figures(sides[0], sides[1], backs, named)}))
        return
    asked.output.mkdir(parents=True, exist_ok=True)
    for file in asked.begin.iterdir():
        if not (asked.output / file.name).exists() and file.is_file():
            shutil.copy2(file, asked.output / file.name)
    scale = fitted_scale(*_embedded(*shipped, taught[1]), taught[1].photo_of_text)
    facts = {
        "dimension": _DIMENSION,
        "logit_scale": scale,
        "scripts": ["Latin", "CJK"],
        "other_languages": True,
    }
    _teach_other_languages(asked, everything[0], shipped)
    facts["languages"] = ["en", *sorted(set(_LANGUAGES.values()))]
    export(asked.begin, *shipped, facts, asked.output)


def _knowledge(paths: Sequence[Path], features: Features, cache: Path) -> Knowledge:
    """Fit the untuned classifier to the tuned tower: its own layer, and a ridge regression of what is left."""
    logits, tower = untuned_logits(paths, cache)
    weights = np.zeros((features.shape[1], logits.shape[1]), np.float32)
    weights[: tower.class_weights.shape[1]] = tower.class_weights.numpy().T
    biases = tower.class_biases.numpy()
    middle, spread = features.mean(0), features.std(0) + 1e-4
    standard = ((features - middle) / spread).astype(np.float64)
    squares = standard.T @ standard + _RIDGE * np.eye(standard.shape[1])
    rest = (
        np.linalg.solve(squares, standard.T @ (logits - features @ weights - biases)) / spread[:, np.newaxis]
    )
    read, bias = weights + rest, biases - middle @ rest
    prompts = [template.format(name) for template in TEMPLATES for name in IMAGENET_CLASSNAMES]
    embedded_texts = QueryHead()(torch.from_numpy(cached_text_features(prompts, cache)))
    names = F.normalize(embedded_texts.reshape(len(TEMPLATES), len(IMAGENET_CLASSNAMES), -1).mean(0), dim=-1)
    sharp = _SHARPNESS * torch.from_numpy(read).float(), _SHARPNESS * torch.from_numpy(bias).float()
    return Knowledge(*sharp, names)


@torch.inference_mode()
def _embedded(photo: Projected | Side, text: Projected | Side, some: Captioned) -> tuple[Features, Features]:
    photos: Features = photo(torch.from_numpy(some.views[0])).numpy()
    texts: Features = text(torch.from_numpy(some.texts)).numpy()
    return photos, texts


def _figures(
    photo: Projected | Side, text: Projected | Side, held: Sequence[Captioned], named: Labelled
) -> dict[str, object]:
    """Return recall on held-back photos, and how often labelled photos get the right name of their group."""
    found: dict[str, object] = {
        some.name: recall(*_embedded(photo, text, some), some.photo_of_text) for some in held
    }
    with torch.inference_mode():
        photos = photo(torch.from_numpy(named.views[0]))
        names = torch.stack([text(torch.from_numpy(phrase)) for phrase in named.phrased[2:4]]).sum(0)
    groups = np.array(named.group_of_photo)
    for group in sorted(set(groups)):
        rows = np.flatnonzero(groups == group)
        among = np.unique(named.name_of_photo[rows])
        chosen = among[(photos[rows] @ names[among].T).argmax(1).numpy()]
        found[group] = float((chosen == named.name_of_photo[rows]).mean())
    return found


def _teach_other_languages(
    asked: argparse.Namespace, flickr: tuple[Captioned, list[Path]], shipped: tuple[Projected, Projected]
) -> None:
    some, paths = flickr
    photos, english = _embedded(*shipped, some)
    means = np.stack([english[rows].mean(0) for rows in some.texts_of()])
    means /= np.linalg.norm(means, axis=1, keepdims=True)
    texts, numbers = [], []
    row_of = {path.name: row for row, path in enumerate(paths)}
    for file in sorted(_LANGUAGES):
        with (asked.shared / "flickr8k_languages" / f"{file}.csv").open(
            encoding="utf-8", newline=""
        ) as opened:
            for row in csv.DictReader(opened):
                if row["split"] == "train" and row["image"] in row_of:
                    texts.append(row["caption"])
                    numbers.append(row_of[row["image"]])
    student = train_other_languages(Captions(texts, np.array(numbers)), photos, means, _LANGUAGE_EPOCHS)
    embedded_texts = [
        text
        for name in SETS
        for of_photo in descriptions(asked.shared / name, "train").values()
        for text in of_photo
    ]
    save(student, texts, [*embedded_texts, *stored_captions()], asked.output / FILE_NAME)


def _asked() -> argparse.Namespace:
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--shared", type=Path, required=True, help="folder of the sets named above")
    arguments.add_argument("--begin", type=Path, required=True, help="folder of photoseek-4 as it shipped")
    arguments.add_argument("--cache", type=Path, required=True, help="folder to keep features in")
    arguments.add_argument("--epochs", type=int, default=12)
    arguments.add_argument(
        "--as-begun",
        type=float,
        default=0.15,
        help="how far back towards photoseek-4's heads the result goes",
    )
    arguments.add_argument(
        "--no-labelled",
        action="store_true",
        help="learn from captions alone; nothing is fitted to labelled photos",
    )
    arguments.add_argument("--choose", action="store_true", help="hold a tenth back, and print what it says")
    arguments.add_argument("--output", type=Path, default=OUTPUT, help="folder to write the model to")
    return arguments.parse_args()


if __name__ == "__main__":
    main()
