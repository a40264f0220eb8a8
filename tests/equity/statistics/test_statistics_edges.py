"""Undefined is NaN, nonsense is refused, and negative amounts do what is written."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from equity_populations import EVERY, SEGREGATION, Schools

from planner.equity import statistics as s

EMPTY = np.array([])
NEEDS_A_MEAN = [
    "coefficient_of_variation", "lorenz_share", "gini", "hoover", "theil_t", "theil_l", "theil_between",
    "theil_within", "atkinson", "federal_range_ratio", "mcloone", "verstegen",
    "efig_coefficient_of_variation", "efig_equity_factor", "wealth_neutrality_elasticity",
    "progressivity_ratio", "quartile_ratio", "exposure_ratio",
]  # fmt: skip
EVEN_AT_ONE = [
    "value_range", "restricted_range", "coefficient_of_variation", "gini", "hoover", "theil_t", "theil_l",
    "theil_between", "theil_within", "atkinson", "federal_range_ratio", "efig_coefficient_of_variation",
    "efig_equity_factor", "exposure_gap", "dissimilarity", "theil_h",
]  # fmt: skip
UNDEFINED_AT_ONE = [
    "wealth_neutrality_slope", "wealth_neutrality_elasticity", "wealth_neutrality_correlation",
    "quartile_gap", "quartile_ratio", "high_quartile_gap",
]  # fmt: skip


def test_no_schools_is_undefined() -> None:
    assert {n: f(EMPTY, EMPTY, EMPTY) for n, f in EVERY.items()} == pytest.approx(
        dict.fromkeys(EVERY, math.nan), nan_ok=True
    )


@pytest.mark.parametrize("name", sorted(set(EVERY) - {"efig_coefficient_of_variation", "efig_equity_factor"}))
def test_no_students_is_undefined(name: str) -> None:
    assert math.isnan(EVERY[name](np.ones(5), np.zeros(5), np.arange(5) / 5))


@pytest.mark.parametrize("name", NEEDS_A_MEAN)
@pytest.mark.parametrize("amount", [0.0, -3.0])
def test_mean_of_zero_or_less_is_undefined(name: str, amount: float) -> None:
    schools = Schools(np.full(5, amount), np.full(5, 100.0), np.arange(1, 6) / 8)
    assert math.isnan(schools.of(EVERY[name]))


def test_lists_of_edges_are_complete() -> None:
    levels = set(EVERY) - set(EVEN_AT_ONE) - set(UNDEFINED_AT_ONE)
    one = Schools(np.array([8.0]), np.array([50.0]), np.array([0.25]))
    assert all(math.isfinite(one.of(EVERY[name])) for name in levels)


@pytest.mark.parametrize("name", EVEN_AT_ONE)
def test_one_school_is_even(name: str) -> None:
    one = Schools(np.array([8.0]), np.array([50.0]), np.array([0.25]))
    assert one.of(EVERY[name]) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("name", UNDEFINED_AT_ONE)
def test_one_school_has_nothing_to_compare(name: str) -> None:
    one = Schools(np.array([8.0]), np.array([50.0]), np.array([0.25]))
    assert math.isnan(one.of(EVERY[name]))


def test_one_of_a_sample_is_undefined() -> None:
    assert math.isnan(s.gini([8.0], sample=True))
    assert math.isnan(s.coefficient_of_variation([8.0], sample=True))


def test_three_campuses_have_no_quartiles() -> None:
    assert math.isnan(s.quartile_gap([1, 2, 3], [0.1, 0.2, 0.3]))
    assert math.isnan(s.quartile_gap([1, 2, 3, 4], [0.1, 0.2, 0.3, 0.4], [1, 1, 1, 0]))


def test_equal_wealth_explains_nothing() -> None:
    for statistic in (s.wealth_neutrality_slope, s.wealth_neutrality_elasticity):
        assert math.isnan(statistic([1, 2, 3], [0.1, 0.1, 0.1]))
    assert math.isnan(s.wealth_neutrality_correlation([2, 2, 2], [0.1, 0.2, 0.3]))


def test_what_rounding_leaves_is_no_difference() -> None:
    third = [0.1 + 0.2, 0.3, 0.3]  # differ in the last digit
    assert math.isnan(s.wealth_neutrality_slope([1, 2, 3], third))
    assert math.isnan(s.wealth_neutrality_correlation(third, [1, 2, 3]))
    for statistic in (s.gini, s.hoover, s.coefficient_of_variation):
        assert math.isnan(statistic([0.1 + 0.2, -0.3]))


def test_empty_groups_are_undefined() -> None:
    assert math.isnan(s.exposure_rate([0.1, 0.2], [0, 0]))
    assert math.isnan(s.exposure_gap([0.1, 0.2], [5, 5], [0, 0]))
    assert math.isnan(s.exposure_ratio([0.0, 0.2], [5, 5], [5, 0]))
    assert math.isnan(s.dissimilarity([5, 5], [0, 0]))
    assert math.isnan(s.isolation([0, 0], [5, 5]))
    assert math.isnan(s.theil_h([[5, 0], [9, 0]]))
    assert math.isnan(s.progressivity_ratio([1, 2], [0, 0]))
    assert math.isnan(s.progressivity_ratio([1, 2], [1, 1]))
    assert math.isnan(s.efig_equity_factor([1e6, 2e6], [200, 150], [10, 10]))


def test_missing_is_missing_however_it_is_written() -> None:
    for values in (
        [1.0, None, 3.0],
        np.ma.masked_invalid([1.0, np.nan, 3.0]),
        np.ma.masked_array([1, 0, 3], mask=[False, True, False]),
        pd.Series([1, None, 3]),
    ):
        assert math.isnan(s.gini(values))
    assert math.isnan(s.gini([1, 2], [np.nan, 1]))
    assert math.isnan(s.theil_between([1, 2], ["a", None]))
    assert math.isnan(s.high_quartile_gap([1, 2, 3, 4], [1, 2, 3, 4], state_average=math.nan))
    assert math.isnan(s.adequacy_shortfall([1, 2], math.nan))
    assert math.isnan(s.quantile([1, 2], part=math.nan))


def test_missing_in_an_agency_left_out_does_no_harm() -> None:
    assert s.efig_coefficient_of_variation([1e6, np.nan], [1000, 90], [10, np.nan]) == 0
    assert math.isnan(s.efig_coefficient_of_variation([1e6, 1e6], [1000, np.nan], [10, 10]))


def test_undefined_lorenz_curve_has_no_corner() -> None:
    curve = s.lorenz_curve([0, 0])
    assert np.isnan(curve.students).all()
    assert np.isnan(curve.resources).all()


def test_need_index_keeps_missing_missing() -> None:
    assert np.isnan(s.per_student([0, 5], [0, 2])).tolist() == [True, False]
    assert np.isnan(s.need_index([1, np.nan], [[1], [1]], [2])).tolist() == [False, True]
    assert np.isnan(s.expected_dollars([[1, 1], [1, np.nan]], [2, 2])).all()
    assert np.isnan(s.need_index([5, 7], [[0], [4]], [2])).tolist() == [True, False]
    assert s.expected_dollars([[1, 0], [3, 0]], [8, 0]).tolist() == [2, 6]


def test_negative_amounts() -> None:
    assert s.value_range([-5, 10]) == 15
    assert s.mean([-5, 10], [1, 2]) == 5
    assert s.gini([-10, 20]) == pytest.approx(1.5)
    assert s.hoover([-10, 20]) == pytest.approx(1.5)
    assert s.lorenz_share([-10, 20], part=0.5) == pytest.approx(-1)
    assert s.coefficient_of_variation([-10, 20]) == pytest.approx(3)
    assert math.isnan(s.theil_t([-1, 5]))
    assert math.isnan(s.theil_l([-1, 5]))
    assert math.isnan(s.theil_between([-1, 5], ["a", "a"]))
    assert math.isnan(s.atkinson([-1, 5]))
    assert math.isnan(s.federal_range_ratio([-1, 5]))
    assert s.mcloone([-2, 4, 6], [1, 2, 1]) == pytest.approx(0.25)
    assert s.adequacy_shortfall([-2, 10], 5) == 7


def test_amount_of_zero() -> None:
    assert math.isnan(s.theil_l([0, 5]))
    assert s.theil_t([0, 5]) == pytest.approx(math.log(2))
    assert s.atkinson([0, 5], epsilon=0.5) == pytest.approx(0.5)
    assert s.atkinson([0, 5], epsilon=1) == 1
    assert s.atkinson([0, 5], epsilon=3) == 1


REFUSED = [
    (lambda: s.gini([1, 2], [1]), "Columns differ in length: 1, 2 rows."),
    (lambda: s.gini([1, 2], [1, -1]), "Numbers of students are 0 or more; row 1 holds -1."),
    (lambda: s.gini([1, np.inf]), "Row 1 is infinite; a missing figure is NaN."),
    (lambda: s.gini([[1, 2]]), "A column has 1 dimension(s); this one has 2."),
    (lambda: s.gini(3.0), "A column has 1 dimension(s); this one has 0."),
    (lambda: s.quantile([1, 2], part=50), "A share is a fraction from 0 to 1; found 50."),
    (lambda: s.lorenz_share([1, 2], part=-0.1), "A share is a fraction from 0 to 1; found -0.1."),
    (
        lambda: s.progressivity_ratio([1, 2], [40, 60]),
        "Each share of poor students is a fraction from 0 to 1; found 40 to 60.",
    ),
    (
        lambda: s.atkinson([1, 2], epsilon=-1),
        "Aversion to inequality (epsilon) is a number of 0 or more; found -1.",
    ),
    (lambda: s.isolation([5, 2], [4, 4]), "A school has more students of a group than students."),
    (
        lambda: s.exposure_index([2, 2], [5, 1], [4, 4]),
        "A school has more students of a group than students.",
    ),
    (lambda: s.dissimilarity([1, 2], [3, -4]), "Numbers of students are 0 or more; row 1 holds -4."),
    (lambda: s.theil_h([5, 2]), "A column has 2 dimension(s); this one has 1."),
    (lambda: s.expected_dollars([[1, 0]], [5, 5]), "Dollars are spent on a group that has no students."),
    (lambda: s.expected_dollars([[1, 1]], [5]), "2 groups of students but 1 of dollars."),
    (lambda: s.per_student([1], [1, 2]), "Columns differ in length: 1 and 2 rows."),
    (
        lambda: s.high_quartile_gap([1, 2, 3, 4], [1, 2, 3, 4], state_average=math.inf),
        "The state average is infinite; if it is not known, give NaN.",
    ),
    (
        lambda: s.efig_equity_factor([1], [500], [1], per_pupil="poor"),
        "per_pupil is 'weighted' or 'enrolled'; found 'poor'.",
    ),
    (
        lambda: s.efig_equity_factor([1], [500], [-1]),
        "Numbers of students are 0 or more; row 0 holds -1.",
    ),
]


@pytest.mark.parametrize(("call", "message"), REFUSED)
def test_nonsense_is_refused_with_a_sentence(call: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=r".") as refusal:
        call()
    assert str(refusal.value) == message


@pytest.mark.filterwarnings("ignore:overflow")
def test_a_sum_too_large_for_a_float_is_undefined() -> None:
    assert math.isnan(s.mean([1.5e308, 1.5e308]))


def test_segregation_leaves_out_a_school_without_students() -> None:
    assert s.theil_h([[5, 5], [0, 0], [9, 1]]) == s.theil_h([[5, 5], [9, 1]])
    assert s.isolation([5, 0, 9], [10, 0, 10]) == s.isolation([5, 9], [10, 10])


def test_nobody_has_no_worst_share() -> None:
    assert math.isnan(s.worst_share_mean([1, 2], part=0))


@pytest.mark.parametrize("name", EVERY)
def test_a_result_is_a_plain_float(name: str) -> None:
    schools = Schools(np.arange(1.0, 9), np.full(8, 100.0), np.arange(1, 9) / 16)
    assert type(schools.of(EVERY[name])) is float


@pytest.mark.parametrize("name", sorted(set(EVERY) - set(SEGREGATION)))
def test_inputs_are_not_changed(name: str) -> None:
    schools = Schools(np.array([5.0, 1, 4, 2]), np.array([9.0, 0, 3, 7]), np.array([0.5, 0.1, 0.7, 0.2]))
    before = [each.copy() for each in (schools.amounts, schools.students, schools.poverty)]
    schools.of(EVERY[name])
    after = (schools.amounts, schools.students, schools.poverty)
    assert all((left == right).all() for left, right in zip(before, after, strict=True))
