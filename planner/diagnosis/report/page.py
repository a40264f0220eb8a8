"""The diagnosis as one HTML file that asks no server for anything and prints well."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from planner.diagnosis import words
from planner.diagnosis.report import charts
from planner.diagnosis.results import Diagnosis, DimensionResult, MetricResult
from planner.safe_write import write_text

MOST_COLUMNS = 9


@dataclass(frozen=True, slots=True)
class SchoolTable:
    """A dimension's schools as rows and its metrics as columns, cells in words."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, str, bool, tuple[str, ...]], ...]


def page_html(diagnosis: Diagnosis) -> str:
    """Return the page."""
    environment = Environment(
        loader=PackageLoader("planner.diagnosis.report", "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    template = environment.get_template("page.html")
    order = (*diagnosis.ranking, *(each for each in diagnosis.dimensions if each.rank is None))
    return template.render(
        diagnosis=diagnosis,
        order=order,
        words=words,
        charts=charts,
        headline=headline_metric,
        school_table=school_table,
        mixes=mixes,
        missing=[each for each in diagnosis.dimensions if each.not_computed],
    )


def write_page(diagnosis: Diagnosis, path: Path) -> None:
    """Write the page; raises `InputProblems` if the place cannot be written to."""
    write_text(path, page_html(diagnosis))


def headline_metric(dimension: DimensionResult) -> MetricResult | None:
    """Return the metric of a dimension's widest gap; its first metric where there is no gap."""
    named = [metric for metric in dimension.metrics if metric.name == dimension.headline_metric]
    return next(iter((*named, *dimension.metrics)), None)


def mixes(dimension: DimensionResult) -> tuple[MetricResult, ...]:
    """Return the metrics of groups' own shares, where the dimension is about the mix of schools."""
    return tuple(each for each in dimension.metrics if any(gap.kind == "mix" for gap in each.groups))


def school_table(metrics: Sequence[MetricResult]) -> SchoolTable:
    """Return the schools of a dimension's ranked metrics, high-need schools first."""
    shown = [metric for metric in metrics if metric.ranked][:MOST_COLUMNS]
    cells: dict[str, dict[str, str]] = {}
    facts: dict[str, tuple[str, str, bool]] = {}
    for metric in shown:
        for row in metric.schools:
            facts[row.school_id] = (row.school_name, row.level, row.high_need)
            text = words.WITHHELD if row.withheld else words.figure(row.value, metric.unit)
            cells.setdefault(row.school_id, {})[metric.name] = text
    order = sorted(facts, key=lambda school: (not facts[school][2], *facts[school][1::-1], school))
    rows = tuple(
        (*facts[school], tuple(cells[school].get(metric.name, words.NO_FIGURE) for metric in shown))
        for school in order
    )
    return SchoolTable(tuple(metric.title for metric in shown), rows)
