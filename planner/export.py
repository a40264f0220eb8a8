"""A plan's tables as CSV files or as an Excel workbook.

Small counts are withheld unless asked for (`planner.disclosure`). Text that a spreadsheet would take for a
formula gets an apostrophe in CSV, and is a text cell in a workbook; numbers stay numbers.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from planner.disclosure import Row, Tables, plan_tables
from planner.plan import ROW_TYPES, Plan
from planner.plan_columns import UNITS
from planner.problems import Problem, raise_all
from planner.safe_write import whole_folder, write_file

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
MOST_ROWS = 1_048_575
MOST_CHARACTERS = 32_767
WIDEST = 60
NUMBER_FORMATS = {
    "FTE": "#,##0.00",
    "sections": "#,##0.00",
    "students per section": "0.0",
    "students": "#,##0",
    "schools": "#,##0",
    "dollars": "#,##0",
    "miles": "0.0",
    "index": "0.0000",
    "statistic": "0.0000",
    "points": "0.00",
    "share": "0.00%",
}
UNIT_WORDS = {
    "dollars": "dollars a year",
    "index": "0 where none is found",
    "statistic": "",
    "the rule's unit": "see unit",
}
FORMATS = ("csv", "xlsx")


def export_plan(
    plan: Plan, target: str | Path, kind: Literal["csv", "xlsx"] | str, suppress: bool = True
) -> tuple[Path, ...]:
    """Write a plan's tables; what was there under the same names is replaced, and only if nothing fails.

    Parameters
    ----------
    plan
        The plan.
    target
        A folder for CSV files (one a table, and ``columns.csv`` with the units), or a file for a workbook.
    kind
        ``csv`` or ``xlsx``.
    suppress
        Whether counts of fewer than 10 students are withheld.

    Returns
    -------
    tuple of pathlib.Path
        The files written.

    Raises
    ------
    InputProblems
        If the place cannot be written to, or a table is too long for a workbook.
    """
    target = Path(target)
    if kind not in FORMATS:
        raise_all([Problem("format", f"'{kind}'", f"one of {', '.join(FORMATS)}")])
    tables = {"summary": summary_rows(plan), **plan_tables(plan, suppress), "scenario": scenario_rows(plan)}
    if kind == "csv":
        return _write_csv(tables, target)
    raise_all(
        Problem(f"table {name}", f"{len(rows):,} rows", f"at most {MOST_ROWS:,} in a workbook; use csv")
        for name, rows in tables.items()
        if len(rows) > MOST_ROWS
    )
    write_file(target, lambda draft: _write_workbook(tables, draft))
    return (target,)


# What the tables hold ---------------------------------------------------------------------------------------


def summary_rows(plan: Plan) -> list[Row]:
    """Return the plan in a few figures: what, when and where it is, and its summary."""
    facts = {
        "plan": plan.name,
        "district": plan.district.get("name", ""),
        "years": ", ".join(plan.years),
        "status": plan.status,
        "made_at": plan.made_at,
    }
    figures = {name: getattr(plan.summary, name) for name in UNITS["summary"]}
    rows = [{"figure": name, "value": value, "unit": ""} for name, value in facts.items()]
    return rows + [
        {"figure": name, "value": value, "unit": UNITS["summary"][name]} for name, value in figures.items()
    ]


def scenario_rows(plan: Plan) -> list[Row]:
    """Return every setting of the scenario, and where the plan comes from, one a row."""
    parts = [("scenario", plan.scenario), ("provenance", plan.provenance)]
    return [
        {"part": part, "setting": path, "value": value}
        for part, data in parts
        for path, value in flattened(data)
    ]


def flattened(data: Any, at: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every value of nested plain data with its dotted path; lists of plain values stand in one."""
    if isinstance(data, Mapping) and data:
        for key in data:
            yield from flattened(data[key], f"{at}.{key}" if at else str(key))
    elif isinstance(data, list | tuple) and any(isinstance(item, Mapping | list) for item in data):
        for number, item in enumerate(data):
            yield from flattened(item, f"{at}.{number}")
    elif data == {}:
        yield at, "{}"
    else:
        yield at, ", ".join(map(str, data)) if isinstance(data, list | tuple) else data


def columns_of(table: str, rows: Sequence[Row]) -> list[str]:
    """Return a table's columns, also where it has no rows."""
    if table in ROW_TYPES:
        return list(ROW_TYPES[table].__annotations__)
    heads = {
        "summary": ["figure", "value", "unit"],
        "scenario": ["part", "setting", "value"],
        "warnings": ["warning"],
    }
    return heads[table] if table in heads else list(rows[0])


# CSV --------------------------------------------------------------------------------------------------------


def _write_csv(tables: Tables, folder: Path) -> tuple[Path, ...]:
    columns = [
        {"table": table, "column": column, "unit": UNITS.get(table, {}).get(column, "")}
        for table, rows in tables.items()
        for column in columns_of(table, rows)
    ]
    with whole_folder(folder) as draft:
        for table, rows in tables.items():
            _write_table(draft / f"{table}.csv", columns_of(table, rows), rows)
        _write_table(draft / "columns.csv", ["table", "column", "unit"], columns)
    return tuple(folder / f"{name}.csv" for name in (*tables, "columns"))


def _write_table(path: Path, columns: list[str], rows: Sequence[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([_csv_cell(row[column]) for column in columns] for row in rows)


def _csv_cell(value: Any) -> Any:
    if isinstance(value, str):
        return safe_text(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else value


def safe_text(text: str) -> str:
    """Return text that no spreadsheet runs as a formula: an apostrophe goes before what looks like one."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


# Excel ------------------------------------------------------------------------------------------------------


def _write_workbook(tables: Tables, path: Path) -> None:
    # Only here: a CSV export does not need it.
    from xlsxwriter import Workbook  # type: ignore[import-untyped] # noqa: PLC0415

    with Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        styles = _Styles(book)
        for table, rows in tables.items():
            _write_sheet(book.add_worksheet(table), table, rows, styles)


class _Styles:
    """Cell formats of a workbook, each made once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._formats: dict[str, Any] = {}
        self.head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})

    def number(self, unit: str) -> Any:
        """Return the number format of a unit."""
        if unit not in self._formats:
            self._formats[unit] = self._book.add_format({"num_format": NUMBER_FORMATS.get(unit, "General")})
        return self._formats[unit]


def _write_sheet(sheet: Any, table: str, rows: Sequence[Row], styles: _Styles) -> None:
    columns = columns_of(table, rows)
    sheet.freeze_panes(1, 0)
    for at, column in enumerate(columns):
        unit = UNITS.get(table, {}).get(column, "")
        sheet.write_string(0, at, _heading(column, unit), styles.head)
        sheet.set_column(at, at, _width(column, unit, rows))
        for number, row in enumerate(rows, start=1):
            _write_cell(sheet, (number, at), row[column], styles.number(unit or str(row.get("unit", ""))))
    if rows:
        sheet.autofilter(0, 0, len(rows), len(columns) - 1)


def _heading(column: str, unit: str) -> str:
    words = UNIT_WORDS.get(unit, unit)
    return f"{column} [{words}]" if words else column


def _width(column: str, unit: str, rows: Sequence[Row]) -> int:
    longest = max((len(str(row[column])) for row in rows[:200]), default=0)
    return min(WIDEST, max(10, longest + 2, len(_heading(column, unit)) // 2 + 2))


def _write_cell(sheet: Any, place: tuple[int, int], value: Any, style: Any) -> None:
    if isinstance(value, bool):
        sheet.write_boolean(*place, value)
    elif isinstance(value, int | float):
        sheet.write_number(*place, value, style)
    elif value is not None:
        # A text cell is never run, whatever it starts with.
        sheet.write_string(*place, str(value)[:MOST_CHARACTERS])
