"""Spending by school, source and category, as budget lines and planned funds.

Of what a school spends, state and local dollars stay as they are. Federal dollars spent at the school,
other than teachers' pay, are planned: grants to the school itself, an estimated Title I part and the rest.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from planner.district import POSITIONS_USE, STAFF_USE, STIPENDS_USE
from planner.funds import FEDERAL, FEDERAL_OTHER, SCHOOL_IMPROVEMENT, TITLE_I
from planner.imputation import spread
from planner.sources.frames import tall

SOURCES_OF_MONEY = ("state", "local", FEDERAL)
OTHER_STAFF = "other_staff"
CENTRAL = "central"


def charge_pay(people: pd.DataFrame, pay: pd.Series) -> pd.DataFrame:
    """Charge teachers' pay to state and local dollars in proportion, and to federal ones for the rest.

    Parameters
    ----------
    people
        Pay and benefits of all staff by school (index) and source of money (columns) [dollars a year].
    pay
        Teachers' pay with benefits by school [dollars a year]; at most the positive part of `people`.
    """
    own = people[["state", "local"]].clip(lower=0)
    total = own.sum(axis=1)
    charged = pd.concat([pay, total], axis=1).min(axis=1)
    part = own.mul((charged / total.where(total > 0)).fillna(0), axis=0)
    return part.assign(federal=pay - charged)[list(SOURCES_OF_MONEY)]


def budget_lines(spending: pd.DataFrame, teachers: pd.DataFrame, holder: str = OTHER_STAFF) -> pd.DataFrame:
    """Return budget lines whose sum is the spending: teachers' pay apart from the other staff's.

    Parameters
    ----------
    spending
        `school_id`, `use` (with all staff under `holder`) and the sources of money [dollars a year].
    teachers
        Teachers' pay by school and source of money, as `charge_pay` returns it.
    holder
        The use that teachers' pay is taken out of.
    """
    long = spending.melt(["school_id", "use"], list(SOURCES_OF_MONEY), "fund", "dollars")
    lines = long.groupby(["school_id", "fund", "use"], as_index=False)["dollars"].sum()
    pay = tall(teachers.round(2), "fund", "pay")
    lines = lines.merge(pay, on=["school_id", "fund"], how="left", validate="many_to_one")
    taken = lines["pay"].where(lines["use"] == holder, 0.0)
    rest = lines.assign(dollars=(lines["dollars"] - taken).round(2)).drop(columns="pay")
    staff = pay.rename(columns={"pay": "dollars"}).assign(use=STAFF_USE)
    both = pd.concat([rest, staff[list(rest.columns)]], ignore_index=True)
    return pd.DataFrame(both[both["dollars"] != 0]).reset_index(drop=True)


def placeable(lines: pd.DataFrame) -> pd.Series:
    """Tell which lines are federal dollars spent at the school and not on teachers' pay or reversals."""
    fixed = lines["use"].isin([STAFF_USE, CENTRAL])
    return (lines["fund"] == FEDERAL) & ~fixed & (lines["dollars"] > 0)


def title_i_estimate(federal: pd.Series, schools: pd.DataFrame) -> pd.Series:
    """Estimate each district's Title I dollars spent at schools [dollars a year].

    The estimate is what Title I schools spend of federal dollars per student above the district's other
    schools. Where a district has no other schools, the same share of federal dollars as in the others.

    Parameters
    ----------
    federal
        Placeable federal dollars by school [dollars a year].
    schools
        By school: `district_id`, `title_i`, `students`; all schools of the file, not of one district alone.
    """
    frame = schools.assign(federal=federal.reindex(schools.index).fillna(0.0), served=_served(schools))
    by = (
        frame.groupby(["district_id", "served"])[["federal", "students"]]
        .sum()
        .unstack("served", fill_value=0)
    )
    for column in ("federal", "students"):
        for served in (True, False):
            if (column, served) not in by:
                by[column, served] = 0.0
    both = (by["students", True] > 0) & (by["students", False] > 0)
    other = by["federal", False] / by["students", False].where(both)
    above = (by["federal", True] - other * by["students", True]).clip(lower=0)
    base = by["federal", True][both].sum()
    usual = float(above[both].sum() / base) if base > 0 else 0.0
    return above.where(both, by["federal", True] * usual)


def _served(schools: pd.DataFrame) -> pd.Series:
    return schools["title_i"].eq(True).fillna(False).astype(bool)


def plan_federal(
    lines: pd.DataFrame, schools: pd.DataFrame, title_i: pd.Series, grants: pd.Series | None = None
) -> pd.DataFrame:
    """Split placeable federal lines into grants to the school, an estimated Title I part and the rest.

    Parameters
    ----------
    lines
        Budget lines of the schools in the data set.
    schools
        By school: `district_id`, `title_i`, `low_income` [students].
    title_i
        Estimated Title I dollars by district; spread over its Title I schools by low-income students, no
        school above its placeable federal dollars.
    grants
        School improvement dollars awarded by school; what its placeable federal dollars do not hold is left
        out. None where not given.
    """
    movable = placeable(lines)
    at_school = lines[movable].groupby("school_id")["dollars"].sum().reindex(schools.index).fillna(0.0)
    given = (
        pd.Series(0.0, index=schools.index) if grants is None else grants.reindex(schools.index).fillna(0.0)
    )
    # Of an award, teachers' pay may carry a part, which no plan places.
    given = given.clip(upper=at_school)
    part = pd.Series(0.0, index=schools.index)
    for district, members in schools[_served(schools)].groupby("district_id"):
        part[members.index] = spread(
            float(title_i.get(district, 0.0)), members["low_income"], (at_school - given)[members.index]
        )
    pieces, rest = [lines[~movable]], lines[movable]
    for fund, dollars in ((SCHOOL_IMPROVEMENT, given), (TITLE_I, part)):
        share = lines["school_id"].map(dollars / at_school.where(at_school > 0)).fillna(0.0)
        own = (lines["dollars"] * share).round(2)[movable]
        pieces.append(lines[movable].assign(fund=fund, dollars=own))
        rest = rest.assign(dollars=(rest["dollars"] - own).round(2))
    whole = pd.concat([*pieces, rest.assign(fund=FEDERAL_OTHER)], ignore_index=True)
    return whole[whole["dollars"] != 0].sort_values(["school_id", "fund", "use"], ignore_index=True)


def planned_funds(lines: pd.DataFrame, districts: pd.Series) -> dict[str, Any]:
    """Return the planned funds of ``district.yaml``: today's dollars, rounded up to a whole dollar.

    Parameters
    ----------
    lines
        Budget lines, planned funds told apart.
    districts
        District of each school (index).
    """
    funds: dict[str, Any] = {}
    granted = sorted(set(lines.loc[lines["fund"] == SCHOOL_IMPROVEMENT, "school_id"]))
    for fund, where in ((TITLE_I, "title_i"), (SCHOOL_IMPROVEMENT, granted), (FEDERAL_OTHER, "all")):
        own = lines[lines["fund"] == fund]
        if own.empty:
            continue
        totals = own["dollars"].groupby(own["school_id"].map(districts)).sum().reindex(sorted(set(districts)))
        dollars = {
            str(district): int(-(-total // 1)) for district, total in totals.fillna(0.0).round(2).items()
        }
        funds[fund] = {
            "dollars": dollars,
            "uses": [POSITIONS_USE, STIPENDS_USE, *sorted(set(own["use"]))],
            "schools": where,
            # A grant to a school has an end (20 USC 6303(c): at most four years).
            "recurring": fund != SCHOOL_IMPROVEMENT,
        }
    return funds
