"""Instructional staff on state and local money, by hand, in two districts of one school each."""

from __future__ import annotations

import numpy as np
import pytest
from checking import case_of, district_of, scenario_of
from districts import any_schools, school_id

from planner.case import Case
from planner.outcome import Outcome
from planner.policies.instructional import counted_staff, in_fte, in_salaries

A, B = school_id(1), school_id(1, 2)
FEDERAL = ["other_federal", "title_i"]


@pytest.fixture(scope="module")
def case() -> Case:
    """Return teachers at $60,000 and $40,000, two each, and at $90,000 and $50,000, one and three.

    A quarter is added for benefits: they average $62,500 in the first district, $75,000 in the second. Each
    school has a counselor at $30,000 besides. Title I may pay positions; another federal fund pays two
    teachers' worth today at the first school.
    """
    teachers = [(A, "experienced", 2, 60_000), (A, "novice", 2, 40_000)]
    teachers += [(B, "experienced", 1, 90_000), (B, "novice", 3, 50_000)]
    staff = [(school, "teacher", "math", what, fte, pay, 0.0) for school, what, fte, pay in teachers]
    staff += [(school, "counselor", "general", "developing", 1, 30_000, 0.0) for school in (A, B)]
    dollars = {"0600001": 500_000, "0600002": 500_000}
    district = district_of(
        any_schools,
        dict.fromkeys((A, B), ("elementary", 100, 50)),
        staff,
        budget=[(A, "other_federal", "staff", 125_000)],
        funds={"title_i": {"dollars": dollars, "uses": ["positions"]}},
        benefit_rate=0.25,
    )
    return case_of(district, scenario_of({"measure": "dollars", "index": "gap", "group": "low_income"}))


def teachers_of(case: Case) -> np.ndarray:
    return np.array([pool.role == "teacher" for pool in case.pools])


def test_federal_pay_counts_as_staff_at_the_average_pay_of_its_district(case: Case) -> None:
    counting = in_fte(case, teachers_of(case), FEDERAL)
    assert (1 / counting.off).tolist() == pytest.approx([62_500, 75_000])
    assert counting.counts.sum(axis=1).tolist() == [2, 2]
    nobody = in_fte(case, np.zeros(len(case.pools)), FEDERAL)
    assert nobody.off.tolist() == [0, 0]


@pytest.mark.parametrize(
    ("longevity", "expected"),
    [(True, [[60_000, 40_000], [90_000, 50_000]]), (False, [[50_000, 50_000], [60_000, 60_000]])],
)
def test_salaries_with_and_without_what_experience_is_paid(
    case: Case, longevity: bool, expected: list[list[float]]
) -> None:
    counting = in_salaries(case, teachers_of(case), FEDERAL, longevity)
    teachers = sorted(np.flatnonzero(teachers_of(case)), key=lambda pool: case.pools[pool].experience)
    assert counting.counts[:, teachers].tolist() == [pytest.approx(each) for each in expected]
    assert counting.counts.sum() == pytest.approx(sum(map(sum, expected)))
    assert (1 / counting.off).tolist() == pytest.approx([1.25, 1.25])


def test_what_federal_funds_pay_comes_off(case: Case) -> None:
    """Two of the first school's four teachers today, and one more of Title I; two of the second's four."""
    counting = in_fte(case, teachers_of(case), FEDERAL)
    assert counted_staff(Outcome(case, {}), 0, counting).tolist() == pytest.approx([2, 4])
    placed = {(case.school_index[A], "title_i", "positions", 0): 62_500.0}
    placed[case.school_index[B], "title_i", "positions", 0] = 150_000.0
    assert counted_staff(Outcome(case, {"dollars": placed}), 0, counting).tolist() == pytest.approx([1, 2])
    of_the_state = counting._replace(federal=[])
    assert counted_staff(Outcome(case, {"dollars": placed}), 0, of_the_state).tolist() == [4, 4]
