"""Plan: one plan school by school: what changes, why each move, the rules it keeps, the years."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from planner.plan import Plan
from ui import markup, numbers, wording
from ui.cards.common import cell
from ui.cards.moves import map_card, sankey_card
from ui.cards.schools import change_card
from ui.comparison import Comparison, comparison
from ui.components import WIDE, Downloads, Table, card, grid, html, stack
from ui.forms import Form, select
from ui.linking import Brush
from ui.pages.base import Page, Part
from ui.why import cliffs, funds_by_year, why


class PlanPage(Page):
    """The page of one plan."""

    key = "plan"
    title = "Plan"

    def parts(self) -> Iterator[Part]:
        """Yield the plan's figures, its schools, its moves with their reasons, its years and its rules."""
        state = self.state
        yield self._choices
        if state.searching([state.draft]):
            yield partial(self.searching, [state.draft])
            return
        solved = state.solved(state.draft)
        if solved.plan is None:
            yield lambda: html(markup.message(f"{state.name_of(state.draft)} has no plan.", solved.problems))
            return
        compared = comparison((solved.plan,), state.engine.district, state.measure)
        brush = Brush(state)
        yield partial(_opening, compared)
        yield partial(_schools_card, compared)
        yield partial(_moves_card, compared)
        yield lambda: grid(sankey_card(compared), map_card(compared, brush), least=420)
        yield partial(change_card, compared)
        yield partial(_years_card, solved.plan)
        yield partial(_rules_card, solved.plan)

    def _choices(self) -> Any:
        state = self.state
        tokens = list(dict.fromkeys([state.draft, *state.plans, *state.engine.library]))
        options = [
            (token, f"{state.name_of(token)}{' (edited)' * (token not in state.engine.library)}")
            for token in tokens
        ]
        fields = [select("plan", "Plan", state.draft, options)]
        form = Form(self._changed, fields=fields, layout="row", label="Plan to show", **WIDE)
        return stack(form, Downloads(items=[["print", "Print this page", ""]], **WIDE), gap=8)

    def _changed(self, key: str, value: Any) -> None:
        self.state.draft = str(value)
        self.show()


def _opening(compared: Comparison) -> Any:
    plan = compared.plans[0]
    title = wording.finding(plan)
    lede = str(plan.scenario.get("description", "")) or wording.inequity_made_of(plan)
    head = html(markup.opening(f"Plan · {', '.join(plan.years)}", title, lede))
    cards = html(markup.plan_cards([plan], [wording.inequity_made_of(plan)], [wording.proof(plan)]))
    warnings = (
        [html(markup.message("What to know before trusting this plan", plan.warnings))]
        if plan.warnings
        else []
    )
    return stack(head, cards, *warnings)


def _schools_card(compared: Comparison) -> Any:
    plan = compared.plans[0]
    rows = [_school_row(compared, row) for row in plan.schools if row.year == compared.year]
    heads = (
        "Teachers today",
        "Plan",
        "Experienced today",
        "Plan",
        "Novice today",
        "Plan",
        "Dollars a student today",
        "Plan",
    )
    table = Table(
        caption=f"What each school has today and under the plan, {compared.year} (staff in FTE)",
        columns=[["School", "l"], ["Level", "l"], ["High need", "l"], *([head, "r"] for head in heads)],
        rows=rows,
        **WIDE,
    )
    sub = "Ordered as the data set is; sort by any heading."
    return card(html(markup.heading(2, "School by school", sub)), table)


def _school_row(compared: Comparison, row: Any) -> list[Any]:
    fact = compared.facts.set_index("school_id").loc[row.school_id]
    staff = [
        cell(getattr(row, f"{kind}_{when}"), numbers.fte)
        for kind in ("teachers", "experienced", "novice")
        for when in ("before", "after")
    ]
    known = fact["students"] == fact["students"]
    spent = [
        cell(amount / row.students if known else None, numbers.whole_dollars)
        for amount in (row.dollars_before, row.dollars_after)
    ]
    return [fact["school"], row.level, "yes" if row.high_need else "", *staff, *spent]


def _moves_card(compared: Comparison) -> Any:
    figures = compared.figures[0].set_index("school_id")
    unit = compared.measure.unit.partition(" (")[0]
    rows = [
        [row["from"], row["to"], cell(row["fte"], numbers.fte), cell(row["miles"]), why(row, figures, unit)]
        for row in compared.flows[0].to_dict("records")
    ]
    heads = [["From", "l"], ["To", "l"], ["FTE", "r"], ["Miles", "r"], ["Why", "l"]]
    table = Table(
        caption="Every pair of schools between which staff move",
        columns=heads,
        rows=rows,
        page_size=20,
        **WIDE,
    )
    sub = f"Why: {compared.measure.unit}, and need, at both schools before the move."
    return card(html(markup.heading(2, "Moves and their reasons", sub)), table)


def _years_card(plan: Plan) -> Any:
    frame = funds_by_year(plan)
    rows = [
        [
            row.year,
            row.fund.replace("_", " "),
            *(cell(v, numbers.whole_dollars) for v in (row.available, row.pay, row.placed, row.unspent)),
        ]
        for row in frame.itertuples()
    ]
    heads = ("Available with carry-over", "Today's staff", "Placed by the plan", "Left")
    table = Table(
        caption="Planned funds by year, in dollars",
        columns=[["Year", "l"], ["Fund", "l"], *([head, "r"] for head in heads)],
        rows=rows,
        **WIDE,
    )
    ends = cliffs(plan)
    told = markup.message("Funding that ends within these years:", ends) if ends else ""
    sub = "What each fund has, and what the plan places, year by year."
    return card(html(markup.heading(2, "Years and funds", sub)), *([html(told)] if told else []), table)


def _rules_card(plan: Plan) -> Any:
    rows = [
        [
            row.name.replace("_", " "),
            row.statement,
            row.source,
            "kept" if row.holds else "broken",
            _slack(row),
        ]
        for row in plan.policies
    ]
    heads = [["Policy", "l"], ["Rule", "l"], ["Source", "l"], ["Kept", "l"], ["Least left over", "l"]]
    table = Table(
        caption="Each policy, and what it had left over where it came nearest to its limit",
        columns=heads,
        rows=rows,
        **WIDE,
    )
    return card(html(markup.heading(2, "Rules this plan keeps")), table)


def _slack(row: Any) -> str:
    if row.slack is None:
        return numbers.NONE
    if abs(row.slack) < 1e-3:
        return f"none: {row.rule}"
    figure = numbers.whole_dollars(row.slack) if row.unit == "dollars" else f"{row.slack:,.3g} {row.unit}"
    return f"{figure}: {row.rule}"
