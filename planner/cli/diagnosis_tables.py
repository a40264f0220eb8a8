"""A diagnosis on the terminal: readable at 80 columns, complete in the page, the workbook and JSON."""

from __future__ import annotations

from collections.abc import Iterator

from rich import box
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from planner.diagnosis.results import Diagnosis, DimensionResult, MetricResult
from planner.diagnosis.words import (
    NO_FIGURE,
    WITHHELD,
    count,
    difference,
    figure,
    missing_sentence,
    short_gap,
    size_words,
)

DEFINITIONS = (
    "high_need", "novice", "gap_size", "ranking", "interval", "need_weights", "funds", "suppression",
)  # fmt: skip
type Part = Table | Text | Padding


def diagnosis_parts(diagnosis: Diagnosis) -> Iterator[Part]:
    """Yield what is shown, from the first to look at down to the definitions."""
    title = f"Where {diagnosis.district} stands, {diagnosis.school_year}"
    yield Text(
        f"{title}: {count(diagnosis.students)} students, {count(diagnosis.schools)} schools", style="bold"
    )
    for note in diagnosis.notes:
        yield Text(f"Note: {note}")
    yield _ranking(diagnosis)
    yield from _list("What the averages hide", [each.sentence for each in diagnosis.hidden])
    for each in diagnosis.ranking:
        yield from _dimension(each, diagnosis.peers)
    yield from _missing(diagnosis)
    terms = diagnosis.definitions
    yield from _list(
        "Definitions",
        [getattr(terms, name) for name in DEFINITIONS],
    )


def _table(title: str, columns: dict[str, str]) -> Table:
    table = Table(title=Text(title), title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for name, side in columns.items():
        table.add_column(Text(name), justify="right" if side == "right" else "left", overflow="fold")
    return table


def _add(table: Table, *cells: str) -> None:
    table.add_row(*(Text(cell) for cell in cells))


def _ranking(diagnosis: Diagnosis) -> Table:
    columns = {"#": "right", "dimension": "left", "widest gap": "left", "size": "right", "students": "right"}
    table = _table("Where to look first", columns)
    for each in diagnosis.ranking:
        metric = _headline(each)
        if metric is None or each.headline is None:
            _add(table, f"{each.rank}", each.title, "none to a disadvantage", NO_FIGURE, NO_FIGURE)
            continue
        mark = " (open)" if each.headline.certainty == "open" else ""
        size = size_words(each.headline.size, metric.unit)
        words = f"{short_gap(metric, each.headline)}{mark}"
        _add(table, f"{each.rank}", each.title, words, size, count(each.headline.ours.students))
    return table


def _headline(each: DimensionResult) -> MetricResult | None:
    return next((metric for metric in each.metrics if metric.name == each.headline_metric), None)


def _list(title: str, lines: list[str]) -> Iterator[Part]:
    if lines:
        yield Text(f"\n{title}", style="bold")
        yield from (Padding(Text(f"• {line}"), (0, 0, 0, 1)) for line in lines)


def _dimension(each: DimensionResult, peers: str | None) -> Iterator[Part]:
    yield Text(f"\n{each.number}. {each.title}", style="bold")
    yield Text(each.sentence)
    levers = ", ".join(f"{lever.title} ({lever.kind} {lever.name})" for lever in each.levers)
    yield Text(f"Levers: {levers}." if levers else "No lever of the planner moves this.", style="italic")
    columns = {"metric": "left", "all": "right", "high-need": "right", "others": "right", "gap": "right"}
    beside = {"peers": "right"} if peers else {}
    stated = {"state": "right"} if any(metric.state for metric in each.metrics) else {}
    table = _table("", {**columns, **beside, **stated})
    for metric in each.metrics:
        cells = _cells(metric)
        cells += [figure(metric.peers.value if metric.peers else None, metric.unit)] if beside else []
        cells += [figure(metric.state.value if metric.state else None, metric.unit)] if stated else []
        _add(table, f"{metric.title}{' (estimated)' if metric.estimated else ''}", *cells)
    yield table


def _cells(metric: MetricResult) -> list[str]:
    gap = metric.high_need
    mean = figure(metric.mean, metric.unit)
    if gap is None:
        return [mean, NO_FIGURE, NO_FIGURE, NO_FIGURE]
    if gap.withheld:
        return [mean, WITHHELD, WITHHELD, WITHHELD]
    sides = [figure(side.value, metric.unit) for side in (gap.ours, gap.theirs)]
    return [mean, *sides, difference(gap.gap, metric.unit)]


def _missing(diagnosis: Diagnosis) -> Iterator[Part]:
    for each in diagnosis.dimensions:
        lines = [missing_sentence(missing) for missing in each.not_computed]
        yield from _list(f"Not computed in {each.number}. {each.title}", lines)
