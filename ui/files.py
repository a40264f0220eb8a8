"""Files to take away: a scenario or plan as YAML, tables as CSV or a workbook, the report."""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
from pathlib import Path

from planner.export import export_plan
from planner.plan import Plan
from planner.plan_file import plan_text
from ui.comparison import Comparison
from ui.report import report

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
type File = tuple[str, str, bytes]


def file_name(text: str, ending: str) -> str:
    """Return a name that every file system takes."""
    return (re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-").lower()[:60] or "plan") + ending


def plan_yaml(plan: Plan) -> File:
    """Return the plan file: the district's own record, with every count."""
    return file_name(plan.name, "-plan.yaml"), "application/yaml", plan_text(plan).encode()


def scenario_yaml(name: str, text: str) -> File:
    """Return a scenario as YAML; opened again it gives the same plan."""
    return file_name(name, "-scenario.yaml"), "application/yaml", text.encode()


def plan_csv(plan: Plan) -> File:
    """Return the plan's tables as CSV files in one archive; small counts are withheld."""
    with tempfile.TemporaryDirectory() as folder:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in sorted(export_plan(plan, Path(folder) / "tables", "csv")):
                archive.writestr(zipfile.ZipInfo(file.name), file.read_bytes())
        return file_name(plan.name, "-tables.zip"), "application/zip", packed.getvalue()


def plan_workbook(plan: Plan) -> File:
    """Return the plan's tables as a workbook; small counts are withheld."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "plan.xlsx"
        export_plan(plan, target, "xlsx")
        return file_name(plan.name, ".xlsx"), XLSX, target.read_bytes()


def report_file(compared: Comparison) -> File:
    """Return the static report of the compared plans."""
    return file_name(f"{compared.district.name} report", ".html"), "text/html", report(compared).encode()
