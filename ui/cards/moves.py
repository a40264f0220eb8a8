"""Cards on moves of staff: bands from school to school, and lines on a map."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd

from planner.plan import Plan
from ui import frames, markup, numbers, theme
from ui.cards.common import cell
from ui.charts.flows import move_map, sankey, sankey_scale
from ui.comparison import Comparison
from ui.components import WIDE, Table, card, chart, grid, html, stack
from ui.linking import Brush


def sankey_card(compared: Comparison) -> Any:
    """Show the largest moves as bands, all plans to one scale, with every move in tables."""
    shown = [each.head(frames.MOST_FLOWS) for each in compared.flows]
    scale = sankey_scale([each for each in shown if len(each)])
    panels = []
    for (plan, look, each), every in zip(compared.each(shown), compared.flows, strict=True):
        told = flow_words(each, every)
        head = html(markup.plan_heading(plan, look, told))
        panels.append(stack(head, _bands(compared, (plan, look, each), scale, told), gap=4))
    tables = [move_table(plan, look, each) for plan, look, each in compared.each(compared.flows)]
    sub = (
        "The largest moves in FTE, sending school left, receiving right. One scale for all plans, so that "
        "bands compare."
    )
    return card(html(markup.heading(3, "Who moves where?", sub)), grid(*panels), *tables)


def _bands(
    compared: Comparison, shown: tuple[Plan, theme.Look, pd.DataFrame], scale: float, told: str
) -> Any:
    plan, look, flows = shown
    if flows.empty:
        return html("")
    drawing = compared.drawings.get(
        f"bands {look.letter}", lambda: sankey(flows, look, scale, f"{plan.name}: {told}")
    )
    return chart(drawing, f"Who moves where {look.letter}")


def move_table(plan: Plan, look: theme.Look, flows: pd.DataFrame) -> Table:
    """Return every pair of schools between which staff move."""
    heads = [
        ["From", "l"],
        ["To", "l"],
        ["FTE", "r"],
        ["Miles", "r"],
        ["Stipends a year", "r"],
        ["Fields", "l"],
    ]
    rows = [
        [
            row["from"],
            row["to"],
            cell(row["fte"], numbers.fte),
            cell(row["miles"]),
            cell(row["stipend"], numbers.whole_dollars),
            row["fields"].replace("_", " "),
        ]
        for row in flows.to_dict("records")
    ]
    return Table(
        caption=f"{plan.name}: every pair of schools between which staff move",
        summary=f"Plan {look.letter}: show all {len(flows)} pairs as a table",
        columns=heads,
        rows=rows,
        **WIDE,
    )


def flow_words(shown: pd.DataFrame, every: pd.DataFrame) -> str:
    """Say how much of all moves is shown."""
    if every.empty:
        return "Nobody moves"
    total = numbers.fte(every["fte"].sum())
    if len(shown) == len(every):
        return f"{total} FTE between {len(every)} pairs of schools"
    return f"The {len(shown)} largest are {numbers.fte(shown['fte'].sum())} of {total} FTE"


def map_card(compared: Comparison, brush: Brush) -> Any:
    """Show moves on a map drawn from coordinates."""
    if compared.facts["latitude"].isna().all():
        return html("")
    shown = [each.head(3 * frames.MOST_FLOWS) for each in compared.flows]
    largest = max([1e-9, *(float(each["fte"].max()) for each in shown if len(each))])
    panels = []
    for plan, look, each in compared.each(shown):
        drawing = compared.drawings.get(
            f"map {look.letter}", partial(_map, compared, (each, look, largest), plan.name)
        )
        drawn = brush.follow(chart(drawing, f"Where on the map {look.letter}", compared.school_ids))
        panels.append(stack(html(markup.plan_heading(plan, look)), drawn, gap=4))
    sub = (
        f"Schools by their coordinates, darker with need, larger with students; the {3 * frames.MOST_FLOWS} "
        "largest moves, as thick as their FTE, to one scale. The tables above hold every move."
    )
    return card(html(markup.heading(3, "Where on the map?", sub)), grid(*panels))


def _map(compared: Comparison, moves: tuple[pd.DataFrame, theme.Look, float], name: str) -> Any:
    told = f"{name}: map of {len(compared.facts)} schools with the {len(moves[0])} largest moves"
    return move_map(compared.facts, moves, told)
