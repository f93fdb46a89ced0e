"""Steps of work on stderr, where they are so many that a person waits."""

from collections.abc import Callable, Iterator, Sequence

from photoseek.cli.output import progress

_STEPS_SHOWN = 5  # from so many on, which take a second or more


def shown_if_many(what: str) -> Callable[[Sequence[int]], Iterator[int]]:
    """Return what yields steps one by one, below a bar that is named so if there are many."""

    def shown(steps: Sequence[int]) -> Iterator[int]:
        if len(steps) < _STEPS_SHOWN:
            yield from steps
            return
        with progress(steps, what) as bar:
            yield from bar

    return shown
