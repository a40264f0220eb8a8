"""The card on what each rule costs: which one step of loosening would lower the index most."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from ui import markup, numbers
from ui.cards.common import BEHIND, cell
from ui.charts.prices import price_chart
from ui.comparison import Comparison
from ui.components import WIDE, Table, chart, html
from ui.prices import List, Step, steps

MOST_STEPS = 6
TITLE = "Which rule is worth loosening next?"
SUB = (
    "Each rule relaxed by one natural step, all others kept, and the plan searched for again: how far the "
    "inequity index (today 100) would fall."
)
ROOM = "has room left"


def price_head() -> Any:
    """Return the head of the card."""
    return html(markup.heading(3, TITLE, SUB))


def price_parts(compared: Comparison, lists: Sequence[List]) -> list[Any]:
    """Return the finding, the chart and the table behind it."""
    rows = steps(lists)
    titles = _titles(compared)
    dear = [step for step in rows if step.most > 0][:MOST_STEPS]
    told = _told(compared, rows, titles)
    table = Table(
        caption="Points that the inequity index would fall if a rule were relaxed by one step",
        summary=BEHIND,
        columns=[["Rule", "l"], ["One step", "l"], *compared.columns()],
        rows=[[titles.get(s.policy, s.policy), s.words, *map(_cell, s.points)] for s in rows],
        page_size=20,
        **WIDE,
    )
    if not dear:
        return [html(markup.message(" ".join(told), good=True)), table]
    words = [f"{titles.get(step.policy, step.policy)}: {step.words}" for step in dear]
    drawing = compared.drawings.get("prices", lambda: price_chart(dear, words, " ".join(told)))
    lines = "".join(
        f'<p class="rule">{markup.letter(look, small=True)}{escape(line)}</p>'
        for look, line in zip(compared.looks, told, strict=True)
    )
    return [html(lines), chart(drawing, TITLE.rstrip("?")), table]


def _titles(compared: Comparison) -> dict[str, str]:
    return {row.name: row.name.replace("_", " ").capitalize() for p in compared.plans for row in p.policies}


def _cell(points: float | None) -> list[Any]:
    if points is None:
        return ["not asked", None]
    return cell(points, lambda v: numbers.plain(v, 2)) if points > 0 else [ROOM, 0.0]


def _told(compared: Comparison, rows: Sequence[Step], titles: dict[str, str]) -> list[str]:
    """Say for each plan which step buys most."""
    told = []
    for place, plan in enumerate(compared.plans):
        priced = [(step.points[place] or 0.0, step) for step in rows]
        points, best = max(priced, key=lambda pair: pair[0], default=(0.0, None))
        if best is None or points <= 0:
            told.append(f"{plan.name}: no single rule is in the way.")
        else:
            named = f"{titles.get(best.policy, best.policy).lower()} ({best.words})"
            told.append(f"{plan.name}: {named} would lower the index by {numbers.plain(points)} points.")
    return told
