"""The models there are, as a table."""

from photoseek.cli.output import columns
from photoseek.searcher.model_list import Listed

_HEADER = ("", "name", "recall", "size", "minutes", "here", "languages", "licence")
LEGEND = (
    "recall: of COCO's captions, how many find their photo among the first ten, as open_clip published it; "
    "minutes: what this library's photos take here, estimated (~) until the model is measured"
)


def as_table(rows: list[Listed]) -> str:
    """Return aligned columns."""
    return "\n".join(columns([_HEADER, *map(_row, rows)]))


def _row(row: Listed) -> tuple[str, ...]:
    state = f"{row.state}, {row.left} to go" if row.left is not None else row.state or ""
    minutes = "" if row.minutes is None else f"{max(row.minutes, 0.1):.2g}"
    return (
        state or ("recommended" if row.recommended else ""),
        row.name,
        "" if row.recall is None else f"{row.recall:.2f}",
        "" if row.megabytes is None else f"{row.megabytes} MB",
        f"~{minutes}" if minutes and row.photos_a_second is None else minutes,
        "" if row.photos_a_second is None else f"{row.photos_a_second:.3g}/s {row.runtime}",
        row.languages or "",
        row.licence or "",
    )
