"""Words that suggested albums are named by: what happens and where, and what a theme may be about."""

from collections.abc import Mapping

# What photos of one occasion show: labels by the name of their group, which stands for them where none is likely
# enough by itself. "" is the group of those that have nothing in common.
OCCASIONS: Mapping[str, tuple[str, ...]] = {
    "party": (
        "birthday party",
        "wedding",
        "graduation",
        "Christmas",
        "Halloween costumes",
        "dinner with friends",
        "party",
    ),
    "festival": ("concert", "parade", "festival", "fireworks", "amusement park"),
    "sports": (
        "football match",
        "basketball game",
        "baseball game",
        "tennis match",
        "bicycle race",
        "horse race",
        "running race",
        "skateboarding",
    ),
    "snow": ("skiing", "snow", "sledding"),
    "beach": ("beach", "surfing", "boat trip"),
    "outdoors": ("hiking", "rock climbing", "mountains", "camping", "fishing", "forest", "lake", "picnic"),
    "garden": ("garden", "barbecue", "playground", "swimming pool"),
    "sights": ("city streets", "market", "museum", "church"),
    "animals": ("zoo", "aquarium", "farm"),
    "at home": ("kitchen", "living room"),
    "": ("conference", "office", "school class", "restaurant"),
}
# Themes: what a label is called as an album's name.
THEMES: Mapping[str, str] = {
    "dog": "Dogs",
    "cat": "Cats",
    "bird": "Birds",
    "horse": "Horses",
    "flower": "Flowers",
    "food": "Food",
    "cake": "Cakes",
    "car": "Cars",
    "motorcycle": "Motorcycles",
    "bicycle": "Bicycles",
    "boat": "Boats",
    "train": "Trains",
    "airplane": "Airplanes",
    "sunset": "Sunsets",
    "beach": "Beaches",
    "mountain": "Mountains",
    "snow": "Snow",
    "waterfall": "Waterfalls",
    "church": "Churches",
    "painting": "Paintings",
    "drawing": "Drawings",
    "map": "Maps",
    "receipt": "Receipts",
    "document": "Documents",
    "screenshot": "Screenshots",
    "baby": "Babies",
}
