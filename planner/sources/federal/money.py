"""Dollars of schools by source and use, from federal returns or a state's per-pupil file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from planner.sources.report import ImportReport
from planner.sources.spending import (
    OTHER_STAFF,
    SOURCES_OF_MONEY,
    budget_lines,
    charge_pay,
    plan_federal,
    planned_funds,
    title_i_estimate,
)
from planner.sources.staffing import cut_to_budget, pay_with_benefits

OTHER = "nonpersonnel"
OWN = "state_local"
CELLS = ("budget", "dollars")
TITLE_I_NOTE = "within the estimate of federal dollars per student above the district's other schools"


# Dollars of a file that does not tell pay from the rest, but for the teachers' own pay.
UNDIVIDED = "undivided"
ALL_FUNDS = "all_funds"


@dataclass(frozen=True)
class Layout:
    """Which amounts a file gives of a school's spending, and where they stand in a budget.

    Parameters
    ----------
    uses
        For each use and source of money (state, local, federal), the part that pays for it.
    holder
        The use that the pay of all staff is part of.
    funds
        Names of sources that stand for another fund.
    not_told
        What the amounts do not tell, as a sentence; empty where they tell all.
    """

    uses: Mapping[str, Mapping[str, str]]
    holder: str = UNDIVIDED
    funds: Mapping[str, str] = field(default_factory=dict)
    not_told: str = ""

    @property
    def parts(self) -> list[str]:
        """The parts of a school's spending."""
        return [part for sources in self.uses.values() for part in sources.values()]


FOUR_AMOUNTS = Layout(
    {
        OTHER_STAFF: {"state": "own_staff", "federal": "federal_staff"},
        OTHER: {"state": "own_other", "federal": "federal_other"},
    },
    OTHER_STAFF,
    {"state": OWN},
)
PARTS = tuple(FOUR_AMOUNTS.parts)
NO_PERSONNEL = "personnel is not told from the rest: what is not teachers' pay has the use 'undivided'"
LAYOUTS = (
    FOUR_AMOUNTS,
    Layout({UNDIVIDED: {"state": "state", "local": "local", "federal": "federal"}}, not_told=NO_PERSONNEL),
    Layout({UNDIVIDED: {"state": "own", "federal": "federal"}}, funds={"state": OWN}, not_told=NO_PERSONNEL),
    Layout(
        {UNDIVIDED: {"state": "total"}},
        funds={"state": ALL_FUNDS},
        not_told=f"{NO_PERSONNEL}; federal dollars are not told from state and local ones",
    ),
)


def filled_parts(
    parts: pd.DataFrame, schools: pd.DataFrame, report: ImportReport, layout: Layout = FOUR_AMOUNTS
) -> pd.DataFrame:
    """Return dollars by school and part; where one part is missing all are, and all are filled.

    A school without dollars in a data set of schools with them would look poor: it gets the mean dollars per
    student of schools like it, and is listed.
    """
    students = schools["students"]
    known = parts.reindex(schools.index)[layout.parts]
    rates = known.where(known.notna().all(axis=1)).div(students, axis=0)
    fill = report.imputations.fill_with_means
    filled = {part: fill(rates[part], students, schools, CELLS, part) * students for part in layout.parts}
    return pd.DataFrame(filled).round(2)


def spent(
    parts: pd.DataFrame,
    schools: pd.DataFrame,
    staff: pd.DataFrame,
    benefit_rate: float,
    report: ImportReport,
    layout: Layout = FOUR_AMOUNTS,
) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, Any]]:
    """Return the budget of schools, with the staff whose pay it holds.

    Parameters
    ----------
    parts
        Dollars by school and part of the layout, benefits included, none missing [dollars a year].
    schools
        By school: `district_id`, `students`; where known `title_i` and `low_income`.
    staff
        The table `staff`.

    Returns
    -------
    tuple
        Staff rows, with pay cut where it passed what the school spends on people; budget lines; funds.
    """
    uses = {use: _by_source(parts, sources) for use, sources in layout.uses.items()}
    people = uses[layout.holder]
    staff, lowered = cut_to_budget(staff, benefit_rate, people.clip(lower=0).sum(axis=1))
    record = report.imputations.record
    record("assumed", "staff", "salary", lowered, "cut to what the school spends on pay and benefits")
    lines = budget_lines(
        pd.concat([table.assign(use=use) for use, table in uses.items()]).reset_index(names="school_id"),
        charge_pay(people, pay_with_benefits(staff, benefit_rate).reindex(people.index).fillna(0.0)),
        layout.holder,
    )
    note = f"every line of the use staff, and {layout.holder} beside it"
    record("state_and_local_first", *CELLS, note)
    federal = sum((table["federal"] for table in uses.values()), pd.Series(0.0, index=parts.index))
    if federal.any():
        lines = _with_title_i(lines, federal, schools, report)
    return staff, lines.replace({"fund": dict(layout.funds)}), planned_funds(lines, schools["district_id"])


def _by_source(parts: pd.DataFrame, sources: Mapping[str, str]) -> pd.DataFrame:
    """Return dollars by school and source of money; a source that pays for nothing of the use is 0."""
    own = {source: parts[part] for source, part in sources.items()}
    none = pd.Series(0.0, index=parts.index)
    return pd.DataFrame({source: own.get(source, none) for source in SOURCES_OF_MONEY})


def _with_title_i(
    lines: pd.DataFrame, federal: pd.Series, schools: pd.DataFrame, report: ImportReport
) -> pd.DataFrame:
    """Plan the federal lines: an estimated Title I part where it is known which schools are served."""
    known = schools.reindex(columns=["district_id", "students", "title_i", "low_income"])
    if known["title_i"].isna().all() or known["low_income"].isna().any():
        report.note(
            "no Title I part of the federal dollars: its schools or their low-income students unknown"
        )
        return plan_federal(lines, known.assign(title_i=False), pd.Series(dtype=float))
    planned = plan_federal(lines, known, title_i_estimate(federal.clip(lower=0), known))
    note = "every line of the fund title_i"
    report.imputations.record("proportional_to_poverty", *CELLS, note, TITLE_I_NOTE)
    return planned
