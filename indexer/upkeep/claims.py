"""A photo's facts with the fields that they came from, for `status PATH`."""

from typing import Any

from photoseek.storage import PhotoFacts, for_terminal


def as_json(facts: PhotoFacts) -> dict[str, Any]:
    """Return the facts that are known, by name."""
    claimed = {
        "taken_at": facts.taken_at,
        "taken_offset_minutes": facts.taken_offset_minutes,
        "date_source": facts.date_source,
        "latitude": facts.latitude,
        "longitude": facts.longitude,
        "position_source": facts.position_source,
        "camera": facts.camera,
        "lens": facts.lens,
        "title": facts.title,
        "description": facts.description,
        "keywords": list(facts.keywords),
        "rating": facts.rating,
        "not_believed": list(facts.facts_dropped),
    }
    return {name: value for name, value in claimed.items() if value not in (None, [])}


def lines(facts: dict[str, Any]) -> list[str]:
    """Return the result of `as_json` as lines of text."""
    claimed = []
    if "taken_at" in facts:
        claimed.append(f"taken: {facts['taken_at'].replace('T', ' ')}{_source(facts, 'date_source')}")
    if "latitude" in facts:
        place = f"{facts['latitude']:.5f}, {facts['longitude']:.5f}"
        claimed.append(f"where: {place}{_source(facts, 'position_source')}")
    claimed += [f"{name}: {facts[name]}" for name in ("camera", "lens", "title") if name in facts]
    if "description" in facts:
        claimed.append(f"description: {' / '.join(facts['description'].splitlines())}")
    if "keywords" in facts:
        claimed.append(f"keywords: {', '.join(facts['keywords'])}")
    if "rating" in facts:
        claimed.append("rating: rejected" if facts["rating"] < 0 else f"rating: {facts['rating']} of 5 stars")
    claimed += [f"not believed: {sentence}" for sentence in facts.get("not_believed", ())]
    return [for_terminal(line) for line in claimed]


def _source(facts: dict[str, Any], name: str) -> str:
    return f" (said by {facts[name]})" if name in facts else ""
