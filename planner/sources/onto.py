"""What sources share that add figures to a data set made before: its facts, and what it had imputed."""

from __future__ import annotations

from typing import Any

from planner.district import District
from planner.imputation import METHODS
from planner.sources.report import ImportReport


def facts_of(base: District) -> dict[str, Any]:
    """Return the contents of the data set's ``district.yaml`` but for what was imputed."""
    return base.facts.model_dump(mode="json", exclude={"imputed"}, exclude_none=True)


def carry(base: District, report: ImportReport, replaced: str = "") -> None:
    """List again what the data set had imputed, but for a table that is replaced."""
    for entry in base.facts.imputed:
        if entry.table == replaced:
            continue
        method, note = entry.method, entry.note
        if method not in METHODS:
            method, note = "entered", f"{entry.method}; {note}" if note else entry.method
        report.imputations.record(method, entry.table, entry.column, entry.rows, note)
