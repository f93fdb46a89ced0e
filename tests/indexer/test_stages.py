"""Stages hold a bounded number of things, give them in order, and stop where nobody asks for more."""

from collections.abc import Iterator
from threading import Event

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photoseek.indexer.pipeline.stages import batches, in_parallel


@pytest.mark.parametrize("workers", [0, 1, 3])
def test_what_waits_between_two_stages_never_exceeds_its_bound(workers: int) -> None:
    taken = 0

    def things() -> Iterator[int]:
        nonlocal taken
        for number in range(50):
            taken += 1
            yield number

    for given_out, result in enumerate(in_parallel(lambda number: -number, things(), workers, ahead=5)):
        assert result == -given_out
        assert taken - given_out <= 5


def test_nothing_begins_once_nobody_asks_for_more() -> None:
    begun: list[int] = []
    go_on = Event()

    def slow(number: int) -> int:
        begun.append(number)
        if number:
            go_on.wait(10)
        return number

    results = in_parallel(slow, range(50), workers=1, ahead=5)
    assert next(results) == 0
    go_on.set()
    results.close()  # type: ignore[attr-defined]
    assert len(begun) <= 5


def test_an_error_in_one_thing_reaches_who_asks_for_it() -> None:
    results = in_parallel(lambda number: 1 // number, [1, 0, 1], workers=2, ahead=2)
    assert next(results) == 1
    with pytest.raises(ZeroDivisionError):
        next(results)


@given(st.lists(st.integers()), st.integers(1, 7))
def test_batches_hold_all_in_order_and_only_the_last_is_smaller(things: list[int], size: int) -> None:
    made = list(batches(things, size))
    assert [one for batch in made for one in batch] == things
    assert all(len(batch) == size for batch in made[:-1])
    assert all(1 <= len(batch) <= size for batch in made[-1:])
