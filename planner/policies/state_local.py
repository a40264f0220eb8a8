"""State and local dollars: which funds they are, and what of them each school gets.

Federal rules compare what state and local money buys. All of a school's pay counts as state and local but
for what a federal fund carries of it (its lines `staff` and `positions`); other lines count by their fund. A
line `positions` is pay of staff that are there already, so it never counts beside that pay.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from pydantic import Field

from planner.case import Case
from planner.district import POSITIONS_USE, STAFF_USE
from planner.funds import FEDERAL_FUNDS
from planner.outcome import Outcome
from planner.policies.base import Policy
from planner.problems import Problem, nearest
from planner.resources import staff_pay

# Lines that pay the staff of the data.
STAFF_PAY = (STAFF_USE, POSITIONS_USE)


class StateLocalPolicy(Policy):
    """Base of the rules that judge state and local dollars."""

    federal: list[str] = Field(
        default_factory=lambda: list(FEDERAL_FUNDS),
        description="funds that are federal; every other fund of the data counts as state or local",
    )

    def state_local(self, case: Case) -> list[str]:
        """Return the funds that count as state or local, sorted."""
        return [fund for fund in known_funds(case) if fund not in self.federal]

    def problems(self, case: Case) -> Iterable[Problem]:
        """Yield funds named here that the data does not have."""
        if "federal" in self.model_fields_set:
            yield from unknown_funds(case, self.federal, f"policies.{self.name}.federal")

    def warnings(self, case: Case) -> Iterable[str]:
        """Yield how the funds were read."""
        federal = [fund for fund in known_funds(case) if fund in self.federal]
        yield (
            f"{self.name} counts as state and local all pay that no federal fund carries, and the funds "
            f"{', '.join(self.state_local(case)) or '(none)'}; as federal {', '.join(federal) or 'no fund'}."
        )


def known_funds(case: Case) -> list[str]:
    """Return every fund of the data, planned or not, sorted."""
    return sorted({*case.funds, *(fund for _, fund, _ in case.lines)})


def unknown_funds(case: Case, named: Iterable[str], where: str) -> Iterator[Problem]:
    """Yield a problem for each fund that the data does not have."""
    known = known_funds(case)
    for fund in named:
        if fund not in known:
            yield Problem(where, f"'{fund}'", "a fund of the data", nearest(fund, known))


# In the model -----------------------------------------------------------------------------------------------


def state_local_expression(model: Any, year: int, federal: list[str]) -> Any:
    """Return each school's state and local dollars as linear expressions [dollars a year]."""
    case = model.case
    lines = sorted(
        {(fund, use) for _, fund, use in case.cells if fund not in federal and use != POSITIONS_USE}
    )
    parts = [
        staff_pay(model, year, "actual"),
        *(model.spending(fund, use, year) for fund, use in lines),
        *(model.spending(fund, POSITIONS_USE, year) * -1.0 for fund in case.planned_funds if fund in federal),
        fixed_state_local(case, federal) - federal_staff_lines(case, year, federal),
    ]
    return model.total(parts)


def fixed_state_local(case: Case, federal: list[str]) -> np.ndarray:
    """Return lines of state and local funds that are not planned, but for pay, by school [dollars a year]."""
    found = np.zeros(len(case.school_ids))
    for (school, fund, use), dollars in case.lines.items():
        if fund not in case.funds and fund not in federal and use not in STAFF_PAY:
            found[school] += dollars
    return found


def federal_staff_lines(case: Case, year: int, federal: list[str]) -> np.ndarray:
    """Return today's pay that federal funds carry in a year by lines that no plan moves [dollars a year].

    By school; the lines `positions` of a planned fund are left out, for a plan decides on them.
    """
    found = np.zeros(len(case.school_ids))
    for (school, fund, use), dollars in case.lines.items():
        fixed = use == STAFF_USE or (use == POSITIONS_USE and fund not in case.funds)
        if fund in federal and fixed and (year < 0 or case.alive(fund, year)):
            found[school] += dollars
    return found


# In a finished plan -----------------------------------------------------------------------------------------


def state_local_dollars(outcome: Outcome, year: int, federal: list[str]) -> np.ndarray:
    """Return each school's state and local dollars, line by line; year -1 is today [dollars a year]."""
    case = outcome.case
    dollars = (case.fte * case.pay).sum(axis=1)
    if year >= 0:
        change = outcome.fte_table(year) - case.fte
        dollars = dollars + (change * np.nan_to_num(case.average_pay)).sum(axis=1)
    for school, fund, use, spent in _lines(outcome, year):
        if fund in federal and use in STAFF_PAY:
            dollars[school] -= spent
        elif fund not in federal and use not in STAFF_PAY:
            dollars[school] += spent
    return np.asarray(dollars)


def fund_spending(outcome: Outcome, year: int, funds: list[str], district: int) -> float:
    """Return all that some funds spend in a district, pay included; year -1 is today [dollars a year]."""
    district_of = outcome.case.district_of
    return sum(
        spent
        for school, fund, _, spent in _lines(outcome, year)
        if fund in funds and district_of[school] == district
    )


def _lines(outcome: Outcome, year: int) -> Iterator[tuple[int, str, str, float]]:
    """Yield every line of the budget under the plan; year -1 is today."""
    case = outcome.case
    placed = set(case.cells)
    for (school, fund, use), dollars in case.lines.items():
        if (school, fund, use) not in placed and (year < 0 or case.alive(fund, year)):
            yield school, fund, use, dollars
    for school, fund, use in case.cells:
        today = case.lines.get((school, fund, use), 0.0)
        yield school, fund, use, today if year < 0 else outcome.dollars(school, fund, use, year)
