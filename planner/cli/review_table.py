"""The districts of a review on the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich import box
from rich.table import Table
from rich.text import Text

from planner.diagnosis.words import NO_FIGURE, count, figure
from planner.review.results import DistrictReview

COLUMNS = {
    "district": "left",
    "schools": "right",
    "students": "right",
    "CSI": "right",
    "TSI": "right",
    "ATSI": "right",
    "identified schools stand worst in": "left",
    "identified": "right",
    "others": "right",
}


def review_table(districts: Sequence[DistrictReview]) -> Table:
    """Return one row a district: its identified schools, and the metric in which they stand worst."""
    table = Table(title=Text("Districts"), title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for name, side in COLUMNS.items():
        table.add_column(Text(name), justify="right" if side == "right" else "left", overflow="fold")
    for row in districts:
        table.add_row(*(Text(cell) for cell in _cells(row)))
    return table


def _cells(row: DistrictReview) -> tuple[str, ...]:
    counts = (
        str(row.schools),
        NO_FIGURE if row.students is None else count(row.students),
        str(row.csi),
        str(row.tsi),
        str(row.atsi),
    )
    if row.widest is None:
        return (row.title, *counts, NO_FIGURE, NO_FIGURE, NO_FIGURE)
    worst = row.widest
    sides = (figure(worst.identified, worst.unit), figure(worst.others, worst.unit))
    return (row.title, *counts, worst.title, *sides)
