"""What a photo's file says of it and which field says so, for `status PATH`."""

from typing import Any

from photoseek.storage import PhotoFacts, for_terminal


def as_json(facts: PhotoFacts) -> dict[str, Any]:
    """Give what there is, by name."""
    told = {
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
    return {name: value for name, value in told.items() if value not in (None, [])}


def lines(said: dict[str, Any]) -> list[str]:
    """Give what `as_json` gives as lines for people."""
    told = []
    if "taken_at" in said:
        told.append(f"taken: {said['taken_at'].replace('T', ' ')}{_source(said, 'date_source')}")
    if "latitude" in said:
        place = f"{said['latitude']:.5f}, {said['longitude']:.5f}"
        told.append(f"where: {place}{_source(said, 'position_source')}")
    told += [f"{name}: {said[name]}" for name in ("camera", "lens", "title") if name in said]
    if "description" in said:
        told.append(f"description: {' / '.join(said['description'].splitlines())}")
    if "keywords" in said:
        told.append(f"keywords: {', '.join(said['keywords'])}")
    if "rating" in said:
        told.append("rating: rejected" if said["rating"] < 0 else f"rating: {said['rating']} of 5 stars")
    told += [f"not believed: {sentence}" for sentence in said.get("not_believed", ())]
    return [for_terminal(line) for line in told]


def _source(said: dict[str, Any], name: str) -> str:
    return f" (said by {said[name]})" if name in said else ""
