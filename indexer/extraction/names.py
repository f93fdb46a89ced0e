"""The names of what an index does, for `--only`: light, for help and errors wait for it."""

MEANING = "meaning"  # photos get vectors, by which they are found
TEXT = "text"  # what can be read in them
VIDEOS = "videos"  # moments of videos get vectors, too
EXTRACTED: tuple[str, ...] = (TEXT, VIDEOS, "people")  # in the order in which it is done
STAGES = (MEANING, *EXTRACTED)
