"""The review as an Excel workbook: districts, differences, what stands out, and how it was made."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from planner.diagnosis.report.workbook import Sheet, write_sheets
from planner.diagnosis.words import UNITS
from planner.review.results import Review

DISTRICTS = (
    "district", "name", "schools", "students", "CSI", "TSI", "ATSI", "reviewed", "why",
    "what identified schools lack most", "size", "children in poverty",
)  # fmt: skip
DIFFERENCES = (
    "district", "name", "dimension", "metric", "unit", "identified schools", "other schools", "difference",
    "size", "identified schools with a figure", "other schools with a figure",
)  # fmt: skip


def write_workbook(review: Review, path: Path) -> None:
    """Write the workbook; raises `InputProblems` if the place cannot be written to."""
    write_sheets(sheets(review), path)


def sheets(review: Review) -> dict[str, Sheet]:
    """Return the sheets by name: columns, and rows of plain values."""
    differences: list[Sequence[Any]] = [
        (row.district_id, row.name, each.dimension, each.title, UNITS[each.unit].words, each.identified,
         each.others, each.identified - each.others, each.disadvantage, each.identified_schools,
         each.other_schools)
        for row in review.districts for each in row.compared
    ]  # fmt: skip
    sentences: list[Sequence[Any]] = [
        (row.district_id, row.name, text) for row in review.districts for text in row.high_need
    ]
    notes: list[Sequence[Any]] = [(text,) for text in (review.rule, SIZES, *review.notes)]
    return {
        "districts": (DISTRICTS, _districts(review)),
        "differences": (DIFFERENCES, differences),
        "high-need schools": (("district", "name", "in words"), sentences),
        "method": (("method",), notes),
    }


SIZES = (
    "Percents stand as fractions: 0.17 is 17%. Size: how much worse identified schools stand, in points of a "
    "share or else as a share of the average; below 0 where they stand better."
)


def _districts(review: Review) -> list[Sequence[Any]]:
    rows: list[Sequence[Any]] = []
    for row in review.districts:
        widest = row.widest
        lack = (widest.title, widest.disadvantage) if widest else (None, None)
        reviewed = "yes" if row.reviewed else ""
        counts = (row.schools, row.students, row.csi, row.tsi, row.atsi)
        why = "; ".join(row.reasons)
        rows.append((row.district_id, row.name, *counts, reviewed, why, *lack, row.child_poverty))
    return rows
