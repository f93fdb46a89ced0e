"""A photo's facts with the fields that they came from, and what a person set, for `status PATH`."""

from datetime import timedelta
from typing import Any

from photoseek.storage import Photo, PhotoText, for_terminal


def as_json(photo: Photo, text: PhotoText | None) -> dict[str, Any]:
    """Return the facts that are known, by name; `text` is what was read in the photo."""
    facts = photo.facts
    claimed = {
        "taken_at": facts.taken_at,
        "taken_offset_minutes": facts.taken_offset_minutes,
        "date_source": facts.date_source,
        "latitude": facts.latitude,
        "longitude": facts.longitude,
        "position_source": facts.position_source,
        "camera": facts.camera,
        "lens": facts.lens,
        "length_s": None if facts.duration_ms is None else facts.duration_ms / 1000,
        "codec": facts.codec,
        "title": facts.title,
        "description": facts.description,
        "text": str(text) if text else None,
        "keywords": list(facts.keywords),
        "people": list(dict.fromkeys(region.name for region in facts.regions)),
        "rating": facts.rating,
        "favourite": photo.favourite or None,
        "hidden": photo.hidden or None,
        "set_by_you": list(photo.edited),
        "not_believed": list(facts.facts_dropped),
    }
    return {name: value for name, value in claimed.items() if value not in (None, [])}


def lines(facts: dict[str, Any]) -> list[str]:
    """Return the result of `as_json` as lines of text."""
    claimed = []

    def by(field: str) -> str:
        return " (set by you)" if field in facts.get("set_by_you", ()) else ""

    if "taken_at" in facts:
        source = by("date") or _source(facts, "date_source")
        claimed.append(f"taken: {facts['taken_at'].replace('T', ' ')}{source}")
    if "latitude" in facts:
        place = f"{facts['latitude']:.5f}, {facts['longitude']:.5f}"
        claimed.append(f"where: {place}{by('place') or _source(facts, 'position_source')}")
    if "length_s" in facts:
        claimed.append(f"length: {timedelta(seconds=round(facts['length_s']))}")
    shown = ("camera", "lens", "codec", "title")
    claimed += [f"{name}: {facts[name]}{by(name)}" for name in shown if name in facts]
    if "description" in facts:
        claimed.append(f"description: {' / '.join(facts['description'].splitlines())}{by('description')}")
    if "text" in facts:
        claimed.append(f"text in the photo: {' / '.join(facts['text'].splitlines())}")
    if "keywords" in facts:
        claimed.append(f"keywords: {', '.join(facts['keywords'])}")
    if "people" in facts:
        claimed.append(f"people named in the file: {', '.join(facts['people'])}")
    if "rating" in facts:
        stars = "rejected" if facts["rating"] < 0 else f"{facts['rating']} of 5 stars"
        claimed.append(f"rating: {stars}{by('rating')}")
    claimed += [name for name in ("favourite", "hidden") if name in facts]
    claimed += [f"not believed: {sentence}" for sentence in facts.get("not_believed", ())]
    return [for_terminal(line) for line in claimed]


def _source(facts: dict[str, Any], name: str) -> str:
    return f" (said by {facts[name]})" if name in facts else ""
