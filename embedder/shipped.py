"""The model that ships, and earlier ones whose text side still ships."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "embedded"


def predecessors_of(facts: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    """Return the earlier models that a `model.json` names, by id, each with what differs from the newest.

    `output` is the name of the text graph's output that gives the earlier model's vectors.
    """
    found: Mapping[str, Mapping[str, Any]] = facts.get("predecessors", {})
    return found


@cache
def predecessors() -> frozenset[str]:
    """Return the ids of the models whose questions the package still reads, without their photo sides."""
    try:
        facts = json.loads((FOLDER / "model.json").read_text("utf-8"))
    except (OSError, ValueError):  # opening the model says so
        return frozenset()
    return frozenset(predecessors_of(facts))


def answers_still(name: str) -> bool:
    """Return whether the package embeds questions for a model whose photo side no longer ships."""
    return name in predecessors()
