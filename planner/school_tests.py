"""Each school's federal tests under a plan: Maintenance of Equity and comparability, pass or fail."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from planner.disclosure import hidden_schools
from planner.outcome import Outcome
from planner.plan import rounded
from planner.policies import comparability, maintenance_of_equity
from planner.policies.comparability import Comparability

UNITS = {
    "staff per student": "FTE per 100 students",
    "dollars per student": "dollars per student",
    "staff": "students per FTE",
    "salaries": "dollars per student",
}


@dataclass(frozen=True, slots=True)
class SchoolTest:
    """One school under one test in one year.

    Parameters
    ----------
    policy
        Name of the policy in the scenario.
    test
        The test in words.
    plan
        The plan's figure [unit].
    sense, limit
        ``<=`` and the most, or ``>=`` and the least, that passes [unit].
    """

    policy: str
    year: str
    school_id: str
    school_name: str
    test: str
    plan: float
    sense: Literal["<=", ">="]
    limit: float
    unit: str
    passes: bool

    @property
    def left(self) -> float:
        """How far the plan is from failing, as a share of the limit; negative where it fails."""
        room = self.limit - self.plan if self.sense == "<=" else self.plan - self.limit
        return room / max(abs(self.limit), 1e-9)


def school_tests(outcome: Outcome) -> tuple[SchoolTest, ...]:
    """Return every school's tests under the scenario's policies, those that fail or nearly do first.

    Schools whose students may not be told are left out.
    """
    case = outcome.case
    names = dict(zip(case.school_ids, case.district.schools["school_name"], strict=True))
    hidden = hidden_schools(dict(zip(case.school_ids, case.students.tolist(), strict=True)))
    rows = [*_maintenance_of_equity(outcome, names), *_comparability(outcome, names)]
    shown = [row for row in rows if row.school_id not in hidden]
    return tuple(sorted(shown, key=lambda row: (row.policy, row.passes, row.left, row.school_id, row.year)))


def _maintenance_of_equity(outcome: Outcome, names: dict[str, str]) -> Iterator[SchoolTest]:
    if not outcome.case.policies_of(maintenance_of_equity.MaintenanceOfEquity.kind):
        return
    for row in maintenance_of_equity.sheet(outcome):
        test = f"{row.test} per student"
        per = 100.0 if row.test == "staff" else 1.0
        figures = [rounded(value * per, "FTE") for value in (row.after, row.before - row.allowed)]
        place = (row.policy, row.year, row.school_id, names[row.school_id])
        yield SchoolTest(*place, test, figures[0], ">=", figures[1], UNITS[test], row.passes)


def _comparability(outcome: Outcome, names: dict[str, str]) -> Iterator[SchoolTest]:
    policies = outcome.case.policies_of(Comparability.kind)
    asked = {policy.name: policy.test for policy in policies if isinstance(policy, Comparability)}
    for row in comparability.sheet(outcome) if asked else ():
        if asked[row.policy] in (row.test, "either"):
            place = (row.policy, row.year, row.school_id, names[row.school_id])
            figures = rounded(row.actual, "FTE"), row.sense, rounded(row.limit, "FTE")
            test = "students per staff" if row.test == "staff" else "salaries per student"
            yield SchoolTest(*place, test, *figures, UNITS[row.test], row.passes)
