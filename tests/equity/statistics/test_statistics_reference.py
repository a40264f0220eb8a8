"""The statistics against published values, another package and hand computations."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from planner.equity import statistics as s

REFERENCE = (
    Path(__file__).resolve().parents[4] / "shared" / "data" / "equity_reference" / "reference_values.csv"
)
INEQ = np.array([541, 1463, 2445, 3438, 4437, 5401, 6392, 8304, 11904, 22261], float)
REAT = np.array([10, 10, 10, 20, 50], float)
WORKED = np.array([24.0, 45, 60, 100, 200, 1000]), np.array([12.0, 8, 6, 6, 4, 2])

PRINTED = [
    (INEQ, s.gini, {}, 0.4620911),
    (INEQ, s.gini, {"sample": True}, 0.5134346),
    (INEQ, s.theil_t, {}, 0.3623412),
    (INEQ, s.theil_l, {}, 0.4335946),
    (INEQ, s.atkinson, {"epsilon": 0.5}, 0.1796591),
    (INEQ, s.atkinson, {"epsilon": 1}, 0.3518251),
    (INEQ, s.atkinson, {"epsilon": 2}, 0.6290111),  # 1 - 100 / (sum x sum 1/x) = 0.62901105...
    (INEQ, s.hoover, {}, 0.3378067),
    (INEQ, s.coefficient_of_variation, {}, 0.9169582),
    (INEQ, s.coefficient_of_variation, {"sample": True}, 0.9665588),
    (REAT, s.gini, {}, 0.36),
    (REAT, s.gini, {"sample": True}, 0.45),
    (REAT, s.theil_t, {}, 0.2502012),
    (REAT, s.theil_l, {}, 0.2326302),
    (REAT, s.atkinson, {"epsilon": 0.5}, 0.1154751),
    (REAT, s.atkinson, {"epsilon": 1}, 0.2075534),
    (REAT, s.atkinson, {"epsilon": 2}, 0.3243243),
    (REAT, s.hoover, {}, 0.30),
    (REAT, s.coefficient_of_variation, {}, 0.7745967),
    (REAT, s.coefficient_of_variation, {"sample": True}, 0.8660254),
]


@pytest.mark.parametrize(("values", "statistic", "parameters", "printed"), PRINTED)
def test_printed_digits(
    values: np.ndarray, statistic: Callable[..., float], parameters: dict[str, float], printed: float
) -> None:
    assert round(statistic(values, **parameters), 7) == printed


BY_MEASURE = {
    "Gini": s.gini,
    "Atkinson eps=0.5": lambda v: s.atkinson(v, epsilon=0.5),
    "Atkinson eps=1": lambda v: s.atkinson(v, epsilon=1),
    "Theil T total": s.theil_t,
    "Theil between-group": lambda v: s.theil_between(v, [0, 0, 0, 1, 1, 1]),
}
SPELLED_OUT = {"50/9 x9 ; 50 x1": ([50 / 9, 50], [9, 1]), "2 x5 ; 18 x5": ([2, 18], [5, 5])}


def test_reference_file() -> None:
    if not REFERENCE.exists():
        pytest.skip(f"no reference values beside the repository at {REFERENCE}")
    with REFERENCE.open(encoding="utf-8") as file:
        rows = {row["id"]: row for row in csv.DictReader(file)}
    left = {"R9"}  # the Herfindahl index is a statistic of concentration and not in this library
    for name, row in rows.items():
        if name in left:
            continue
        assert abs(_answer(row) - float(row["expected"])) <= float(row["tolerance"]), name
    assert len(rows) - len(left) >= 9


def _answer(row: dict[str, str]) -> float:
    if row["measure"] == "McLoone":
        return s.mcloone(*WORKED)
    if row["input"] in SPELLED_OUT:
        return s.gini(*SPELLED_OUT[row["input"]], sample=True)
    return BY_MEASURE[row["measure"]](np.array(row["input"].split(), float))


@pytest.mark.filterwarnings("ignore:Setting the shape:DeprecationWarning")
@pytest.mark.parametrize("seed", range(5))
def test_pysal(seed: int) -> None:
    # Imported here: it brings in maps and charts, which take every process a second and a half.
    from inequality.atkinson import atkinson as pysal_atkinson
    from inequality.gini import Gini
    from inequality.theil import Theil, TheilD

    values = np.random.default_rng(seed).lognormal(9, 0.4, 57)
    group = np.arange(57) % 3
    parts = TheilD(values[:, None], group)
    assert s.gini(values) == pytest.approx(float(Gini(values).g), rel=1e-12)
    assert s.theil_t(values) == pytest.approx(float(Theil(values).T), rel=1e-12)
    assert s.theil_between(values, group) == pytest.approx(parts.bg.item(), rel=1e-9)
    assert s.theil_within(values, group) == pytest.approx(parts.wg.item(), rel=1e-9)
    for epsilon in (0.25, 1, 3):
        assert s.atkinson(values, epsilon=epsilon) == pytest.approx(
            pysal_atkinson(values, epsilon), rel=1e-11
        )


def test_theil_on_zeros_is_log_two() -> None:
    assert s.theil_t([0, 0, 0, 10, 10, 10]) == pytest.approx(math.log(2), abs=1e-12)
    assert s.theil_within([0, 0, 0, 10, 10, 10], list("aaabbb")) == pytest.approx(0, abs=1e-12)


def test_mcloone_and_verstegen_take_halves_of_students() -> None:
    assert s.mcloone(*WORKED) == pytest.approx(603 / (45 * 19), abs=1e-12)
    assert s.verstegen(*WORKED) == pytest.approx(3805 / (45 * 19), abs=1e-12)


def test_mcloone_splits_the_school_at_the_median() -> None:
    # 10 students: 3 at 100, 4 at 200, 3 at 300; the lower five are 3 at 100 and 2 at 200
    assert s.mcloone([100, 200, 300], [3, 4, 3]) == pytest.approx((3 * 100 + 2 * 200) / 5 / 200)
    assert s.verstegen([100, 200, 300], [3, 4, 3]) == pytest.approx((3 * 300 + 2 * 200) / 5 / 200)


def test_federal_range_ratio_counts_students() -> None:
    # the poorest school has 6% of students, so the 5th percentile stands in it; the richest has 4%
    assert s.federal_range_ratio([5000, 8000, 10_000, 20_000], [6, 50, 40, 4]) == pytest.approx(1.0)
    assert s.restricted_range([5000, 8000, 10_000, 20_000], [6, 50, 40, 4]) == pytest.approx(5000)


def test_a_cut_between_two_schools_is_halfway() -> None:
    assert s.median([1, 3]) == 2
    assert s.quantile([1, 2, 3, 4], part=0.25) == 1.5
    assert s.quantile(np.arange(10), np.full(10, 0.1), part=0.3) == 2.5  # whatever 0.1 + 0.1 + 0.1 is
    assert s.restricted_range([0, 1, 2, 3], low=0.25, high=0.75) == 2


def test_worst_share_mean_by_hand() -> None:
    # 20% of 100 students: ten at 5 and ten of the forty at 8
    assert s.worst_share_mean([8, 5, 20], [40, 10, 50]) == pytest.approx(6.5)
    assert s.worst_share_mean([8, 5, 20], [40, 10, 50], part=0.6, fewer_is_better=True) == pytest.approx(18.0)


def test_lorenz_by_hand() -> None:
    curve = s.lorenz_curve([30, 10], [1, 3])
    assert curve.students.tolist() == [0, 0.75, 1]
    assert curve.resources.tolist() == [0, 0.5, 1]
    assert s.lorenz_share([30, 10], [1, 3], part=0.375) == pytest.approx(0.25)
    assert s.gini([30, 10], [1, 3]) == pytest.approx(0.25)


AGENCIES = ([11e6, 6e6, 9e6], [1000, 500, 200], [250, 0, 200])


def test_federal_equity_factor_by_hand() -> None:
    # pupils 1,100 and 500; 10,000 and 12,000 dollars each; mean 10,625; the agency of 200 is left out
    expected = math.sqrt((1100 * 625**2 + 500 * 1375**2) / 1600) / 10_625
    assert s.efig_coefficient_of_variation(*AGENCIES) == pytest.approx(expected)
    assert s.efig_equity_factor(*AGENCIES) == pytest.approx(expected)


def test_federal_equity_factor_over_plain_enrollment() -> None:
    # 11,000 and 12,000 dollars a student, weighed by 1,100 and 500
    expected = s.coefficient_of_variation([11_000, 12_000], [1100, 500])
    assert s.efig_coefficient_of_variation(*AGENCIES, per_pupil="enrolled") == pytest.approx(expected)


def test_agency_of_201_counts_and_one_of_200_does_not() -> None:
    dollars, poor = [11e6, 9e6], [250, 200]
    assert s.efig_coefficient_of_variation(dollars, [1000, 200], poor) == 0
    assert s.efig_coefficient_of_variation(dollars, [1000, 201], poor) > 0.1


def test_special_rule_caps_the_factor() -> None:
    wide = ([5e6, 30e6], [1000, 1000], [0, 0])
    assert s.efig_equity_factor(*wide) == pytest.approx(25 / 35)
    assert s.efig_equity_factor(*wide, meets_disparity_standard=True) == 0.10
    assert s.efig_equity_factor([5e6], [1000], [100]) == 0


def test_shortfall_by_hand() -> None:
    # ten students are 20 short, five are 10 above: what is above offsets nothing
    assert s.adequacy_shortfall([80, 110], 100, [10, 5]) == 200
    assert s.adequacy_shortfall_share([80, 110], 100, [10, 5]) == pytest.approx(200 / 1500)
    assert s.adequacy_shortfall([80, 110], [80, 150], [10, 5]) == 200


def test_need_index_by_hand() -> None:
    # 1,000,000 over 200 students, and 200,000 over 100 low-income students
    groups, spent = [[100, 80], [100, 20]], [1_000_000, 200_000]
    assert s.expected_dollars(groups, spent).tolist() == [660_000, 540_000]
    assert s.need_index([600_000, 600_000], groups, spent) == pytest.approx([600 / 660, 600 / 540])


def test_need_weighted_statistic_is_zero_when_dollars_follow_need() -> None:
    weighted = np.array([140.0, 110])
    dollars = 9000 * weighted
    assert s.gini(s.per_student(dollars, weighted), weighted) == pytest.approx(0, abs=1e-12)
    assert s.gini(s.per_student(dollars, [100, 100]), [100, 100]) > 0.05


def test_slope_and_elasticity_on_a_line() -> None:
    poverty = np.array([0.1, 0.3, 0.8])
    amounts = 9000 + 2000 * poverty
    weights = [50, 10, 40]
    mean_poverty = (5 + 3 + 32) / 100
    assert s.wealth_neutrality_slope(amounts, poverty, weights) == pytest.approx(2000)
    expected = 2000 * mean_poverty / (9000 + 2000 * mean_poverty)
    assert s.wealth_neutrality_elasticity(amounts, poverty, weights) == pytest.approx(expected)
    assert s.wealth_neutrality_correlation(amounts, poverty, weights) == pytest.approx(1)
    assert s.wealth_neutrality_correlation(-amounts, poverty, weights) == pytest.approx(-1)


def test_slope_is_weighted_least_squares() -> None:
    lot = np.random.default_rng(3)
    amounts, wealth, students = lot.random((3, 40))
    slope = np.polyfit(wealth, amounts, 1, w=np.sqrt(students))[0]
    assert s.wealth_neutrality_slope(amounts, wealth, students) == pytest.approx(slope)


def test_progressivity_by_hand() -> None:
    # poor students 80 and 20, others 20 and 80; 11,000 and 9,000 dollars
    ratio = s.progressivity_ratio([11_000, 9000], [0.8, 0.2], [100, 100])
    assert ratio == pytest.approx(10_600 / 9400)


TEXAS = {  # campus: low-income share, rate of inexperienced teachers
    "a": (0.10, 0.05), "b": (0.20, 0.09), "c": (0.30, 0.11), "d": (0.40, 0.10),
    "e": (0.50, 0.16), "f": (0.60, 0.12), "g": (0.70, 0.20), "h": (0.90, 0.28),
}  # fmt: skip


def test_texas_method_by_hand() -> None:
    low_income, rates = np.array([TEXAS[each] for each in "gacfhbed"]).T
    assert s.quartile_gap(rates, low_income) == pytest.approx(0.24 - 0.07)
    assert s.quartile_ratio(rates, low_income) == pytest.approx(0.24 / 0.07)
    assert s.high_quartile_gap(rates, low_income, state_average=0.1326) == pytest.approx(0.24 - 0.1326)


@pytest.mark.parametrize(("campuses", "each"), [(4, 1), (5, 1), (6, 1), (7, 2), (8, 2), (10, 2), (11, 3)])
def test_quartiles_are_as_even_as_possible(campuses: int, each: int) -> None:
    poverty = np.arange(campuses) / campuses
    rates = np.arange(campuses) ** 2.0
    assert s.quartile_gap(rates, poverty) == pytest.approx(rates[-each:].mean() - rates[:each].mean())


def test_tied_campuses_share_the_places() -> None:
    # two places at the top: one for 0.9, the other shared by three campuses at 0.8
    poverty = [0.1, 0.2, 0.3, 0.4, 0.8, 0.8, 0.8, 0.9]
    rates = [0.0, 0.0, 0.0, 0.0, 0.1, 0.2, 0.3, 0.4]
    assert s.quartile_gap(rates, poverty) == pytest.approx((0.4 + 0.2) / 2)


def test_quartile_weights_weigh_the_averages_only() -> None:
    poverty, rates, weights = np.arange(8) / 8, [0, 0, 0, 0, 0, 0, 1, 2], [1, 1, 1, 1, 1, 1, 3, 1]
    assert s.quartile_gap(rates, poverty, weights) == pytest.approx((3 * 1 + 1 * 2) / 4)


def test_exposure_by_hand() -> None:
    # 30 of 40 low-income students meet a rate of 0.2, ten one of 0.1; peers the other way round
    rates, poor, peers = [0.2, 0.1], [30, 10], [10, 30]
    assert s.exposure_rate(rates, poor) == pytest.approx(0.175)
    assert s.exposure_gap(rates, poor, peers) == pytest.approx(0.05)
    assert s.exposure_ratio(rates, poor, peers) == pytest.approx(0.175 / 0.125)


def test_segregation_by_hand() -> None:
    group, others, total = np.array([30, 10]), np.array([10, 30]), np.array([40, 40])
    assert s.dissimilarity(group, others) == pytest.approx(0.5)
    assert s.isolation(group, total) == pytest.approx(0.75 * 0.75 + 0.25 * 0.25)
    assert s.exposure_index(group, others, total) == pytest.approx(0.375)
    entropy = -(0.75 * math.log(0.75) + 0.25 * math.log(0.25))
    assert s.theil_h(np.column_stack([group, others])) == pytest.approx(1 - entropy / math.log(2))


def test_fully_segregated_and_fully_mixed() -> None:
    assert s.theil_h([[50, 0, 0], [0, 30, 0], [0, 0, 20]]) == pytest.approx(1)
    assert s.theil_h([[50, 30, 20], [5, 3, 2]]) == pytest.approx(0, abs=1e-12)
    assert s.dissimilarity([50, 0], [0, 30]) == pytest.approx(1)
