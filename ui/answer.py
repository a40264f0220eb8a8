"""What a draft comes to, beside its levers: figures at once, the curve later, or what clashes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from html import escape
from typing import Any

import panel as pn

from planner.asked import settings_of, value_words
from planner.merging import apply_edit
from planner.optimize.answer import KeyFigures
from planner.optimize.conflicts import Conflict, broken_words
from planner.plan import Plan
from planner.scenario import resolve_scenario
from planner.yaml_file import undotted
from ui import frames, markup, numbers, theme, wording
from ui.cards.measures import shortfall_card
from ui.comparison import Comparison
from ui.components import WIDE, card, html, stack
from ui.forms import Form, button
from ui.live import Found, LiveSolver
from ui.pages.base import later, on_page
from ui.progress import Progress
from ui.state import Workspace

LOOK = theme.LOOKS[0]
# On a narrow screen the figures are far from the levers: a line of them stays at the foot of the screen.
BAR = """
.bar-line { background: var(--ink); color: #fff; border-radius: 10px 10px 0 0; padding: 9px 16px; }
@media (min-width: 880px) { :host { display: none !important; } }
@media print { :host { display: none !important; } }
"""
BAR_PLACE = {"position": "sticky", "bottom": "0", "z-index": "2", "grid-column": "1 / -1"}
# Places named where rules break.
MOST_BROKEN = 3
LAST = "The figures are those of the last plan found."


class Answer:
    """The figures that follow a draft.

    Parameters
    ----------
    ease
        Takes the edits that make room for a plan, by dotted path.
    """

    def __init__(self, state: Workspace, ease: Callable[[Mapping[str, Any]], None]) -> None:
        self.state = state
        self._ease = ease
        self._solver = LiveSolver(state.engine.district)
        self._data: Mapping[str, Any] = {}
        self._shown = False
        self._draw_parts()

    def _draw_parts(self) -> None:
        self._figures, self._trouble, self._chart = html(""), stack(gap=8), stack(gap=0)
        self._progress = Progress(self.cancel, stop="Cancel the search", **WIDE)
        self.bar = pn.pane.HTML("", stylesheets=[theme.CSS, BAR], styles=BAR_PLACE, **WIDE)

    def parts(self, below: Any) -> list[Any]:
        """Return the cards anew, `below` standing under the figures."""
        self._draw_parts()
        return [card(self._figures, self._progress, self._trouble, below), self._chart]

    def search(self, data: Mapping[str, Any]) -> None:
        """Search for the plan of some scenario data; what was searched for before is called off."""
        self._data = data
        self._progress.param.update(text="Searching for the best plan…", busy=True)
        self._solver.request(data, self._to_page(self._found))

    def cancel(self) -> None:
        """Call off what runs."""
        self._solver.cancel()
        shown = LAST if self._figures.object else "Move a lever to search again."
        self._progress.param.update(text=f"Cancelled. {shown}", busy=False)

    def leave(self) -> None:
        """Call off what runs, for nobody looks any more."""
        self._solver.cancel()

    def _to_page[Result](self, call: Callable[[Result], None]) -> Callable[[Result], None]:
        document, data = pn.state.curdoc, self._data

        def _receive(result: Result) -> None:
            # Another lever may have been moved since the worker let go of the result.
            on_page(document, lambda: call(result) if data is self._data else None)

        return _receive

    # What was found ---------------------------------------------------------------------------------------

    def _found(self, found: Found) -> None:
        if len(self._trouble):
            self._trouble.clear()
        if found.figures is None:
            self._progress.param.update(text=f"No plan. {LAST}", busy=False)
            self._trouble.append(html(markup.message(" ".join(found.problems))))
            if found.clash:
                self._explain()
            return
        self._figures.object = key_figures(found.figures)
        self.bar.object = bar(found.figures)
        index = numbers.points(found.figures.summary.inequity_after)
        text = f"Best plan found in {1000 * found.seconds:,.0f} ms: inequity index {index}"
        if found.figures.status != "optimal":
            text = f"Time ran out; the best plan so far: inequity index {index}"
        self._progress.param.update(text=text, busy=False)
        # The browser has the figures before the rest is worked out.
        later(partial(self._solver.details, self._to_page(self._detailed)))

    def _detailed(self, plan: Plan | None) -> None:
        if plan is not None:
            measure = frames.SCHOOL_MEASURES[self.state.measure]
            parts: list[Any] = [shortfall_card(Comparison((plan,), self.state.engine.district, measure))]
            if plan.warnings:
                parts.insert(0, card(html(markup.message("What this plan brings with it:", plan.warnings))))
            self._chart[:] = parts

    # What clashes -----------------------------------------------------------------------------------------

    def _explain(self) -> None:
        text = "No plan. Working out which rules conflict and the least change that makes room…"
        self._progress.param.update(text=text, busy=True)
        self._solver.explain(self._data, self._to_page(self._explained))

    def _explained(self, conflict: Conflict | None) -> None:
        self._progress.param.update(text=f"No plan keeps all these rules. {LAST}", busy=False)
        if conflict is None:
            return
        self._trouble[:] = [html(markup.message(*conflict_words(self._data, conflict)))]
        if conflict.patch:
            make = button("ease", "Make this change", main=True)
            patch = conflict.patch
            self._trouble.append(
                Form(
                    lambda key, value: self._ease(patch),
                    fields=[make], layout="row", label="Least change", **WIDE,
                )
            )  # fmt: skip


def bar(plan: KeyFigures) -> str:
    """Return the figures in one line, which a screen reader has in full above."""
    total = plan.summary
    cost, moved = numbers.dollars(wording.yearly_cost(plan)), numbers.fte(total.moves_fte)
    return (
        f'<p class="bar-line num" aria-hidden="true"><b>{numbers.points(total.inequity_after)}</b> index · '
        f"<b>{cost}</b> a year · <b>{moved}</b> FTE moved</p>"
    )


def conflict_words(data: Mapping[str, Any], conflict: Conflict) -> tuple[str, list[str]]:
    """Return which rules conflict, and where they break first and what makes room as its details."""
    policies = resolve_scenario(data).policies
    titles = [policies[name].title.lower() if name in policies else name for name in conflict.policies]
    if len(titles) > 1:
        head = f"These rules conflict: {numbers.words(titles)}."
    elif titles:
        head = f"{wording.sentence(titles[0])} cannot be kept with the staff and dollars there are."
    else:
        head = conflict.sentence
    # The place and what is missing there; the rule is named above.
    details = [broken_words(finding).partition(", ")[2] for finding in conflict.broken[:MOST_BROKEN]]
    more = len(conflict.broken) - len(details)
    details += [f"and in {more} more places"] if more > 0 else []
    change = change_words(data, conflict.patch)
    return head, [*details, *([f"Least change that makes room: {change}."] if change else [])]


def change_words(data: Mapping[str, Any], patch: Mapping[str, Any]) -> str:
    """Return the changes of a patch in the words of the settings, with the values before and after."""
    known, policies = settings_of(data), resolve_scenario(data).policies
    said = []
    for path, after in patch.items():
        place = undotted(path)
        if after is None and len(place) == 2:
            said.append(f"take {policies[str(place[1])].title.lower()} out")
        else:
            setting = known.get(place) or settings_of(apply_edit(data, place, after))[place]
            before = value_words(setting.value, setting.part) if place in known else value_words(None)
            said.append(f"{setting.words}, from {before} to {value_words(after, setting.part)}")
    return "; ".join(said)


def key_figures(plan: KeyFigures | Plan) -> str:
    """Return what a plan comes to: its index, its figures, and each index that it was asked to lower."""
    style = f"--line:{LOOK.line};--text:{LOOK.text};--tint:{LOOK.tint}"
    rows = [row for row in plan.indices if row.weight > 0]
    top = max([row.before for row in rows] + [row.after for row in rows] + [1e-9])
    bars = "".join(
        f"<div><div class='top'><span>{escape(wording.measure_words(r.measure))}: "
        f"{escape(wording.index_words(r.index))}</span><span class='num'>{numbers.plain(100 * r.before)} → "
        f"<b>{numbers.plain(100 * r.after)}</b></span></div>"
        f"<div class='track'><i style='width:{min(1, r.after / top):.1%}'></i></div></div>"
        for r in rows
    )
    return (
        f'<section style="{style}; display: grid; gap: 14px" aria-label="The plan\'s figures">'
        f"<h2>{escape(plan.name)}</h2>{markup.hero(plan)}{markup.figures(markup.plan_figures(plan))}"
        f'<div class="terms">{bars}</div></section>'
    )
