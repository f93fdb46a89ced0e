"""Whatever the API's own description allows is answered without a fault: Schemathesis makes it up from there."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings

from photoseek.searcher.warm import WarmSearcher
from photoseek.searcher.web import Access, Guard, Services
from photoseek.searcher.web.app import app_for
from photoseek.storage import Library

_EXAMPLES = 10  # of each operation
_ENDLESS = "/api/v1/events"  # a stream
# No longer than needed to see a fault; what it looks like then is found out by running it again.
_bounded = settings(
    max_examples=_EXAMPLES,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
    derandomize=True,
)


@pytest.mark.slow
def test_nothing_that_is_described_makes_the_server_fail(unchanged: Library) -> None:
    access = Access()
    app = app_for(Services(WarmSearcher(unchanged), lambda *_: "nobody makes any", access=access))
    headers = {"Host": "localhost", "X-Photoseek-Token": access.write_token}
    schema = schemathesis.openapi.from_asgi("/openapi.json", Guard(app, access), headers=headers)
    asked = set()
    for found in schema.exclude(path=_ENDLESS).get_all_operations():
        operation = found.ok()

        @given(case=operation.as_strategy())
        @_bounded
        def ask(case: Any) -> None:  # noqa: ANN401 (Schemathesis names it nowhere)
            reply = case.call(headers=headers)
            assert reply.status_code < 500 or reply.status_code == 503, (case.as_curl_command(), reply.text)
            asked.add(reply.status_code)

        ask()
    assert {200, 404, 422} <= asked  # some are right, and some are refused
