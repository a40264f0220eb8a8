"""The card on a plan's years: what each fund pays, where a grant ends, what happens to staff."""

from __future__ import annotations

from typing import Any

from planner.plan import Plan
from planner.said import fund_words
from ui import markup, numbers
from ui.cards.common import BEHIND, cell
from ui.charts.years import years_chart
from ui.components import WIDE, Table, card, chart, html
from ui.drawings import Drawings
from ui.why import cliffs, funds_by_year, staff_by_year


def years_card(plan: Plan, drawings: Drawings) -> Any:
    """Show the plan's years, the end of a grant first."""
    funds, ends = funds_by_year(plan), cliffs(plan)
    head = html(markup.heading(2, "Years and funds", "What each fund pays under the plan, year by year."))
    parts: list[Any] = [head]
    if ends:
        text = "The money stops: what these dollars pay for must be paid by others, or end."
        parts.append(html(markup.message(text, ends)))
    if len(plan.years) > 1:
        told = f"{plan.name}: dollars placed by fund, {plan.years[0]} to {plan.years[-1]}. {' '.join(ends)}"
        parts += [
            chart(drawings.get("years", lambda: years_chart(funds, told)), "Years and funds"),
            _staff(plan),
        ]
    return card(*parts, _funds(funds, BEHIND if len(plan.years) > 1 else ""))


def _funds(funds: Any, summary: str) -> Table:
    rows = [
        [
            row.year,
            fund_words(row.fund),
            *(cell(v, numbers.whole_dollars) for v in (row.available, row.pay, row.placed, row.unspent)),
        ]
        for row in funds.itertuples()
    ]
    heads = ("Available with carry-over", "Today's staff", "Placed by the plan", "Left")
    return Table(
        caption="Planned funds by year, in dollars",
        summary=summary,
        columns=[["Year", "l"], ["Fund", "l"], *([head, "r"] for head in heads)],
        rows=rows,
        **WIDE,
    )


def _staff(plan: Plan) -> Table:
    rows = [
        [row.year, *(cell(v, numbers.fte) for v in (row.moved, row.filled, row.ended, row.released))]
        for row in staff_by_year(plan).itertuples()
    ]
    heads = ("Teachers moved", "Positions filled", "Stipends that end", "Positions given up")
    return Table(
        caption="Staff by year, in FTE",
        columns=[["Year", "l"], *([head, "r"] for head in heads)],
        rows=rows,
        **WIDE,
    )
