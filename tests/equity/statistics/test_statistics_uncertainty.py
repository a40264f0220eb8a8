"""Intervals: seeded, honest about few schools, and of the size theory gives."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import numpy as np
import pytest

from planner.equity import statistics as s

LOT = np.random.default_rng(11)
AMOUNTS, STUDENTS = LOT.normal(100, 12, 60), LOT.integers(200, 900, 60).astype(float)


def test_same_seed_same_interval() -> None:
    first = s.interval(s.gini, AMOUNTS, STUDENTS, seed=4)
    assert first == s.interval(s.gini, AMOUNTS, STUDENTS, seed=4)
    assert first != s.interval(s.gini, AMOUNTS, STUDENTS, seed=5)
    assert first.low < first.estimate < first.high
    assert first.estimate == s.gini(AMOUNTS, STUDENTS)


def test_standard_error_of_a_mean_is_the_textbook_one() -> None:
    found = s.interval(s.mean, AMOUNTS, seed=1, draws=4000)
    expected = AMOUNTS.std() / math.sqrt(60)
    assert found.standard_error == pytest.approx(expected, rel=0.05)
    assert found.high - found.low == pytest.approx(2 * 1.96 * expected, rel=0.06)


def test_bounds_leave_the_same_share_of_draws_on_either_side() -> None:
    seen: list[float] = []

    def noted(values: np.ndarray) -> float:
        seen.append(s.mean(values))
        return seen[-1]

    found = s.interval(noted, AMOUNTS, seed=1, level=0.9)
    drawn = np.array(seen[:1000])
    assert (drawn < found.low).mean() == pytest.approx(0.05, abs=0.002)
    assert (drawn > found.high).mean() == pytest.approx(0.05, abs=0.002)


def test_lower_level_is_narrower() -> None:
    wide = s.interval(s.mean, AMOUNTS, seed=1)
    narrow = s.interval(s.mean, AMOUNTS, seed=1, level=0.5)
    assert wide.low < narrow.low < narrow.high < wide.high


def test_rows_stay_together() -> None:
    # whatever is drawn, amounts are twice wealth: columns drawn apart would bend the slope
    wealth = LOT.random(12)
    found = s.interval(s.wealth_neutrality_slope, 2 * wealth, wealth, seed=2, draws=200)
    assert (found.low, found.high) == pytest.approx((2, 2))


def test_parameters_none_and_tables_pass_through() -> None:
    assert s.interval(partial(s.atkinson, epsilon=2), AMOUNTS, None, seed=1, draws=50).standard_error > 0
    table = np.column_stack([STUDENTS, STUDENTS[::-1]])
    assert s.interval(s.theil_h, table, seed=1, draws=50).low > 0


def test_one_school_has_no_spread() -> None:
    found = s.interval(s.gini, [5.0], [10.0], seed=1, draws=20)
    assert found.estimate == 0
    assert math.isnan(found.low)
    assert math.isnan(found.high)
    assert math.isnan(found.standard_error)


def test_no_school_and_missing_cells_have_no_interval() -> None:
    for column in ([], [1.0, math.nan, 3.0], np.ma.masked_array([1.0, 2, 3], mask=[True, False, False])):
        found = s.interval(s.gini, column, seed=1, draws=40)
        assert math.isnan(found.estimate)
        assert math.isnan(found.low)
        assert math.isnan(found.standard_error)


def test_undefined_draws_are_counted_and_not_glossed_over() -> None:
    # a slope needs two levels of wealth; with one school apart, a third of draws have only one
    wealth = [0, 0, 0, 0, 0, 0, 0, 1]
    found = s.interval(s.wealth_neutrality_slope, list(range(8)), wealth, seed=1, draws=400)
    assert found.undefined == pytest.approx(400 * (7 / 8) ** 8, rel=0.2)
    assert found.estimate == pytest.approx(4)
    assert math.isnan(found.low)


def test_a_few_undefined_draws_are_left_out() -> None:
    wealth = [0, 0, 1, 1, 1, 1, 0, 0]
    found = s.interval(s.wealth_neutrality_slope, list(range(8)), wealth, seed=1, draws=2000)
    assert 0 < found.undefined < 100
    assert found.low < found.high


def test_permutation_finds_a_gap_and_no_gap() -> None:
    poverty = np.arange(40) / 40
    steep, flat = 0.1 + 0.2 * poverty, np.tile([0.1, 0.2], 20)
    assert s.permutation_p_value(s.quartile_gap, steep, poverty, seed=1) < 0.01
    assert s.permutation_p_value(s.quartile_gap, -steep, poverty, seed=1) < 0.01
    assert s.permutation_p_value(s.quartile_gap, flat, poverty, seed=1) > 0.2


def test_permutation_is_exact_for_three_schools() -> None:
    # of six orders, one has the highest slope and one the lowest
    p = s.permutation_p_value(s.wealth_neutrality_slope, [1, 2, 4], [1, 2, 4], seed=3, draws=6000)
    assert p == pytest.approx(2 / 6, abs=0.03)


def test_permutation_never_says_impossible() -> None:
    poverty = np.arange(40) / 40
    p = s.permutation_p_value(s.quartile_gap, poverty, poverty, seed=1, draws=100)
    assert p == pytest.approx(2 / 101)


def test_permutation_of_nothing_is_undefined() -> None:
    assert math.isnan(s.permutation_p_value(s.mean, [1.0], seed=1))
    assert math.isnan(s.permutation_p_value(s.mean, [1.0, math.nan], seed=1))
    assert s.permutation_p_value(s.mean, [1.0, 2, 3], seed=1) == 1


REFUSED = [
    (lambda: s.interval(s.mean, [1, 2], seed=1, draws=1), "At least 2 draws are needed; found 1."),
    (lambda: s.permutation_p_value(s.mean, [1, 2], seed=1, draws=0), "At least 2 draws are needed; found 0."),
    (
        lambda: s.interval(s.mean, [1, 2], seed=1, level=95),
        "A level is a fraction between 0 and 1; found 95.",
    ),
    (lambda: s.interval(s.mean, [1, 2], [1], seed=1), "Columns need one length; found [1, 2] rows."),
    (lambda: s.interval(s.mean, seed=1), "Columns need one length; found [] rows."),
]


@pytest.mark.parametrize(("call", "message"), REFUSED)
def test_nonsense_is_refused(call: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=r".") as refusal:
        call()
    assert str(refusal.value) == message
