"""Dollars of Kentucky's schools by source and use, with room for what their teachers are paid."""

from __future__ import annotations

import pandas as pd

from planner.sources.kentucky.files import REVENUE_YEAR
from planner.sources.kentucky.groups import filled_together
from planner.sources.report import ImportReport
from planner.sources.spending import CENTRAL, OTHER_STAFF, SOURCES_OF_MONEY

OTHER = "nonpersonnel"
CELLS = ("budget", "dollars")
# Three sources of money, each to the cent.
ROUNDING_DOLLARS = 0.02
PARTS = ("federal_staff", "federal_other", "own_staff", "own_other", "shared")


def spending(
    schools: pd.DataFrame, revenue: pd.DataFrame, later_shares: bool, report: ImportReport
) -> pd.DataFrame:
    """Split each school's dollars by source and use.

    Parameters
    ----------
    schools
        By school: `dollars` and the share of them in each of `PARTS`.
    revenue
        Each district's revenue from the state and from local sources [dollars a year].
    later_shares
        Whether the shares are those of a year after the dollars.

    Returns
    -------
    pandas.DataFrame
        `school_id`, `use` and the sources of money [dollars a year].
    """
    if later_shares:
        report.imputations.record(
            "later_year", *CELLS, "every line", "source and use: shares of spending_2018.csv"
        )
    parts = filled_together(schools[list(PARTS)], schools["dollars"], schools, CELLS, report)
    dollars = parts.mul(schools["dollars"], axis=0)
    state = schools["district"].map(revenue["state"] / (revenue["state"] + revenue["local"]))
    note = f"state and local dollars parted by the district's revenue of {REVENUE_YEAR}"
    report.imputations.record("district_share", *CELLS, "every line of the funds state and local", note)
    none = pd.Series(0.0, index=schools.index)
    pieces = {
        OTHER_STAFF: (dollars["own_staff"], dollars["federal_staff"]),
        OTHER: (dollars["own_other"], dollars["federal_other"]),
        CENTRAL: (dollars["shared"], none),
    }
    tables = [
        pd.DataFrame({"use": use, "state": own * state, "local": own * (1 - state), "federal": federal})
        for use, (own, federal) in pieces.items()
    ]
    return pd.concat(tables).round(2).rename_axis("school_id").reset_index()


def with_pay(uses: pd.DataFrame, pay: pd.Series, report: ImportReport) -> pd.DataFrame:
    """Charge teachers' pay that a school's own staff dollars do not reach to its other dollars.

    Some districts keep nearly all pay in shared cost, and a few count it as no personnel cost: their teachers
    are not paid less for it.

    Parameters
    ----------
    uses
        As `spending` returns it.
    pay
        Teachers' pay with benefits by school [dollars a year].
    """
    money = uses.set_index(["school_id", "use"])[list(SOURCES_OF_MONEY)]
    for use in (CENTRAL, OTHER):
        staff, other = (pd.DataFrame(money.xs(name, level="use")) for name in (OTHER_STAFF, use))
        total = other.sum(axis=1)
        gap = pay.reindex(staff.index) - staff.sum(axis=1)
        short = (gap + ROUNDING_DOLLARS).where(gap > 0, 0.0)
        share = (short.clip(upper=total) / total.where(total > 0)).fillna(0.0)
        moved = other.mul(share, axis=0).round(2)
        for name, sign in ((OTHER_STAFF, 1), (use, -1)):
            rows = pd.MultiIndex.from_product([moved.index, [name]], names=money.index.names)
            money.loc[rows] += sign * moved.to_numpy()
        note = f"pay beyond the school's own staff dollars, charged to its {use} dollars"
        report.imputations.record("assumed", *CELLS, list(share.index[share > 0]), note)
    return money.reset_index()
