"""Why a move was made, and what a plan leaves when a grant ends: sentences computed from a plan."""

from __future__ import annotations

from collections import defaultdict

import pandas as pd

from planner.plan import Plan
from ui import numbers


def why(row: dict[str, object], figures: pd.DataFrame, unit: str) -> str:
    """Say what stands on both ends of a move, before it, in the measure that is looked at.

    Parameters
    ----------
    row
        A row of `ui.frames.flows`.
    figures
        A frame of `ui.frames.school_figures`, indexed by school id.
    """
    giver, taker = figures.loc[str(row["from_id"])], figures.loc[str(row["to_id"])]
    had, has = giver["before"], taker["before"]
    needs = f"{numbers.count(giver['need'])}% to {numbers.count(taker['need'])}% of students in need"
    return f"{numbers.plain(had, 2)} against {numbers.plain(has, 2)} {unit} before; from {needs}"


def funds_by_year(plan: Plan) -> pd.DataFrame:
    """Return what each fund has, pays and leaves, year by year [dollars]."""
    rows = [
        (row.year, row.fund, row.available + row.carried_in, row.pay, row.placed_after, row.unspent)
        for row in plan.funds
    ]
    frame = pd.DataFrame(rows, columns=["year", "fund", "available", "pay", "placed", "unspent"])
    return frame.groupby(["year", "fund"], sort=True, as_index=False).sum()


def cliffs(plan: Plan) -> list[str]:
    """Say where the planned dollars of a fund fall from one year to the next to nothing."""
    placed: dict[str, dict[str, float]] = defaultdict(dict)
    for row in plan.funds:
        placed[row.fund][row.year] = placed[row.fund].get(row.year, 0.0) + row.placed_after
    found = []
    for fund, years in sorted(placed.items()):
        for before, after in zip(plan.years, plan.years[1:], strict=False):
            if years.get(before, 0.0) > 0.5 and years.get(after, 0.0) <= 0.5:
                ends = numbers.dollars(years[before])
                found.append(f"The fund {fund} pays {ends} in {before} and nothing in {after}.")
    return found
