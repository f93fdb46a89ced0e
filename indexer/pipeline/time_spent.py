"""Where the time of a run goes: what a stage takes of the one process that all photos pass through."""

import time


class TimeSpent:
    """Adds up the time between the ends of stages that follow each other, over and over."""

    def __init__(self, *names: str) -> None:
        """Begin with the first stage."""
        self.by_stage = dict.fromkeys(names, 0.0)
        self._since = time.perf_counter()

    def end(self, name: str) -> None:
        """Return the time since the last end to the stage `name`."""
        now = time.perf_counter()
        self.by_stage[name] += now - self._since
        self._since = now
