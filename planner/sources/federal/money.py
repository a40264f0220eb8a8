"""Dollars of schools by source and use, from federal returns or a state's per-pupil file."""

from __future__ import annotations

from typing import Any

import pandas as pd

from planner.sources.report import ImportReport
from planner.sources.spending import (
    OTHER_STAFF,
    budget_lines,
    charge_pay,
    plan_federal,
    planned_funds,
    title_i_estimate,
)
from planner.sources.staffing import cut_to_budget, pay_with_benefits

OTHER = "nonpersonnel"
OWN = "state_local"
PARTS = ("own_staff", "own_other", "federal_staff", "federal_other")
CELLS = ("budget", "dollars")
TITLE_I_NOTE = "within the estimate of federal dollars per student above the district's other schools"


def filled_parts(parts: pd.DataFrame, schools: pd.DataFrame, report: ImportReport) -> pd.DataFrame:
    """Return dollars by school and part of `PARTS`; where one part is missing all are, and all are filled.

    A school without dollars in a data set of schools with them would look poor: it gets the mean dollars per
    student of schools like it, and is listed.
    """
    students = schools["students"]
    known = parts.reindex(schools.index)[list(PARTS)]
    rates = known.where(known.notna().all(axis=1)).div(students, axis=0)
    fill = report.imputations.fill_with_means
    filled = {part: fill(rates[part], students, schools, CELLS, part) * students for part in PARTS}
    return pd.DataFrame(filled).round(2)


def spent(
    parts: pd.DataFrame, schools: pd.DataFrame, staff: pd.DataFrame, benefit_rate: float, report: ImportReport
) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, Any]]:
    """Return the budget of schools, with the staff whose pay it holds.

    Parameters
    ----------
    parts
        Dollars by school and part of `PARTS`, benefits included, none missing [dollars a year].
    schools
        By school: `district_id`, `students`; where known `title_i` and `low_income`.
    staff
        The table `staff`.

    Returns
    -------
    tuple
        Staff rows, with pay cut where it passed what the school spends on people; budget lines; funds.
    """
    none = pd.Series(0.0, index=parts.index)
    people = pd.DataFrame({"state": parts["own_staff"], "local": none, "federal": parts["federal_staff"]})
    staff, lowered = cut_to_budget(staff, benefit_rate, people.clip(lower=0).sum(axis=1))
    record = report.imputations.record
    record("assumed", "staff", "salary", lowered, "cut to what the school spends on pay and benefits")
    other = pd.DataFrame({"state": parts["own_other"], "local": none, "federal": parts["federal_other"]})
    uses = pd.concat([people.assign(use=OTHER_STAFF), other.assign(use=OTHER)])
    lines = budget_lines(
        uses.rename_axis("school_id").reset_index(),
        charge_pay(people, pay_with_benefits(staff, benefit_rate).reindex(people.index).fillna(0.0)),
    )
    record("state_and_local_first", *CELLS, "every line of the use staff, and other_staff beside it")
    lines = _with_title_i(lines, parts, schools, report)
    return staff, lines.replace({"fund": {"state": OWN}}), planned_funds(lines, schools["district_id"])


def _with_title_i(
    lines: pd.DataFrame, parts: pd.DataFrame, schools: pd.DataFrame, report: ImportReport
) -> pd.DataFrame:
    """Plan the federal lines: an estimated Title I part where it is known which schools are served."""
    known = schools.reindex(columns=["district_id", "students", "title_i", "low_income"])
    if known["title_i"].isna().all() or known["low_income"].isna().any():
        report.note(
            "no Title I part of the federal dollars: its schools or their low-income students unknown"
        )
        return plan_federal(lines, known.assign(title_i=False), pd.Series(dtype=float))
    federal = parts[["federal_staff", "federal_other"]].sum(axis=1).clip(lower=0)
    planned = plan_federal(lines, known, title_i_estimate(federal, known))
    note = "every line of the fund title_i"
    report.imputations.record("proportional_to_poverty", *CELLS, note, TITLE_I_NOTE)
    return planned
