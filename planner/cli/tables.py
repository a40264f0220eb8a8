"""Rich tables of plans, comparisons, verifications and imports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd
from rich import box
from rich.table import Table
from rich.text import Text

from planner.asked import asked_differently
from planner.comparison import compare, side_by_side
from planner.disclosure import plan_tables as public_tables

if TYPE_CHECKING:
    from planner.plan import Plan
    from planner.sources import ImportReport
    from planner.verification import Verification

MOST_ROWS = 12
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
MILLION = 1e6
FIGURE_WIDTH = 8
WIDEST_FIGURE = 20
LONGEST_TEXT = 24
SHORT_UNITS = {"students per section": "students", "dollars a year": "$ a year"}
DECIMALS = {
    "FTE": 1,
    "dollars a year": 0,
    "points": 1,
    "dollars": 0,
    "index": 4,
    "miles": 1,
    "students per section": 1,
    "indices": 0,
    "share": 4,
}
# A leader reads these first; every reported index is in the plan file.
SHOWN_GROUPS = ("inequity", "index, optimised", "every index", "moves", "dollars", "class size")


def number(value: Any, unit: str) -> str:
    """Return a figure as people read it: 12,960 or 0.0432; a dash where there is none."""
    if value is None or value == "":
        return "–"
    if isinstance(value, str):
        return _words(value)
    decimals = DECIMALS.get(unit, 2)
    if unit.startswith("dollars") and abs(value) >= MILLION:
        return f"{value / MILLION:,.2f}M"
    return f"{round(value, decimals) + 0.0:,.{decimals}f}"


def _table(title: str, columns: Sequence[str], numbers_from: int) -> Table:
    table = Table(title=Text(title), title_justify="left", box=box.SIMPLE_HEAD)
    for at, column in enumerate(columns):
        side: Literal["left", "right"] = "right" if at >= numbers_from else "left"
        table.add_column(Text(column), justify=side, overflow="fold")
    return table


def _add(table: Table, cells: Iterable[str]) -> None:
    table.add_row(*(Text(cell) for cell in cells))


def plan_tables(plan: Plan) -> Iterator[Table]:
    """Yield a plan's figures, its policies and its largest moves."""
    yield from comparison_tables(compare(plan), f"{plan.name} ({plan.status}, {', '.join(plan.years)})")
    yield from _policies(plan)
    yield from _moves(plan)


def shown_warnings(plan: Plan) -> list[str]:
    """Return a plan's warnings as they may be shown on a screen."""
    return [str(row["warning"]) for row in public_tables(plan)["warnings"]]


def _policies(plan: Plan) -> Iterator[Table]:
    rows = public_tables(plan)["policies"]
    if rows:
        table = _table(
            "Policies, where the plan comes nearest to each limit", ["policy", "rule", "where", "left"], 3
        )
        for row in rows:
            left = f"{number(row['slack'], row['unit'])} {row['unit']}"
            _add(table, [row["name"], row["rule"], " ".join(filter(None, (row["where"], row["year"]))), left])
        yield table


def _moves(plan: Plan) -> Iterator[Table]:
    moves = sorted(plan.moves, key=lambda move: -move.fte)
    if not moves:
        return
    names = {row.school_id: row.school_name for row in plan.schools}
    more = f", the largest {MOST_ROWS} of {len(moves)}" if len(moves) > MOST_ROWS else ""
    table = _table(f"Moves{more}", ["year", "from", "to", "who", "FTE", "miles", "stipend"], 4)
    for move in moves[:MOST_ROWS]:
        who = f"{move.role} {move.field} {move.experience}"
        places = [names.get(school, school) for school in (move.from_school, move.to_school)]
        figures = [number(move.fte, "FTE"), number(move.miles, "miles"), number(move.stipend, "dollars")]
        _add(table, [move.year, *places, who, *figures])
    yield table


def legend(table: pd.DataFrame) -> list[str]:
    """Return the letter that stands for each plan of a comparison; none is needed for one plan."""
    names = list(dict.fromkeys(table["plan"]))
    return (
        [f"  {letter}  {name}" for letter, name in zip(LETTERS, names, strict=False)]
        if len(names) > 1
        else []
    )


def asked_tables(plans: Sequence[Plan]) -> Iterator[Table]:
    """Yield what plans were asked, where they differ; letters stand for long names."""
    rows = asked_differently(plans)
    if rows:
        heads = _heads([plan.name for plan in plans])
        shown = _table("What differs in what was asked", ["", *heads], 1)
        for row in rows:
            _add(shown, [row.words, *row.values])
        yield shown


def comparison_tables(table: pd.DataFrame, title: str = "") -> Iterator[Table]:
    """Yield what plans give; letters stand for long names."""
    wide = side_by_side(table)
    names = list(wide.columns[4:])
    yield _figures(wide, names, _heads(names), title)


def _heads(names: Sequence[str]) -> Sequence[str]:
    return LETTERS[: len(names)] if 1 < len(names) <= len(LETTERS) else names


def _figures(wide: pd.DataFrame, names: Sequence[str], heads: Sequence[str], title: str) -> Table:
    shown = _table(title, ["", "today", *heads, "unit"], 1)
    for column in shown.columns[1:]:
        # On a narrow screen the names of figures give way, never the digits of a figure.
        column.min_width, column.max_width = FIGURE_WIDTH, WIDEST_FIGURE
    for group in SHOWN_GROUPS:
        part = wide[wide["group"] == group]
        if part.empty:
            continue
        shown.add_section()
        shown.add_row(Text(group.capitalize(), style="bold"))
        for row in part.to_dict("records"):
            unit = str(row["unit"])
            cells = [number(row[name], unit) for name in ("today", *names)]
            _add(shown, [f"  {_words(row['item'])}", *cells, SHORT_UNITS.get(unit, unit)])
    return shown


def _words(item: Any) -> str:
    """Return the label of a figure so that it can wrap between words."""
    return str(item).replace("_", " ")


def verification_tables(result: Verification, every: bool = False) -> Iterator[Table]:
    """Yield the rules that hold, with the place nearest to their limit, and then what fails.

    Figures that were worked out again and agree are shown only where `every` is set.
    """
    held = [check for check in result.checks if check.holds]
    rules = held if every else [check for check in held if check.sense != "=" and check.plan is not None]
    for title, checks in (("Holds", rules), ("Fails", result.failures)):
        if checks:
            table = _table(title, ["rule", "where", "year", "plan", "", "expected", "unit", "places"], 3)
            for check in (each.told() for each in checks):
                sense = check.sense if check.plan is not None else ""
                figures = [_figure(check.plan), sense, _figure(check.expected)]
                _add(table, [check.rule, check.where, check.year, *figures, check.unit, f"{check.places:,}"])
            yield table


def _figure(value: float | str | None) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value if len(value) <= LONGEST_TEXT else f"{value[: LONGEST_TEXT - 1]}…"
    return f"{value:,.4f}".rstrip("0").rstrip(".")


def import_tables(report: ImportReport) -> Iterator[Table]:
    """Yield an import's totals and what was imputed."""
    totals = _table(f"Imported from {report.source}", ["", "total"], 1)
    for name, value in report.totals.items():
        _add(totals, [name, f"{value:,.0f}"])
    yield totals
    if report.imputed:
        imputed = _table("Imputed", ["table", "column", "method", "rows", "note"], 5)
        for item in report.imputed:
            rows = item.rows if isinstance(item.rows, str) else f"{len(item.rows):,} rows"
            _add(imputed, [item.table, item.column, item.method, rows, item.note])
        yield imputed
