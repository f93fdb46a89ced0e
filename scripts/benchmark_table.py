"""What was measured, as a table, as JSON and as a picture of cost against size."""

from __future__ import annotations

import os
import platform
import statistics
from collections import defaultdict
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Measure:
    """One row of the table: what was measured, each run's value, and what the project asks for."""

    name: str
    unit: str
    values: tuple[float, ...]
    wanted: str = ""
    size: int | None = None  # photos in the library, for what is also drawn against it

    @property
    def median(self) -> float:
        """Return the middle of the runs."""
        return statistics.median(self.values)

    def __str__(self) -> str:
        """Say the result in a line."""
        return f"{self.name}: {number(self.median)} {self.unit}"


def number(value: float) -> str:
    """Write a number with three digits that matter."""
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"  # noqa: PLR2004 (three digits suffice)


def as_table(measures: list[Measure]) -> str:
    """Return medians and spreads in aligned columns."""
    rows = [("measure", "median", "spread", "runs", "unit", "wanted")]
    for one in measures:
        spread = f"{number(min(one.values))} to {number(max(one.values))}"
        rows.append((one.name, number(one.median), spread, str(len(one.values)), one.unit, one.wanted))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def machine() -> dict[str, str | int | None]:
    """Return what the figures were measured on."""
    return {
        "platform": platform.platform(),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
    }


def refuse_without_what_draws() -> None:
    """End the script where matplotlib is not there: before it measures for half an hour, not after."""
    if find_spec("matplotlib") is None:
        raise SystemExit("drawing needs matplotlib: install it with `pip install --group benchmark`")


def plot(measures: list[Measure], file: Path) -> None:
    """Draw what has a size against it, both on logarithmic axes."""
    from matplotlib.figure import Figure

    drawn: defaultdict[tuple[str, str], list[tuple[int, float]]] = defaultdict(list)
    for one in measures:
        if one.size is not None:
            drawn[one.name.split(",")[0], one.unit].append((one.size, one.median))
    figure = Figure(figsize=(8, 5), layout="constrained")
    axes = figure.add_subplot()
    for (name, unit), points in drawn.items():
        axes.plot(*zip(*sorted(points), strict=True), marker="o", label=f"{name} ({unit})")
    axes.set(xscale="log", yscale="log", xlabel="photos in the library", ylabel="cost")
    axes.grid(visible=True, which="both", alpha=0.2)
    axes.legend(fontsize="small")
    figure.savefig(file, dpi=120)


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as cpuinfo:  # noqa: PTH123 (one line of it)
            return next(line.split(":")[1].strip() for line in cpuinfo if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()
