"""Today's spending by school, fund and use, and what each planned fund holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from planner.district import STAFF_USE
from planner.generate.draws import Draws, Floats, Ints, between
from planner.generate.schools import Schools
from planner.generate.staffing import SPECIAL_ED

BENEFIT_RATE = 0.28
SPECIAL_FUND, FOUNDATION, FOOD = "special_education", "state_foundation", "food_service"
GENERAL, TITLE_I, ESSER = "general", "title_i", "esser"


class FixedLine(NamedTuple):
    """A line the planner does not move: dollars a school, and dollars a student without and with poverty."""

    fund: str
    use: str
    a_school: float
    a_student: tuple[float, float]


# Sized so that pay is about half of a total of $11,000 to $15,000 a student; meals cost more where more
# students eat free.
FIXED_LINES = (
    FixedLine(FOUNDATION, "supplies", 0, (330, 330)),
    FixedLine(FOUNDATION, "operations", 250_000, (2_900, 2_900)),
    FixedLine(FOUNDATION, "transport", 0, (850, 850)),
    FixedLine(FOUNDATION, "central_services", 0, (760, 760)),
    FixedLine(FOOD, "meals", 0, (280, 820)),
)
FIXED_SPREAD = 0.03


class PlannedFund(NamedTuple):
    """A fund the planner places: dollars a student it is paid for, the share spent today, and on what."""

    a_student: float
    spent: float
    uses: Mapping[str, float]


PLANNED_FUNDS = {
    GENERAL: PlannedFund(
        160, 0.65, {"materials": 0.45, "coaching": 0.30, "english_support": 0.15, "tutoring": 0.10}
    ),
    TITLE_I: PlannedFund(650, 0.85, {"tutoring": 0.60, "coaching": 0.25, "extended_time": 0.15}),
    ESSER: PlannedFund(740, 0.15, {"tutoring": 0.45, "materials": 0.35, "extended_time": 0.20}),
}
USE_TARGETS = {
    "tutoring": "low_income",
    "extended_time": "low_income",
    "coaching": "all",
    "english_support": "english_learner",
    "materials": "all",
}
LINE_SPREAD = 0.12
"""A school's share of a line differs from its students' share by at most this much [share]."""
FUND_STEP, LINE_STEP = 10_000, 50
TITLE_I_SLOPE = 0.25
"""Title I dollars a low-income student rise by this share from no poverty to nothing else."""


def budget_table(schools: Schools, staff: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Return the table `budget`: pay, the fixed lines, and the lines of the planned funds."""
    funds = fund_dollars(schools)
    draws = Draws(seed, "budget")
    lines: dict[tuple[str, str], Ints] = _pay_lines(schools, staff)
    for line in FIXED_LINES:
        wobble = 1 + FIXED_SPREAD * draws.uniform(-1, 1, len(schools))
        rate = between(*line.a_student, schools.poverty)
        lines[line.fund, line.use] = _to_step((line.a_school + rate * schools.students) * wobble)
    for fund in (GENERAL, ESSER):
        for use in PLANNED_FUNDS[fund].uses:
            lines[fund, use] = _shared_line(schools, fund, use, funds[fund], draws)
    lines |= _title_i_lines(schools, funds[TITLE_I])
    return _as_table(schools, lines)


def fund_dollars(schools: Schools) -> dict[str, Ints]:
    """Return what each planned fund holds, one entry a district [dollars a year]."""
    students = schools.sum_by_district(schools.students)
    poor = schools.groups["low_income"]
    served = schools.sum_by_district(poor * schools.title_i)
    # ESSER went to districts by their share of Title I, so it follows low-income students.
    base = {GENERAL: students, TITLE_I: served, ESSER: schools.sum_by_district(poor)}
    return {
        name: (np.ceil(fund.a_student * base[name] / FUND_STEP) * FUND_STEP).astype(np.int64)
        for name, fund in PLANNED_FUNDS.items()
    }


def _pay_lines(schools: Schools, staff: pd.DataFrame) -> dict[tuple[str, str], Ints]:
    pay = staff["fte"] * staff["salary"] * (1 + BENEFIT_RATE)
    special = (staff["field"] == SPECIAL_ED) | (staff["role"] == "aide")
    return {
        (FOUNDATION, STAFF_USE): _pay_by_school(schools, staff, pay.where(~special, 0.0)),
        (SPECIAL_FUND, STAFF_USE): _pay_by_school(schools, staff, pay.where(special, 0.0)),
    }


def _pay_by_school(schools: Schools, staff: pd.DataFrame, pay: pd.Series) -> Ints:
    total = pay.groupby(staff["school_id"]).sum().reindex(schools.school_id)
    return total.to_numpy(dtype=np.float64).round().astype(np.int64)


def _shared_line(schools: Schools, fund: str, use: str, dollars: Ints, draws: Draws) -> Ints:
    """Share what a use gets today by students of its target group, roughly evenly."""
    target = schools.groups.get(USE_TARGETS[use], schools.students)
    weight = target * (1 + LINE_SPREAD * draws.uniform(-1, 1, len(schools)))
    total = PLANNED_FUNDS[fund].spent * PLANNED_FUNDS[fund].uses[use] * dollars
    share = weight / schools.sum_by_district(weight)[schools.district]
    return _to_step(share * total[schools.district])


def _title_i_lines(schools: Schools, dollars: Ints) -> dict[tuple[str, str], Ints]:
    """Pay whole dollars a low-income student, never less where poverty is higher (ESEA section 1113(c))."""
    students = schools.groups["low_income"] * schools.title_i
    slope = 1 + TITLE_I_SLOPE * schools.poverty
    base = (dollars / schools.sum_by_district(students * slope))[schools.district]
    fund = PLANNED_FUNDS[TITLE_I]
    return {
        (TITLE_I, use): np.floor(fund.spent * share * base * slope).astype(np.int64) * students
        for use, share in fund.uses.items()
    }


def _to_step(dollars: Floats) -> Ints:
    return np.floor(dollars / LINE_STEP).astype(np.int64) * LINE_STEP


def _as_table(schools: Schools, lines: Mapping[tuple[str, str], Ints]) -> pd.DataFrame:
    table = pd.DataFrame(
        {
            "school_id": np.repeat(schools.school_id, len(lines)),
            "fund": np.tile([fund for fund, _ in lines], len(schools)),
            "use": np.tile([use for _, use in lines], len(schools)),
            "dollars": np.stack(list(lines.values()), axis=1).ravel(),
        }
    )
    return table[table["dollars"] > 0]
