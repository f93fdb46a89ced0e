"""Which commands there are, where each is, and what the help says of it: nothing else is loaded for a list."""

from typing import NamedTuple


class Entry(NamedTuple):
    """Where a command is, and what `photoseek --help` says of it."""

    module: str
    summary: str


_LIBRARY, _MODELS, _UPKEEP = "photoseek.cli.library", "photoseek.cli.models", "photoseek.cli.upkeep"
_SEARCH, _JUDGING = "photoseek.cli.search", "photoseek.cli.judging"

# In the order of the help; a test compares the summaries with the commands' own.
COMMANDS = {
    "index": Entry(
        f"{_LIBRARY}.index",
        "Bring photos into the library: embed what is new, follow what moved, keep what is missing.",
    ),
    "watch": Entry(
        f"{_LIBRARY}.watch",
        "Index, then follow changes until Ctrl-C: a new photo can be found seconds after it is whole.",
    ),
    "status": Entry(
        f"{_LIBRARY}.status",
        "Show the library at a glance; with PATH, whether it is in, what its file says, and if not, why not.",
    ),
    "roots": Entry(f"{_LIBRARY}.roots", "Show and change the watched folders."),
    "find": Entry(
        f"{_SEARCH}.find",
        "Find photos by what they show, and by when, where and with what they were taken.",
    ),
    "label": Entry(
        f"{_SEARCH}.label",
        "Say how likely each of some labels is for photos, which need not be in the library.",
    ),
    "tag": Entry(
        f"{_SEARCH}.tag",
        "Propose tags for the whole library. New photos are tagged alike as they are indexed.",
    ),
    "album": Entry(
        f"{_SEARCH}.albums", "Albums: picked sets of photos, and saved queries that fill themselves."
    ),
    "serve": Entry(
        f"{_SEARCH}.serve",
        "Answer questions over HTTP until Ctrl-C: GET /api/find?q=… gives what `find --json` prints.",
    ),
    "duplicates": Entry(
        f"{_SEARCH}.duplicates",
        "List photos that lie in several files: exact copies, and the same picture resaved, resized "
        "or recoloured.",
    ),
    "judge": Entry(
        f"{_JUDGING}.judge",
        "Say which hits of a question are right, so that `photoseek evaluate` can compare models by it.",
    ),
    "evaluate": Entry(
        f"{_JUDGING}.evaluate",
        "Compare the models that all photos are embedded with, by the questions that were judged.",
    ),
    "verify": Entry(
        f"{_UPKEEP}.verify",
        "Compare the catalog with the files, the vector index and the thumbnails, and name what doesn't agree.",
    ),
    "skipped": Entry(
        f"{_UPKEEP}.skipped", "List the files that could not become photos, and why, the latest last."
    ),
    "forget": Entry(
        f"{_UPKEEP}.forget",
        "Forget missing files, and with them the photos that lie nowhere else: vectors, tags, places in albums.",
    ),
    "backup": Entry(
        f"{_UPKEEP}.backup",
        "Copy all that can't be made again into one file, also while the library is in use.",
    ),
    "restore": Entry(
        f"{_UPKEEP}.backup",
        "Put a backup in the place of the library's catalog, or begin a library with it.",
    ),
    "models": Entry(f"{_MODELS}.commands", "Models: which there are, and which one answers."),
}
