"""Cards on where a district stands before anything moves."""

from __future__ import annotations

import hashlib
from typing import Any

import pandas as pd

from planner.case import Case
from planner.diagnosis import Diagnosis
from planner.equity.evaluate import Evaluator, library_indices, library_measures
from planner.equity.indices.base import INDICES
from ui import frames, markup, numbers, wording
from ui.cards.common import BEHIND, cell
from ui.charts.schools import school_scatter
from ui.charts.shortfall import shortfall_chart
from ui.components import WIDE, Table, card, chart, html, stack
from ui.drawings import SHARED

WORST = 8


def indices_card(case: Case) -> Any:
    """Show the scenario's own indices today with what each means."""
    judge = Evaluator(case)
    items = []
    for term in case.scenario.objective.measures:
        value = judge.before(term.measure, term.index)
        meaning = wording.index_meaning(term.index.label, term.measure.kind)
        meaning = wording.sentence(f"{wording.index_words(term.index.label)}: {meaning}")
        items.append((wording.measure_words(term.measure.label), numbers.percent(value), meaning))
    sub = "The indices that the plans are asked to lower. 0% would mean that none is found."
    return card(
        html(markup.heading(2, "Inequity by measure", sub)),
        html(markup.figures(items)),
        _all_indices(case, judge),
    )


def _all_indices(case: Case, judge: Evaluator) -> Table:
    indices = library_indices(case)
    rows = []
    for measure in library_measures(case):
        values = [100 * judge.before(measure, index) for index in indices]
        rows.append([wording.measure_words(measure.label), *(cell(value) for value in values)])
    return Table(
        caption="Every measure by every index, today, × 100",
        summary="Show every measure by every index",
        columns=[
            ["Measure", "l"],
            *([wording.sentence(wording.index_words(index.label)), "r"] for index in indices),
        ],
        rows=rows,
        **WIDE,
    )


def meanings_card() -> Any:
    """Say what each index means."""
    rows = [[str(INDICES[kind].title), wording.sentence(str(INDICES[kind].meaning))] for kind in INDICES]
    table = Table(
        caption="What each index says", columns=[["Index", "l"], ["Meaning", "l"]], rows=rows, **WIDE
    )
    sub = "No one number is the whole of inequity: each index asks a different question of the same figures."
    return card(html(markup.heading(2, "How to read an index", sub)), table)


def against_need_card(case: Case, facts: Any, measure: frames.SchoolMeasure, need: str) -> Any:
    """Show one measure against need, school by school, today."""
    figures = frames.today_figures(case, facts, measure)
    words = _quarters(figures)
    told = f"{measure.title} against need at {len(figures)} schools today. {words}"
    axes, limits = (measure.title, need), _limits(figures)
    drawing = SHARED.get(
        f"need {measure.key} {_content(figures)}",
        lambda: school_scatter(figures, "before", None, axes, limits, told),
    )
    table = Table(
        caption=f"{measure.title}: {measure.unit}, today",
        summary=BEHIND,
        columns=[["School", "l"], ["Level", "l"], [need, "r"], [measure.title, "r"]],
        rows=[
            [row.school, row.level, cell(row.need, numbers.count), cell(row.before, _writer(measure))]
            for row in figures.itertuples()
        ],
        **WIDE,
    )
    return card(
        html(
            markup.heading(3, f"{measure.title} against need", f"{wording.sentence(measure.unit)}. {words}")
        ),
        chart(drawing),
        table,
    )


def _content(figures: pd.DataFrame) -> str:
    """Return a short text that differs where the figures do: drawings are kept by it."""
    return hashlib.sha256(pd.util.hash_pandas_object(figures).to_numpy().tobytes()).hexdigest()


def _writer(measure: frames.SchoolMeasure) -> Any:
    return lambda value: numbers.plain(value, measure.decimals)


def _limits(figures: Any) -> tuple[float, float]:
    low, high = float(figures["before"].min()), float(figures["before"].max())
    return (0.0, high * 1.06) if low < 0.5 * high else (low - 0.1 * (high - low), high + 0.1 * (high - low))


def _quarters(figures: pd.DataFrame) -> str:
    """Compare the quarter of schools with the most need with the quarter with the least, today."""
    share = frames.quarters_apart(figures, "before")
    if share is None:
        return ""
    return f"The neediest quarter of schools has {wording.apart_from(share, 'the least needy')}."


def share_card(case: Case, facts: Any, measure: frames.SchoolMeasure) -> Any:
    """Show today's shortfall curve of one measure."""
    figures = frames.today_figures(case, facts, measure)
    curve = frames.shortfall_curve(figures, "before", measure.fewer_is_better)
    peak = numbers.plain(float(curve["shortfall"].max()))
    told = f"Greatest shortfall of {measure.title.lower()} today: {peak} points of the whole"
    drawing = SHARED.get(
        f"shortfall {measure.key} {_content(figures)}", lambda: shortfall_chart(curve, [], told, 300)
    )
    sub = f"{told}. That share would have to change hands for an even share."
    return card(
        html(markup.heading(3, "How far from an even share?", sub)),
        chart(drawing),
    )


def worst_card(case: Case, facts: Any, measure: frames.SchoolMeasure) -> Any:
    """List the schools that have least of a measure."""
    figures = frames.today_figures(case, facts, measure).sort_values(
        "before", ascending=not measure.fewer_is_better
    )
    rows = [
        [
            row.school,
            row.level,
            cell(row.need, numbers.count),
            cell(row.before, _writer(measure)),
            "yes" if row.high_need else "",
        ]
        for row in figures.head(WORST).itertuples()
    ]
    table = Table(
        caption=f"The {WORST} worst-served schools by {measure.unit}",
        columns=[
            ["School", "l"],
            ["Level", "l"],
            ["Need (%)", "r"],
            [measure.title, "r"],
            ["High need", "l"],
        ],
        rows=rows,
        **WIDE,
    )
    needy = int(figures.head(WORST)["high_need"].sum())
    sub = f"{needy} of the {WORST} are high-need schools."
    return card(html(markup.heading(3, "Which schools are worst served?", sub)), table)


def diagnosis_card(found: Diagnosis) -> Any:
    """Show the ten dimensions of resource equity, the widest gap first."""
    parts = [
        html(
            markup.heading(
                2, "Ten dimensions of resource equity", "The widest gap to someone's disadvantage first."
            )
        )
    ]
    table = Table(
        caption="What was found on each dimension, and what of this planner moves it",
        columns=[["Dimension", "l"], ["What was found", "l"], ["What moves it", "l"]],
        rows=[
            [
                each.title,
                each.sentence,
                ", ".join(dict.fromkeys(lever.title for lever in each.levers)) or "Nothing here",
            ]
            for each in (*found.ranking, *(d for d in found.dimensions if d.rank is None))
        ],
        **WIDE,
    )
    hidden = [html(markup.message(each.sentence)) for each in found.hidden[:2]]
    return card(*parts, table, *([stack(*hidden, gap=8)] if hidden else []))
