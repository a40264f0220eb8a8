"""The outcome of a plan that differs from another in a few rows, against the same plan read anew."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from planner.case import Case, checked_case
from planner.district import load_district
from planner.inheritance import load_scenario
from planner.optimize import solve
from planner.other_plans import KINDS, ROWS, Kind, OtherPlans
from planner.outcome import STAFF_FAMILIES, Outcome
from planner.plan import Plan
from planner.plan_outcome import outcome_beside, outcome_of

RIVERBEND = Path(__file__).parents[1] / "scenarios" / "riverbend"
MOST = 25


def assert_alike(found: Outcome, read: Outcome, case: Case) -> None:
    """Staff, sections and dollars are the same; a decision that is undone may be there as 0."""
    for family in {*read.decisions, *found.decisions}:
        for key in {*read.decisions.get(family, {}), *found.decisions.get(family, {})}:
            if family in (*STAFF_FAMILIES, "stipend_end", "ratio"):
                assert found.get(family, key) == pytest.approx(read.get(family, key), abs=1e-9)
    lines = sorted({(fund, use) for _, fund, use in case.cells})
    for year in range(len(case.years)):
        np.testing.assert_allclose(found.fte_table(year), read.fte_table(year), atol=1e-9)
        for course in case.courses:
            np.testing.assert_allclose(found.classes(course, year), read.classes(course, year), atol=1e-9)
        for line in lines:
            np.testing.assert_allclose(found.spending(*line, year), read.spending(*line, year), atol=1e-6)


@pytest.mark.parametrize("name", ["spend-down", "limits-by-need"])
def test_a_plan_beside_another_is_as_if_read_anew(name: str) -> None:
    district = load_district(RIVERBEND / "district")
    scenario = load_scenario(RIVERBEND / f"{name}.yaml")
    plan, case = solve(district, scenario), checked_case(district, scenario)
    known, others = outcome_of(plan, case), OtherPlans(plan, case)
    known.spending("general", "coaching", 0)
    for kind in KINDS:
        for number in chosen(plan, kind):
            for other in (others.without(kind, number), others.larger(kind, number)):
                assert_alike(outcome_beside(known, plan, other), outcome_of(other, case), case)


def chosen(plan: Plan, kind: Kind) -> range:
    """Return rows of a kind, spread over all of them."""
    count = len(getattr(plan, ROWS[kind]))
    return range(0, count, max(1, count // MOST))
