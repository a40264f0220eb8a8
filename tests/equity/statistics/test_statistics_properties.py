"""What must hold for any schools."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from equity_populations import CAMPUSES, EVERY, LEVELS, RELATIVE, SEGREGATION, Schools, schools
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.equity import statistics as s

quick = settings(max_examples=12, deadline=None)
"""For properties tried on every statistic."""

thorough = settings(max_examples=80, deadline=None)

CLOSE = {"rel": 1e-7, "abs": 1e-9}
TOTALS = {"adequacy_shortfall"}
ENROLLMENT_OF_ITS_OWN = {"efig_coefficient_of_variation", "efig_equity_factor"}


def same(left: float, right: float) -> bool:
    return (math.isnan(left) and math.isnan(right)) or left == pytest.approx(right, **CLOSE)


def test_every_statistic_is_tried() -> None:
    # The need index is one figure a school, and has properties of its own.
    assert set(EVERY) == set(s.DESCRIPTIONS) - {"need_index"}


@pytest.mark.parametrize("name", EVERY)
@quick
@given(data=st.data())
def test_order_of_schools_does_not_matter(name: str, data: st.DataObject) -> None:
    district = data.draw(schools())
    order = data.draw(st.permutations(range(len(district.amounts))))
    assert same(district.rows(list(order)).of(EVERY[name]), district.of(EVERY[name]))


@pytest.mark.parametrize("name", RELATIVE)
@quick
@given(district=schools(), factor=st.sampled_from([0.001, 0.5, 7.0, 1e6]))
def test_unit_of_amounts_does_not_matter(name: str, district: Schools, factor: float) -> None:
    scaled = Schools(factor * district.amounts, district.students, district.poverty)
    assert same(scaled.of(EVERY[name]), district.of(EVERY[name]))


@pytest.mark.parametrize("name", LEVELS)
@quick
@given(district=schools(), factor=st.sampled_from([0.5, 7.0, 1e4]))
def test_levels_scale_with_amounts(name: str, district: Schools, factor: float) -> None:
    scaled = Schools(factor * district.amounts, district.students, district.poverty)
    assert scaled.of(EVERY[name]) == pytest.approx(factor * district.of(EVERY[name]), rel=1e-7, abs=1e-7)


@pytest.mark.parametrize("name", sorted(set(EVERY) - CAMPUSES - TOTALS - ENROLLMENT_OF_ITS_OWN))
@quick
@given(data=st.data())
def test_replication_and_division_of_schools_do_not_matter(name: str, data: st.DataObject) -> None:
    district = data.draw(schools())
    size = len(district.amounts)
    expected = district.of(EVERY[name])
    assert same(district.rows(list(range(size)) * 3).of(EVERY[name]), expected)
    part = data.draw(st.sampled_from([0.25, 0.5]))
    divided = district.rows([*range(size), 0])
    divided.students[[0, -1]] *= [part, 1 - part]
    assert same(divided.of(EVERY[name]), expected)


@pytest.mark.parametrize("name", sorted(set(EVERY) - TOTALS - ENROLLMENT_OF_ITS_OWN))
@quick
@given(district=schools(), factor=st.sampled_from([0.01, 1000.0]))
def test_only_shares_of_students_matter(name: str, district: Schools, factor: float) -> None:
    larger = Schools(district.amounts, factor * district.students, district.poverty)
    assert same(larger.of(EVERY[name]), district.of(EVERY[name]))


@pytest.mark.parametrize("name", sorted((set(RELATIVE) | set(LEVELS)) - CAMPUSES - ENROLLMENT_OF_ITS_OWN))
@quick
@given(data=st.data())
def test_weights_count_students_one_by_one(name: str, data: st.DataObject) -> None:
    drawn = data.draw(schools())
    few = Schools(drawn.amounts, np.ceil(drawn.students / 100), drawn.poverty)
    each = few.rows(np.repeat(np.arange(len(few.amounts)), few.students.astype(int)))
    one = Schools(each.amounts, np.ones(len(each.amounts)), each.poverty)
    assert same(few.of(EVERY[name]), one.of(EVERY[name]))


@pytest.mark.parametrize("name", EVERY)
@quick
@given(data=st.data())
def test_missing_is_never_a_number(name: str, data: st.DataObject) -> None:
    district = data.draw(schools())
    columns = ["students", "poverty"] if name in SEGREGATION else ["amounts", "students"]
    if name in CAMPUSES or "wealth" in name or "progressivity" in name or "between" in name:
        columns = ["amounts", "students", "poverty"]
    column = getattr(district, data.draw(st.sampled_from(columns)))
    column[data.draw(st.integers(0, len(column) - 1))] = np.nan
    assert math.isnan(district.of(EVERY[name]))


@pytest.mark.parametrize("name", sorted(set(EVERY) - ENROLLMENT_OF_ITS_OWN - set(SEGREGATION)))
@quick
@given(data=st.data())
def test_a_school_without_students_is_not_read(name: str, data: st.DataObject) -> None:
    district = data.draw(schools(least=5))
    last = len(district.amounts) - 1
    closed = district.rows(list(range(last + 1)))
    closed.students[last] = 0
    closed.amounts[last] = np.nan
    assert same(closed.of(EVERY[name]), district.rows(list(range(last))).of(EVERY[name]))


STRICT = ("gini", "coefficient_of_variation", "theil_t", "theil_l", "atkinson")


@thorough
@given(data=st.data())
def test_transfer_from_more_to_less_lowers_inequality(data: st.DataObject) -> None:
    district = data.draw(schools(least=2).filter(lambda each: np.ptp(each.amounts) >= 2))
    rich, poor = int(district.amounts.argmax()), int(district.amounts.argmin())
    smaller = min(district.students[rich], district.students[poor])
    moved = 0.4 * np.ptp(district.amounts) * smaller
    after = Schools(district.amounts.copy(), district.students, district.poverty)
    after.amounts[rich] -= moved / district.students[rich]
    after.amounts[poor] += moved / district.students[poor]
    for name in STRICT:
        assert after.of(EVERY[name]) < district.of(EVERY[name]), name
    assert after.of(EVERY["hoover"]) <= district.of(EVERY["hoover"]) + 1e-12
    assert after.of(EVERY["lorenz_share"]) >= district.of(EVERY["lorenz_share"]) - 1e-12


@thorough
@given(district=schools())
def test_bounds(district: Schools) -> None:
    value = {name: district.of(statistic) for name, statistic in EVERY.items()}
    for name in ("gini", "hoover", "atkinson", "dissimilarity", "theil_h", "adequacy_shortfall_share"):
        assert 0 <= value[name] <= 1, name
    for name in ("theil_t", "theil_l", "coefficient_of_variation", "federal_range_ratio", "value_range"):
        assert value[name] >= 0, name
    assert value["hoover"] <= value["gini"] + 1e-12
    assert value["mcloone"] <= 1 + 1e-12 <= value["verstegen"] + 2e-12
    if np.ptp(district.amounts):
        assert -1 <= value["wealth_neutrality_correlation"] <= 1
    assert value["lowest"] - 1e-9 <= value["worst_share_mean"] <= value["mean"] + 1e-9
    assert value["restricted_range"] <= value["value_range"]
    assert value["theil_between"] <= value["theil_t"] + 1e-12
    assert value["isolation"] + value["exposure_index"] == pytest.approx(1)
    poor_share = district.students @ district.poverty / district.students.sum()
    assert value["isolation"] >= poor_share - 1e-12


@thorough
@given(district=schools())
def test_gini_is_the_mean_difference_of_pairs(district: Schools) -> None:
    amounts, students = district.amounts, district.students
    pairs = np.outer(students, students) * np.abs(amounts[:, None] - amounts)
    expected = pairs.sum() / (2 * students.sum() * (students @ amounts))
    assert s.gini(amounts, students) == pytest.approx(expected, **CLOSE)


@thorough
@given(district=schools())
def test_gini_is_twice_the_area_over_the_lorenz_curve(district: Schools) -> None:
    curve = s.lorenz_curve(district.amounts, district.students)
    area = float(np.trapezoid(curve.resources, curve.students))
    assert s.gini(district.amounts, district.students) == pytest.approx(1 - 2 * area, **CLOSE)


@thorough
@given(district=schools(), part=st.sampled_from([0.0, 0.05, 0.25, 1 / 3, 0.5, 0.9, 1.0]))
def test_quantile_is_that_of_students_lined_up(district: Schools, part: float) -> None:
    line = np.repeat(district.amounts, district.students.astype(int))
    expected = np.quantile(line, part, method="averaged_inverted_cdf")
    if abs(part * len(line) % 1 - 0.5) < 0.49:  # numpy rounds cuts between two students its own way
        assert s.quantile(district.amounts, district.students, part=part) == expected
    assert s.median(district.amounts, district.students) == np.median(line)


@thorough
@given(district=schools(), part=st.sampled_from([0.1, 0.2, 0.5, 1.0]))
def test_worst_share_mean_is_its_dual(district: Schools, part: float) -> None:
    amounts, students = district.amounts, district.students
    short = np.maximum(amounts[:, None] - amounts, 0) @ students
    expected = (amounts - short / (part * students.sum())).max()
    assert s.worst_share_mean(amounts, students, part=part) == pytest.approx(expected, **CLOSE)
    turned = s.worst_share_mean(-amounts, students, part=part, fewer_is_better=True)
    assert turned == pytest.approx(-expected, **CLOSE)


@thorough
@given(district=schools())
def test_theil_parts_add_up(district: Schools) -> None:
    labels = np.where(district.poverty > 0.5, "high", "low")
    between = s.theil_between(district.amounts, labels, district.students)
    groups = [district.rows(np.flatnonzero(labels == label)) for label in np.unique(labels)]
    whole = district.students @ district.amounts
    inside = sum(g.students @ g.amounts / whole * s.theil_t(g.amounts, g.students) for g in groups)
    assert s.theil_t(district.amounts, district.students) == pytest.approx(between + inside, **CLOSE)


@thorough
@given(district=schools())
def test_atkinson_rises_with_aversion_and_meets_theil(district: Schools) -> None:
    amounts, students = district.amounts, district.students
    values = [s.atkinson(amounts, students, epsilon=e) for e in (0, 0.3, 0.9999, 1, 1.0001, 2, 60, 500)]
    assert values[0] == pytest.approx(0, abs=1e-12)
    assert all(later >= earlier - 1e-9 for earlier, later in pairwise(values))
    assert values[3] == pytest.approx(1 - math.exp(-s.theil_l(amounts, students)), **CLOSE)
    floor = 1 - amounts.min() / s.mean(amounts, students)
    assert values[-1] <= floor + 1e-12


@thorough
@given(district=schools())
def test_high_and_low_quarters_are_mirrors(district: Schools) -> None:
    gap = s.quartile_gap(district.amounts, district.poverty)
    assert s.quartile_gap(district.amounts, 1 - district.poverty) == pytest.approx(-gap, **CLOSE)


@thorough
@given(district=schools())
def test_expected_dollars_add_up_to_the_district(district: Schools) -> None:
    poor = district.students * district.poverty
    groups = np.column_stack([district.students, poor])
    assert s.expected_dollars(groups, [5e6, 1e6]).sum() == pytest.approx(6e6)
