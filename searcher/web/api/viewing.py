"""The part of the grid that a line of filters means, looked up in threads apart from those of questions."""

from anyio import CapacityLimiter
from anyio.to_thread import run_sync

from photoseek.searcher.query.query import Query
from photoseek.searcher.timeline.choosing import Box, MatchWords, NeedsModel
from photoseek.searcher.timeline.columns import Columns
from photoseek.searcher.web.services import Services
from photoseek.searcher.web.turns import Turns
from photoseek.storage import TimeLimit

THREADS = 4  # apart from those of questions: a grid doesn't wait for them
PATIENCE_S = 20.0  # that an album filled by words may wait for questions
_BUSY = "others are being answered: ask again in a moment"


class Viewing:
    """Looks up what filters let through; only an album that is filled by words waits for the model."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self.threads = CapacityLimiter(THREADS)
        self._turns = Turns(PATIENCE_S, _BUSY)

    async def of(self, line: str, box: Box | None = None) -> tuple[int, Columns]:
        """Return the library's revision, and the columns of the photos that pass.

        Raises BadQuery, UnknownName, TimeIsUp and Busy.
        """
        try:
            return await run_sync(self._chosen, line, box, limiter=self.threads)
        except NeedsModel:
            return await self._turns.run(self._chosen, line, box, self._matching)

    def _chosen(self, line: str, box: Box | None, match: MatchWords | None = None) -> tuple[int, Columns]:
        self._services.warm.refuse_replaced()
        self._services.columns.read()  # the first time all of them, however long that takes
        with TimeLimit(self._services.answer_s).working():
            return self._services.views.of(line, box, match)

    def _matching(self, query: Query) -> frozenset[int]:
        with self._services.warm.turn(PATIENCE_S):
            return self._services.warm.searcher().matching(query).photo_ids
