"""Progress tells of the recent rate, and of what holds a run up."""

from photoseek.cli.progress_bar import Rate, per_second, where_time_went


def test_the_rate_is_that_of_the_last_half_minute() -> None:
    rate = Rate(0.0)
    assert [rate.see(float(second), 2 * second) for second in (10, 20, 30)] == [2.0, 2.0, 2.0]
    for second in range(40, 100, 10):  # raw photos from here on
        slow = rate.see(float(second), 60 + (second - 30) // 10)
    assert slow == 0.1


def test_before_anything_is_done_there_is_no_rate() -> None:
    assert Rate(5.0).see(5.0, 0) == 0


def test_a_rate_below_one_is_not_shown_as_none() -> None:
    assert [per_second(rate) for rate in (46.4, 1.2, 0.4, 0.03)] == ["46/s", "1/s", "0.4/s", "0.03/s"]


def test_the_stage_that_takes_most_of_the_time_is_named() -> None:
    answer = where_time_went({"reading and decoding": 3.0, "embedding": 6.0, "saving": 1.0})
    assert (
        answer
        == "time went: 30% reading and decoding, 60% embedding, 10% saving; embedding holds up the rest"
    )
