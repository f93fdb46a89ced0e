"""The models a person can choose from, with what this library and this machine know of them."""

import os
import time
from dataclasses import dataclass, field

import numpy as np

from photoseek.embedder import CATALOGUE, RECOMMENDED, CatalogueRow, Measured, measured_speed
from photoseek.storage import Library, Model

# Of the matrices by whose products this machine is measured: so small that one core does each, and that some tries
# are disturbed by nothing else.
_SIDE = 64
_PRODUCTS = 10
_TRIES = 100


@dataclass(frozen=True, slots=True)
class Listed:
    """One model."""

    name: str
    state: str | None  # "in use", "on its way", "added"; None: it could be
    dimension: int
    megabytes: int | None
    licence: str | None
    recall: float | None  # R@10 of COCO's captions, where it was published
    languages: str | None
    vectors: int
    left: int | None  # present photos that it has yet to embed
    runtime: str | None
    photos_a_second: float | None  # of the photo tower alone, measured here
    minutes: float | None  # that the photo tower takes for this library's photos here
    recommended: bool


def listed(library: Library | None) -> list[Listed]:
    """Return the catalogue's models and the library's own; without a library, the catalogue's."""
    mine = _Known() if library is None else _known(library)
    catalogue = {row.name: row for row in CATALOGUE}
    flops = _flops_a_second() if mine.photos else None
    rows = []
    for name in [*catalogue, *(name for name in mine.models if name not in catalogue)]:
        row, model = catalogue.get(name), mine.models.get(name)
        speed = None if library is None else measured_speed(name, library.compiled_folder)
        vectors = 0 if model is None else mine.vectors.get(model.model_id, 0)
        states = {
            "in use": model is not None and model == mine.in_use,
            "on its way": model is not None and model == mine.on_its_way,
            "added": speed is not None or vectors > 0,
        }
        state = next((state for state, holds in states.items() if holds), None)
        if row is None and state is None:
            continue  # of the past
        dimension = row.dimension if row else (model.dimension if model else 0)
        rows.append(
            Listed(
                name,
                state,
                dimension,
                row.megabytes if row else None,
                row.licence if row else None,
                row.recall if row else None,
                row.languages if row else None,
                vectors,
                mine.left if state == "on its way" else None,
                speed.runtime if speed else None,
                round(speed.photos_a_second, 1) if speed else None,
                _minutes(mine.photos, speed, row, flops),
                name == RECOMMENDED.name,
            )
        )
    return rows


@dataclass(frozen=True, slots=True)
class _Known:
    """What a library knows of its models; nothing where there is no library yet."""

    models: dict[str, Model] = field(default_factory=dict)
    vectors: dict[int, int] = field(default_factory=dict)  # how many, by model id
    in_use: Model | None = None
    on_its_way: Model | None = None
    left: int | None = None
    photos: int = 0  # that are there


def _known(library: Library) -> _Known:
    with library.catalog.read() as transaction:
        on_its_way = transaction.models.on_its_way()
        return _Known(
            {model.name: model for model in transaction.models.all()},
            transaction.models.vector_counts(),
            transaction.models.in_use(),
            on_its_way,
            None if on_its_way is None else len(transaction.files.lacking_vectors(on_its_way)),
            len(transaction.photos.present_ids()),
        )


def _minutes(
    photos: int, speed: Measured | None, row: CatalogueRow | None, flops: float | None
) -> float | None:
    """Say how long a model takes for so many photos: by its measured speed, else by what it computes."""
    if not photos:
        return None
    if speed is not None:
        return round(photos / speed.photos_a_second / 60, 4)
    if row is None or row.gigaflops is None or flops is None:
        return None
    return round(photos * row.gigaflops * 1e9 / flops / 60, 4)


def _flops_a_second() -> float:
    """Measure how fast this machine multiplies matrices of float32, which is most of what a tower computes."""
    matrix = np.ones((_SIDE, _SIDE), np.float32)
    seconds = []
    for _ in range(_TRIES):
        began = time.perf_counter()
        for _ in range(_PRODUCTS):
            matrix @ matrix
        seconds.append(time.perf_counter() - began)
    return 2 * _SIDE**3 * _PRODUCTS / min(seconds) * (os.cpu_count() or 1)
