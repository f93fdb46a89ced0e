"""A figure's interval covers the figure, is narrower for more groups, and the same each time."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

_SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "intervals.py"


@pytest.fixture(scope="module")
def intervals() -> ModuleType:
    spec = importlib.util.spec_from_file_location("intervals", _SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("count", [40, 4000])
def test_the_interval_of_a_share_is_as_wide_as_the_binomial_says(intervals: ModuleType, count: int) -> None:
    low, high = intervals.of_share([[number % 4 == 0] for number in range(count)]) or (0, 0)
    standard = (0.25 * 0.75 / count) ** 0.5
    assert low < 0.25 < high
    assert high - low == pytest.approx(2 * 1.96 * standard, rel=0.15)


def test_what_belongs_together_is_drawn_together(intervals: ModuleType) -> None:
    apart = intervals.of_share([[number % 2 == 0] for number in range(200)]) or (0, 0)
    together = intervals.of_share([[number % 2 == 0] * 20 for number in range(10)]) or (0, 0)
    assert together[1] - together[0] > 3 * (apart[1] - apart[0])
    assert together == intervals.of_share([[number % 2 == 0] * 20 for number in range(10)])


def test_the_interval_of_an_auc_covers_it_and_counts_groups_of_one_kind(intervals: ModuleType) -> None:
    groups = [([float(number)], [number - 5.0]) for number in range(20)] + [([30.0], []), ([], [-9.0])]
    low, high = intervals.of_auc(groups) or (0, 0)
    assert 0.5 < low < high <= 1


def test_where_there_is_nothing_there_is_no_interval(intervals: ModuleType) -> None:
    assert (intervals.of_share([]), intervals.of_auc([]), intervals.of_share([[], []])) == (None, None, None)
    assert intervals.named("R@1", None) == {"R@1, 95 % from": None, "R@1, 95 % to": None}
