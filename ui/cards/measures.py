"""Cards on inequity itself: the indices asked for, the shortfall curve, and every other index."""

from __future__ import annotations

from html import escape
from typing import Any

import numpy as np
import pandas as pd

from planner.comparison import raised
from planner.plan import IndexRow
from ui import frames, markup, numbers, wording
from ui.cards.common import BEHIND, cell
from ui.charts.shortfall import shortfall_chart
from ui.charts.terms import terms_chart
from ui.comparison import Comparison
from ui.components import WIDE, Table, card, chart, html


def terms_card(compared: Comparison) -> Any:
    """Show what each plan does to each index it was asked to lower."""
    table = frames.terms(compared.plans)
    plans = [str(column) for column in table.columns if str(column).startswith("plan")]
    labels = [
        f"{wording.measure_words(r.measure)}: {wording.index_words(r.index)}" for r in frames.rows_of(table)
    ]
    rows = [row for _, row in table.iterrows()]
    told = "; ".join(_told(compared, label, row, plans) for label, row in zip(labels, rows, strict=True))
    behind = Table(
        caption="Every index that a plan was asked to lower, times 100",
        summary=BEHIND,
        columns=[["Measure and index", "l"], ["Today", "r"], *compared.columns()],
        rows=[
            [label, *(cell(row[column]) for column in ("today", *plans))]
            for label, row in zip(labels, rows, strict=True)
        ],
        **WIDE,
    )
    sub = "Each index × 100, from today (grey) to each plan. Further left is less unequal."
    head = html(markup.heading(3, "What does each plan do to each measure?", sub))
    drawing = compared.drawings.get("terms", lambda: terms_chart(table, labels, told))
    return card(head, chart(drawing, "What each plan does to each measure"), behind)


def _told(compared: Comparison, label: str, row: pd.Series, plans: list[str]) -> str:
    parts = (
        f"plan {look.letter} {numbers.plain(row[p])}" for p, look in zip(plans, compared.looks, strict=True)
    )
    return f"{label} today {numbers.plain(row['today'])}, {', '.join(parts)}"


def shortfall_card(compared: Comparison) -> Any:
    """Show how far the worst-served students fall short of an even share."""
    measure, figures = compared.measure, compared.figures
    curves = [frames.shortfall_curve(each, "after", measure.fewer_is_better) for each in figures]
    today = frames.shortfall_curve(figures[0], "before", measure.fewer_is_better)
    all_curves = [today, *curves]
    peaks = [float(curve["shortfall"].max()) for curve in all_curves]
    told = f"Greatest shortfall of {measure.title.lower()}: " + ", ".join(
        f"{name} {numbers.plain(peak)}" for name, peak in zip(["today", *compared.names], peaks, strict=True)
    )
    behind = Table(
        caption=f"{measure.title}: shortfall at each share of weighted students, in points of the whole",
        summary=BEHIND,
        columns=[["Worst-served students", "l"], ["Today", "r"], *compared.columns()],
        rows=[[f"{mark}%", *(cell(_at(curve, mark)) for curve in all_curves)] for mark in range(10, 100, 10)],
        **WIDE,
    )
    what = "excess of novices" if measure.fewer_is_better else f"shortfall of {measure.title.lower()}"
    sub = f"The {what} among the worst served, against an even share, {compared.year}. Lower is less unequal."
    drawing = compared.drawings.get("shortfall", lambda: shortfall_chart(today, curves, told))
    head = html(markup.heading(3, "How far from an even share?", sub))
    return card(head, chart(drawing, "How far from an even share"), behind)


def _at(curve: pd.DataFrame, share: float) -> float:
    return float(np.interp(share, curve["students"], curve["shortfall"]))


def every_index_card(compared: Comparison) -> Any:
    """Show every other index: measures disagree, and the reader must see it."""
    found = [{(row.measure, row.index): row for row in plan.indices} for plan in compared.plans]
    keys = dict.fromkeys(key for each in found for key in each)
    rows = [_index_row(key, [each.get(key) for each in found]) for key in keys]
    behind = Table(
        caption="Index × 100; for every index, lower is less unequal",
        summary=f"Show all {len(rows)} indices as a table",
        columns=[["Measure", "l"], ["Index", "l"], ["Today", "r"], *compared.columns()],
        rows=rows,
        **WIDE,
    )
    sub = (
        "Measures disagree: a plan that lowers one may raise another. These are all of them, also those that "
        "no plan was asked to lower."
    )
    head = html(markup.heading(3, "And by every other measure?", sub))
    return card(head, html(_raised(compared)), behind)


def _index_row(key: tuple[str, str], values: list[IndexRow | None]) -> list[Any]:
    before = next(value.before for value in values if value is not None)
    after = [cell(100 * value.after) if value is not None else cell(None) for value in values]
    return [wording.measure_words(key[0]), wording.index_words(key[1]), cell(100 * before), *after]


def _raised(compared: Comparison) -> str:
    """Say how many indices each plan raises, and which most."""
    lines = []
    for plan, look, worse in compared.each([raised(plan) for plan in compared.plans]):
        named = [f"{wording.measure_words(r.measure)} ({wording.index_words(r.index)})" for r in worse[:2]]
        text = f"raises {len(worse)} of {len(plan.indices)}, most of all {numbers.words(named)}"
        text = text if worse else f"raises none of {len(plan.indices)}"
        lines.append(f"<p>{markup.letter(look, small=True)}{escape(f'{plan.name} {text}.')}</p>")
    return "".join(lines)
