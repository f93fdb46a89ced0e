"""An answer as text for programs: the same JSON on the command line and over HTTP."""

import json

from photoseek.searcher.hits.records import Answer


def as_json(answer: Answer) -> str:
    """Return one JSON object, the same on the command line and over HTTP."""
    return json.dumps(answer.as_json(), ensure_ascii=False)
