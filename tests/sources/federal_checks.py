"""What every federal import must allow: a plan that verification upholds."""

from __future__ import annotations

from typing import Any

import pandas as pd

from planner.district import District
from planner.optimize import solve
from planner.plan import Plan
from planner.scenario import resolve_scenario
from planner.verification import verify


def smoke(data: District, measure: str = "teachers", **extra: Any) -> Plan:
    """Solve a small scenario on an imported data set, and check the plan by the second opinion."""
    question = {
        "name": "Smoke",
        "objective": {"measures": [{"measure": measure, "index": "shortfall"}]},
        "policies": {"transfers": {"max_share_per_school": 0.2}},
        **extra,
    }
    plan = solve(data, resolve_scenario(question))
    failures = verify(plan, data).failures
    assert not failures, "\n".join(map(str, failures))
    return plan


def counts(data: District) -> pd.Series:
    """Return students by school and group."""
    return data.enrollment.set_index(["school_id", "group"])["students"]


def pools(data: District) -> pd.DataFrame:
    """Return staff by school, role and experience."""
    return data.staff.set_index(["school_id", "role", "experience"]).sort_index()
