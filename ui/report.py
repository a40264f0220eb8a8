"""The static report: one HTML file with everything in it, for those who have neither app nor server.

Charts are drawn as SVG, so they print sharp; nothing is fetched when the file is opened.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from jinja2 import Environment, FileSystemLoader, select_autoescape

from planner.asked import asked_differently
from ui import frames, markup, numbers, theme, wording
from ui.charts.shortfall import named
from ui.comparison import Comparison

WIDTH, HEIGHT, EDGE = 720, 320, 46
DASHES = {
    "solid": "",
    "dashed": 'stroke-dasharray="8 5"',
    "dotdash": 'stroke-dasharray="2 4 8 4"',
    "dotted": 'stroke-dasharray="2 4"',
}


@dataclass(frozen=True)
class Section:
    """A part of the report: a drawing and the table behind it."""

    title: str
    sub: str = ""
    drawing: str = ""
    caption: str = ""
    heads: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    text_columns: int = 1


def report(compared: Comparison) -> str:
    """Return the report of one to four plans as HTML."""
    folder = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=select_autoescape(["html"]),
        trim_blocks=True,
    )
    plans = compared.plans
    facts = plans[0].provenance
    data = str(facts.get("fingerprints", {}).get("district.yaml", ""))[:12]
    size = f"{plans[0].summary.schools} schools · {numbers.count(plans[0].summary.students)} students"
    title = wording.headline(plans) if len(plans) > 1 else wording.finding(plans[0])
    return folder.get_template("report.html").render(
        title=f"{compared.district.name}: {numbers.words([plan.name for plan in plans])}",
        css=theme.CSS,
        opening=markup.opening(
            f"{compared.district.name} · {size}", title, wording.inequity_made_of(plans[0])
        ),
        cards=markup.plan_cards(plans, ["" for _ in plans], [wording.proof(plan) for plan in plans]),
        parts=sections(compared),
        source=(
            f"Computed with planner {facts.get('planner', '')}, PuLP {facts.get('pulp', '')} and HiGHS "
            f"{facts.get('highs', '')}, from data {data}."
        ),
    )


def sections(compared: Comparison) -> list[Section]:
    """Return the report's sections in reading order."""
    found = [
        _terms(compared),
        _shortfall(compared),
        _schools(compared),
        *_moves(compared),
        _classes(compared),
    ]
    if len(compared.plans) > 1:
        found.append(_inputs(compared))
    return [*found, _rules(compared)]


def _terms(compared: Comparison) -> Section:
    table = frames.terms(compared.plans)
    plans = [f"plan{n}" for n in range(len(compared.plans))]
    rows = [
        [f"{wording.measure_words(row['measure'])}: {wording.index_words(row['index'])}"]
        + [numbers.plain(row[column]) for column in ("today", *plans)]
        for row in table.to_dict("records")
    ]
    sub = "Every index that a plan was asked to lower, × 100. Lower is less unequal."
    return Section(
        "What does each plan do to each measure?",
        sub,
        "",
        "Index × 100",
        ["Index", "Today", *compared.names],
        rows,
    )


def _shortfall(compared: Comparison) -> Section:
    measure = compared.measure
    today = frames.shortfall_curve(compared.figures[0], "before", measure.fewer_is_better)
    curves = [frames.shortfall_curve(each, "after", measure.fewer_is_better) for each in compared.figures]
    drawing = curves_svg(today, curves, compared.names)
    sub = f"{measure.title}, {compared.year}: shortfall of the worst-served schools against an even share."
    return Section("How far from an even share?", sub, drawing)


def curves_svg(today: pd.DataFrame, curves: list[pd.DataFrame], names: list[str]) -> str:
    """Draw shortfall curves as SVG, each with its letter and its highest point."""
    every = [today, *curves]
    top = max(float(curve["shortfall"].max()) for curve in every) * 1.15 or 1.0
    styles = [
        (theme.TODAY, theme.MUTED, "solid"),
        *((look.line, look.text, look.dash) for look in theme.LOOKS[: len(curves)]),
    ]
    words = named(every, ["Today", *(look.letter for look in theme.LOOKS[: len(curves)])], top)
    parts = [_axes(top)]
    for curve, (line, _, dash) in zip(every, styles, strict=True):
        path = " ".join(
            f"{_x(x):.1f},{_y(y, top):.1f}"
            for x, y in zip(curve["students"], curve["shortfall"], strict=True)
        )
        parts.append(
            f'<polyline points="{path}" fill="none" stroke="{line}" stroke-width="2" {DASHES[dash]}/>'
        )
    for row, (_, ink, _) in zip(frames.rows_of(words), styles, strict=True):
        parts.append(_text(_x(row.x), _y(row.y, top), row.text, "middle", ink))
    told = escape(f"Shortfall curves of {numbers.words(['today', *names])}")
    return f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{told}">{"".join(parts)}</svg>'


def _x(share: float) -> float:
    return EDGE + (WIDTH - EDGE - 10) * share / 100


def _y(value: float, top: float) -> float:
    return HEIGHT - EDGE - (HEIGHT - EDGE - 12) * value / top


def _text(x: float, y: float, words: str, anchor: str, ink: str = theme.MUTED) -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}" fill="{ink}">{escape(words)}</text>'


def _axes(top: float) -> str:
    marks = [_text(_x(share), HEIGHT - 26, f"{share}%", "middle") for share in (0, 25, 50, 75)]
    marks.append(_text(WIDTH, HEIGHT - 26, "100%", "end"))
    for value in _round_marks(top):
        y = f"{_y(value, top):.1f}"
        marks.append(f'<line x1="{EDGE}" x2="{WIDTH - 10}" y1="{y}" y2="{y}" stroke="{theme.GRID}"/>')
        marks.append(_text(EDGE - 6, _y(value, top) + 4, f"{value:,g}", "end"))
    words = "Weighted students, worst served first (vertical: points of the whole)"
    return "".join([*marks, _text(WIDTH / 2, HEIGHT - 6, words, "middle")])


def _round_marks(top: float) -> list[float]:
    """Return round figures from nothing up to a highest one, five or fewer steps apart."""
    size = 10.0 ** np.floor(np.log10(top / 5))
    step = next(size * each for each in (1, 2, 5, 10) if top / (size * each) <= 5)
    return [float(value) for value in np.arange(0.0, top, step).round(6)]


def _schools(compared: Comparison) -> Section:
    first = compared.figures[0]
    rows = [
        [
            row.school,
            row.level,
            "yes" if row.high_need else "",
            numbers.count(row.need),
            compared.written(row.before),
        ]
        + [compared.written(each["after"].iloc[place]) for each in compared.figures]
        for place, row in enumerate(frames.rows_of(first))
    ]
    heads = ["School", "Level", "High need", compared.need, "Today", *compared.names]
    caption = f"{compared.measure.title}: {compared.measure.unit}, {compared.year}"
    return Section("School by school", "Small groups of students are withheld.", "", caption, heads, rows, 3)


def _moves(compared: Comparison) -> list[Section]:
    found = []
    for plan, look, flows in compared.each(compared.flows):
        rows = [
            [
                row["from"],
                row["to"],
                row["fields"].replace("_", " "),
                numbers.fte(row["fte"]),
                numbers.plain(row["miles"]),
                numbers.whole_dollars(row["stipend"]),
            ]
            for row in flows.to_dict("records")
        ]
        heads = ["From", "To", "Fields", "FTE", "Miles", "Stipends a year"]
        total = numbers.fte(flows["fte"].sum())
        found.append(
            Section(
                f"Moves of plan {look.letter}, {plan.name}",
                f"{total} FTE in all.",
                "",
                "Staff moves by pair of schools",
                heads,
                rows,
                3,
            )
        )
    return found


def _classes(compared: Comparison) -> Section:
    table = frames.class_sizes(compared.plans, compared.year)
    rows = [
        [row.pop("course"), *(numbers.plain(value) for value in row.values())]
        for row in table.to_dict("records")
    ]
    return Section(
        "Class sizes",
        "Mean students per section.",
        "",
        f"Mean class size by course, {compared.year}",
        ["Course", "Today", *compared.names],
        rows,
    )


def _inputs(compared: Comparison) -> Section:
    rows = [[row.words, *row.values] for row in asked_differently(compared.plans)]
    columns = 1 + len(compared.plans)
    return Section(
        "What was asked differently?",
        "Everything else is the same; a dash: the plan has no such rule.",
        "",
        "Settings that differ",
        ["Setting", *compared.names],
        rows,
        columns,
    )


def _rules(compared: Comparison) -> Section:
    rows: list[list[Any]] = [
        [
            look.letter,
            wording.sentence(row.name.replace("_", " ")),
            row.statement,
            row.source,
            "kept" if row.holds else "broken",
        ]
        for plan, look, _ in compared.each(compared.plans)
        for row in plan.policies
    ]
    heads = ["Plan", "Policy", "Rule", "Source", "Kept"]
    return Section("Rules", "", "", "Every policy with its source", heads, rows, 5)
