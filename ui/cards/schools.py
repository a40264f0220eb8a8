"""Cards on schools: a measure against need, who gains and who loses, class sizes."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from ui import frames, markup, numbers, wording
from ui.cards.common import BEHIND, cell
from ui.charts.schools import change_chart, school_scatter
from ui.comparison import Comparison
from ui.components import WIDE, Table, card, chart, grid, html, stack
from ui.linking import Brush


def need_card(compared: Comparison, brush: Brush) -> Any:
    """Show the measure against need, school by school, with one selection over all panels."""
    measure, figures = compared.measure, compared.figures
    limits = _limits(np.concatenate([each[c].to_numpy() for each in figures for c in ("before", "after")]))
    panels = []
    for plan, look, each in compared.each(figures):
        words = _quarters(each)
        told = f"{plan.name}: {measure.title.lower()} against need at {len(each)} schools. {words}"
        axes = (measure.title, compared.need)
        drawing = compared.drawings.get(
            f"need {look.letter}", partial(school_scatter, each, "after", look, axes, limits, told)
        )
        drawn = brush.follow(chart(drawing, f"Against need {look.letter}", compared.school_ids))
        panels.append(stack(html(markup.plan_heading(plan, look, words)), drawn, gap=4))
    behind = _schools_table(compared, brush)
    title = f"Do schools of greater need get {'fewer novices' if measure.fewer_is_better else 'more'}?"
    sub = (
        f"Each mark is a school: {measure.unit}, {compared.year}. Drag a box in any panel to follow the same "
        "schools in all."
    )
    return card(html(markup.heading(3, title, sub)), grid(*panels), behind)


def _schools_table(compared: Comparison, brush: Brush) -> Table:
    measure, figures = compared.measure, compared.figures
    rows = [
        [
            row.school,
            row.level,
            cell(row.need, numbers.count),
            cell(row.before, compared.written),
            *(cell(each["after"].iloc[place], compared.written) for each in figures),
        ]
        for place, row in enumerate(figures[0].itertuples())
    ]
    table = Table(
        caption=f"{measure.title}, {measure.unit}, {compared.year}. Ticked schools stand out on every chart.",
        summary="Show as a table, and choose schools by keyboard",
        columns=[["School", "l"], ["Level", "l"], [compared.need, "r"], ["Today", "r"], *compared.columns()],
        rows=rows,
        ids=compared.school_ids,
        **WIDE,
    )
    return brush.follow(table)


def _limits(values: np.ndarray) -> tuple[float, float]:
    """Return round limits that hold every value; from zero unless all stand far above it."""
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    if low < 0.5 * high:
        return 0.0, high * 1.06
    step = 10 ** np.floor(np.log10(max(high - low, 1e-9)))
    return float(np.floor(low / step) * step), float(np.ceil(high / step) * step)


def _quarters(figures: pd.DataFrame) -> str:
    """Compare the quarter of schools with the most need with the quarter with the least, as today does."""
    now, then = (frames.quarters_apart(figures, when) for when in ("after", "before"))
    if now is None or then is None:
        return ""
    return f"Neediest quarter: {wording.apart_from(now, 'the least needy')} (today {wording.apart(then)})"


def change_card(compared: Comparison) -> Any:
    """Show each school's change, schools in order of need."""
    measure, figures = compared.measure, compared.figures
    reach = max(float(np.nanmax(each["change"].abs())) for each in figures) * 1.08 or 1.0
    panels = []
    for plan, look, each in compared.each(figures):
        told = gains_words(each, measure)
        limits = (-reach, reach)
        drawing = compared.drawings.get(
            f"change {look.letter}",
            partial(change_chart, each, look, measure.title, limits, f"{plan.name}: {told}"),
        )
        drawn = chart(drawing, f"Who gains and who loses {look.letter}")
        panels.append(stack(html(markup.plan_heading(plan, look, told)), drawn, gap=4))
    behind = Table(
        caption=f"Change in {measure.unit}, {compared.year}",
        summary=BEHIND,
        columns=[["School", "l"], ["High need", "l"], *compared.columns()],
        rows=[_change_row(compared, place) for place in range(len(compared.facts))],
        **WIDE,
    )
    sub = f"Change in {measure.unit}, {compared.year}; schools in order of need, the neediest at the right."
    return card(html(markup.heading(3, "Who gains and who loses?", sub)), grid(*panels), behind)


def _change_row(compared: Comparison, place: int) -> list[Any]:
    first = compared.figures[0]
    changes = [
        cell(each["change"].iloc[place], lambda v: numbers.signed(compared.written(v)))
        for each in compared.figures
    ]
    return [first["school"].iloc[place], "yes" if first["high_need"].iloc[place] else "", *changes]


def gains_words(figures: pd.DataFrame, measure: frames.SchoolMeasure) -> str:
    """Say how many schools have more and how many fewer, and how the high-need schools fare."""
    least = 0.5 * 10.0**-measure.decimals
    change, needy = figures["change"], figures["high_need"]
    up, down = int((change > least).sum()), int((change < -least).sum())
    needy_up = int((change[needy] > least).sum())
    return (
        f"More at {up} schools, fewer at {down}; more at {needy_up} of {int(needy.sum())} high-need schools"
    )


def class_card(compared: Comparison) -> Any:
    """Show mean class sizes by course."""
    table = frames.class_sizes(compared.plans, compared.year)
    if table.empty:
        return html("")
    columns = [str(column) for column in table.columns if column != "course"]
    behind = Table(
        caption=f"Mean class size by course, students per section, {compared.year}",
        columns=[["Course", "l"], ["Today", "r"], *compared.columns()],
        rows=[[row["course"], *(cell(row[column]) for column in columns)] for _, row in table.iterrows()],
        **WIDE,
    )
    return card(
        html(markup.heading(3, "What happens to class sizes?", _class_words(compared, table))), behind
    )


def _class_words(compared: Comparison, table: pd.DataFrame) -> str:
    parts = []
    for number, look in enumerate(compared.looks):
        change = (table[f"plan{number}"] - table["today"]).fillna(0.0)
        at = int(change.abs().to_numpy().argmax())
        parts.append(
            f"{look.letter}: {table['course'].iloc[at]} {numbers.signed(numbers.plain(change.iloc[at]))}"
        )
    return f"Largest change of a course's mean class, in students per section: {'; '.join(parts)}."
