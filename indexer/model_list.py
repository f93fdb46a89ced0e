"""The models a person can choose from, with what this library and this machine know of them."""

from dataclasses import dataclass, field

from embedder import CATALOGUE, measured_speed
from storage import Library, Model

_HEADER = ("", "name", "dimension", "size", "here", "recall", "languages", "licence")


@dataclass(frozen=True, slots=True)
class Listed:
    """One model."""

    name: str
    state: str | None  # "in use", "on its way", "added"; None: it could be
    dimension: int
    megabytes: int | None
    licence: str | None
    recall: str | None  # R@10, where it was measured
    languages: str | None
    vectors: int
    left: int | None  # present photos that it has yet to embed
    runtime: str | None
    photos_a_second: float | None  # of the photo tower alone, measured here


def listed(library: Library | None) -> list[Listed]:
    """Give the catalogue's models and the library's own; without a library, the catalogue's."""
    mine = _Known() if library is None else _known(library)
    catalogue = {row.name: row for row in CATALOGUE}
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


def _known(library: Library) -> _Known:
    with library.catalog.read() as transaction:
        on_its_way = transaction.models.on_its_way()
        return _Known(
            {model.name: model for model in transaction.models.all()},
            transaction.models.vector_counts(),
            transaction.models.in_use(),
            on_its_way,
            None if on_its_way is None else len(transaction.files.lacking_vectors(on_its_way)),
        )


def as_table(rows: list[Listed]) -> str:
    """Give aligned columns."""
    cells = [_HEADER, *(_row(row) for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(_HEADER) - 1)]
    return "\n".join(
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]])
        for row in cells
    )


def _row(row: Listed) -> tuple[str, ...]:
    state = f"{row.state}, {row.left} to go" if row.left is not None else row.state or ""
    here = "" if row.photos_a_second is None else f"{row.photos_a_second:.3g}/s {row.runtime}"
    size = "" if row.megabytes is None else f"{row.megabytes} MB"
    return (
        state,
        row.name,
        str(row.dimension),
        size,
        here,
        row.recall or "",
        row.languages or "",
        row.licence or "",
    )
