"""An answer as text for programs: the same JSON on the command line and over HTTP."""

import json

from photoseek.searcher.hits.records import Answer


def as_json(answer: Answer) -> str:
    """Give one JSON object, as HTTP gives it too."""
    return json.dumps(answer.as_json(), ensure_ascii=False)
