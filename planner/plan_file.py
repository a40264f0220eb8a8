"""A plan as YAML: in reading order, the same plan always as the same bytes, and read back equal.

Only the last line, ``made_at``, differs between two runs. The file holds ids and counts of whole schools.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from planner.plan import FORMAT_VERSION, ROW_TYPES, Plan
from planner.plan_lines import parse_plan_lines, read_plan_file
from planner.plan_reading import PlanReader
from planner.safe_write import write_text
from planner.yaml_text import block, row, scalar, word

HEADING = (
    "# A plan of the resource reallocation planner. Staff are in FTE, money in dollars a year.",
    "# Anyone can check it against the district's tables: planner verify THIS_FILE --data FOLDER",
)
# Tables stand in two runs: those a reader wants first, and the record.
TABLES = (
    "indices",
    "policies",
    "moves",
    "staff_changes",
    "limits",
    "class_sizes",
    "dollars",
    "schools",
    "funds",
    "statistics",
    "imputed",
)


def plan_text(plan: Plan) -> str:
    """Return a plan as YAML text in canonical form."""
    end = [f"checksum: {scalar(checksum_of(plan))}", f"made_at: {scalar(plan.made_at)}", ""]
    return "\n".join([*HEADING, *_content(plan), *end])


def checksum_of(plan: Plan) -> str:
    """Return the SHA-256 of a plan's content: all it says but when it was made, and no comments."""
    content = "\n".join(line for line in _content(plan) if not line.startswith("#"))
    return hashlib.sha256(content.encode()).hexdigest()


def _content(plan: Plan) -> list[str]:
    lines = [f"format: {FORMAT_VERSION}", *_head(plan), *_summary(plan)]
    for table in TABLES:
        lines += _table(table, getattr(plan, table))
    lines += _list("warnings", plan.warnings)
    return [*lines, *_section("scenario", plan.scenario), *_section("provenance", plan.provenance)]


def write_plan(plan: Plan, path: str | Path) -> None:
    """Write a plan; the file appears whole or not at all.

    Raises
    ------
    InputProblems
        If the place cannot be written to.
    """
    write_text(Path(path), plan_text(plan))


def read_plan(path: str | Path) -> Plan:
    """Read a plan.

    Raises
    ------
    InputProblems
        Every defect of the file, each with its line; for another format, the version that can read it.
    """
    return PlanReader(read_plan_file(Path(path))).plan()


def parse_plan(text: str, name: str = "plan") -> Plan:
    """Read a plan from text as `read_plan` does; `name` is shown in problems."""
    return PlanReader(parse_plan_lines(text, name)).plan()


def _head(plan: Plan) -> list[str]:
    parts = {"name": plan.name, "status": plan.status, "years": list(plan.years), "district": plan.district}
    return ["plan:", *(line for key, value in parts.items() for line in block({key: value}, 1))]


def _summary(plan: Plan) -> list[str]:
    names = [field.name for field in dataclasses.fields(plan.summary)]
    return ["summary:", *(f"  {name}: {scalar(getattr(plan.summary, name))}" for name in names)]


def _section(name: str, data: Mapping[str, Any]) -> list[str]:
    return [f"{name}:", *block(data, 1)] if data else [f"{name}: {{}}"]


def _table(name: str, rows: Iterable[Any]) -> list[str]:
    columns = [field.name for field in dataclasses.fields(ROW_TYPES[name])]
    lines = [f"  - {row([getattr(item, column) for column in columns])}" for item in rows]
    meaning = (ROW_TYPES[name].__doc__ or "").partition("\n")[0]
    head = [f"# {meaning}", f"{name}:", f"  columns: [{', '.join(map(word, columns))}]"]
    return [*head, "  rows:", *lines] if lines else [*head, "  rows: []"]


def _list(name: str, texts: Iterable[str]) -> list[str]:
    lines = [f"  - {scalar(text)}" for text in texts]
    return [f"{name}:", *lines] if lines else [f"{name}: []"]
