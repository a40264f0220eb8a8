"""Plan: one plan school by school: what changes, why each move, the rules it keeps, the years."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from planner.plan import Plan
from ui import markup, numbers, wording
from ui.cards.common import cell
from ui.cards.moves import map_card, sankey_card
from ui.cards.reasons import reasons_head, reasons_table
from ui.cards.schools import change_card
from ui.cards.years import years_card
from ui.comparison import Comparison, comparison
from ui.components import WIDE, Downloads, Table, card, grid, html, stack
from ui.forms import Form, select
from ui.linking import Brush
from ui.pages.base import Part
from ui.why import MoveReasons
from ui.working import WorkingPage


class PlanPage(WorkingPage):
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
        yield partial(self._reasons_card, compared)
        yield lambda: grid(sankey_card(compared), map_card(compared, brush), least=420)
        yield partial(change_card, compared)
        yield partial(years_card, solved.plan, compared.drawings)
        yield partial(_schools_card, compared)
        yield partial(_rules_card, solved.plan)

    def _reasons_card(self, compared: Comparison) -> Any:
        """Show why the largest moves are there, as soon as that is known."""
        plan, engine = compared.plans[0], self.state.engine
        data = engine.data(self.state.draft)
        asked = MoveReasons(plan, lambda: engine.case(data))
        whole = card(reasons_head())

        def show(found: list[Any]) -> None:
            whole[1:] = [reasons_table(compared, found)]

        if not plan.moves:
            whole.append(html(markup.message("Nobody moves under this plan.", good=True)))
            return whole
        whole.append(self.working(asked.steps(), "Asking why each of the largest moves was made", show))
        return whole

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
    return [fact["school"], fact["level"], "yes" if row.high_need else "", *staff, *spent]


def _rules_card(plan: Plan) -> Any:
    rows = [
        [
            wording.sentence(row.name.replace("_", " ")),
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
        return f"none: {wording.rule_words(row.rule)}"
    figure = numbers.whole_dollars(row.slack) if row.unit == "dollars" else f"{row.slack:,.3g} {row.unit}"
    return f"{figure}: {wording.rule_words(row.rule)}"
