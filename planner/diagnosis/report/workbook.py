"""The diagnosis as an Excel workbook: one sheet a kind of row, units in words, text never run as formula."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from planner.diagnosis.results import Diagnosis, Gap, MetricResult
from planner.diagnosis.words import UNITS, WITHHELD, missing_sentence
from planner.safe_write import write_file

type Sheet = tuple[Sequence[str], list[Sequence[Any]]]

WIDEST = 70
MOST_CHARACTERS = 32_767
GAP_COLUMNS = (
    "dimension", "metric", "unit", "compared", "ours", "our students", "theirs", "their students", "ours is",
    "theirs is", "gap", "ratio", "low", "high", "size", "score", "certainty", "basis",
)  # fmt: skip


def write_workbook(diagnosis: Diagnosis, path: Path) -> None:
    """Write the workbook; raises `InputProblems` if the place cannot be written to."""
    write_sheets(sheets(diagnosis), path)


def write_sheets(tables: dict[str, Sheet], path: Path) -> None:
    """Write sheets of plain values as a workbook; raises as `write_workbook` does."""
    write_file(path, lambda draft: _write(tables, draft))


def sheets(diagnosis: Diagnosis) -> dict[str, Sheet]:
    """Return the sheets by name: columns, and rows of plain values."""
    metrics = [(each.title, metric) for each in diagnosis.dimensions for metric in each.metrics]
    return {
        "ranking": _ranking(diagnosis),
        "metrics": (
            ("dimension", "metric", "name", "unit", "better", "all schools", "students", "schools",
             "schools without", "peers", "state", "estimated", "levers", "meaning"),
            [_metric_row(title, metric) for title, metric in metrics],
        ),
        "gaps": (
            GAP_COLUMNS,
            [_gap_row(title, metric, gap) for title, metric in metrics for gap in _gaps(metric)],
        ),
        "schools": (
            ("dimension", "metric", "unit", "school_id", "school", "level", "high-need", "students", "value"),
            [row for title, metric in metrics for row in _school_rows(title, metric)],
        ),
        "averages": (("what the averages hide",), [(each.sentence,) for each in diagnosis.hidden]),
        "not computed": (
            ("dimension", "metric", "why", "it would take", "in words"),
            [
                (each.title, gone.title, gone.why, gone.needs, missing_sentence(gone))
                for each in diagnosis.dimensions
                for gone in each.not_computed
            ],
        ),
        "definitions": (("definition or note",), [(text,) for text in _texts(diagnosis)]),
    }  # fmt: skip


def _ranking(diagnosis: Diagnosis) -> Sheet:
    columns = ("rank", "number", "dimension", "size", "students", "score", "levers", "in words")
    rows: list[Sequence[Any]] = []
    for each in diagnosis.ranking:
        gap = each.headline
        size, students = (gap.size, gap.ours.students) if gap else (None, None)
        levers = ", ".join(lever.title for lever in each.levers) or "none"
        rows.append((each.rank, each.number, each.title, size, students, each.score, levers, each.sentence))
    return columns, rows


def _metric_row(title: str, metric: MetricResult) -> Sequence[Any]:
    return (
        title,
        metric.title,
        metric.name,
        UNITS[metric.unit].words,
        metric.better,
        metric.mean,
        metric.students,
        metric.schools_measured,
        metric.schools_without,
        metric.peers.value if metric.peers else None,
        metric.state.value if metric.state else None,
        "; ".join(metric.estimated),
        ", ".join(f"{lever.kind} {lever.name}" for lever in metric.levers) or "none",
        metric.meaning,
    )


def _gaps(metric: MetricResult) -> Iterator[Gap]:
    if metric.high_need is not None:
        yield metric.high_need
    yield from (*metric.levels, *metric.groups)


def _gap_row(title: str, metric: MetricResult, gap: Gap) -> Sequence[Any]:
    shown = (gap.ours.value, gap.ours.students, gap.theirs.value, gap.theirs.students)
    ours, our_students, theirs, their_students = (WITHHELD,) * 4 if gap.withheld else shown
    return (
        title, metric.title, UNITS[metric.unit].words, f"{gap.kind} {gap.name}", gap.ours.label, our_students,
        gap.theirs.label, their_students, ours, theirs, gap.gap, gap.ratio, gap.low,
        gap.high, gap.size, gap.score, gap.certainty, gap.basis,
    )  # fmt: skip


def _school_rows(title: str, metric: MetricResult) -> Iterator[Sequence[Any]]:
    unit = UNITS[metric.unit].words
    for row in metric.schools:
        value = WITHHELD if row.withheld else row.value
        students = WITHHELD if row.students is None else row.students
        need = "yes" if row.high_need else ""
        yield (title, metric.title, unit, row.school_id, row.school_name, row.level, need, students, value)


def _texts(diagnosis: Diagnosis) -> Iterator[str]:
    terms = diagnosis.definitions
    yield from (terms.high_need, terms.novice, terms.gap_size, terms.ranking, terms.interval)
    yield from (terms.need_weights, terms.funds, terms.suppression)
    yield "Percents stand as fractions: 0.17 is 17%. Sizes too."
    yield from diagnosis.notes


def _write(tables: dict[str, Sheet], path: Path) -> None:
    # Only here: nothing else of a diagnosis needs it.
    from xlsxwriter import Workbook  # type: ignore[import-untyped] # noqa: PLC0415

    with Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        for name, (columns, rows) in tables.items():
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            for at, column in enumerate(columns):
                sheet.write_string(0, at, column, head)
                longest = max((len(str(row[at])) for row in rows[:200]), default=0)
                sheet.set_column(at, at, min(WIDEST, max(len(column), longest) + 2))
            for number, row in enumerate(rows, start=1):
                for at, value in enumerate(row):
                    _write_cell(sheet, (number, at), value)


def _write_cell(sheet: Any, place: tuple[int, int], value: Any) -> None:
    if isinstance(value, int | float):
        sheet.write_number(*place, value)
    elif value is not None:
        # A text cell is never run, whatever it starts with.
        sheet.write_string(*place, str(value)[:MOST_CHARACTERS])
