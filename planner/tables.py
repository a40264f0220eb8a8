"""The tables of a district data set: columns, types, units and ranges, declared once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd
import pandera.pandas as pa

LEVELS = ("elementary", "middle", "high", "other")
EXPERIENCES = ("novice", "developing", "experienced")
SUPPORT_STATUSES = ("CSI", "TSI", "ATSI", "none")

# Ranges of one school's figures. They are wide, and there to catch a wrong unit or a slip of the keyboard.
MOST_STUDENTS = 1_000_000
MOST_FTE = 100_000
MOST_SALARY = 1_000_000
MOST_SECTIONS = 100_000
MOST_SECTIONS_PER_FTE = 100
MOST_DOLLARS = 10_000_000_000
MOST_OF_ANY_UNIT = 1_000_000_000_000
LONGEST_ID = 40
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Table:
    """A table's schema and the columns that together name one row."""

    schema: pa.DataFrameSchema
    key: tuple[str, ...]


def _text(
    title: str, required: bool = True, one_of: Iterable[str] = (), longest: int = LONGEST_NAME
) -> pa.Column:
    """Return a column of text in one line: names are shown on pages and in terminals."""
    pattern = rf"^[^\x00-\x1f\x7f-\x9f]{{1,{longest}}}$"
    one_line = pa.Check.str_matches(pattern, error=f"text in one line, of 1 to {longest} characters")
    checks = [pa.Check.isin(tuple(one_of), error="")] if one_of else [one_line]
    return pa.Column(str, checks, title=title, required=required, nullable=not required)


def _number(
    title: str, least: float, most: float, required: bool = True, nullable: bool = False
) -> pa.Column:
    check = pa.Check.in_range(least, most, error=f"a number from {least:,} to {most:,}")
    return pa.Column(float, check, title=title, required=required, nullable=nullable or not required)


def _schema(columns: dict[str, pa.Column]) -> pa.DataFrameSchema:
    return pa.DataFrameSchema(columns, strict=True, coerce=False)


TABLES: dict[str, Table] = {
    "schools": Table(
        _schema(
            {
                "school_id": _text("12-digit NCESSCH, as text", longest=LONGEST_ID),
                "district_id": _text("7-digit LEAID, as text", longest=LONGEST_ID),
                "school_name": _text("name"),
                "level": _text("elementary, middle, high or other", one_of=LEVELS),
                "title_i": pa.Column(
                    "boolean",
                    title="served by Title I, Part A (true or false)",
                    required=False,
                    nullable=True,
                ),
                "support_status": _text("ESSA support: CSI, TSI, ATSI or none", False, SUPPORT_STATUSES),
                "latitude": _number("degrees north", -90, 90, required=False),
                "longitude": _number("degrees east", -180, 180, required=False),
            }
        ),
        ("school_id",),
    ),
    "enrollment": Table(
        _schema(
            {
                "school_id": _text("school"),
                "group": _text("student group; `all` is required for every school"),
                "students": _number(
                    "students in the group [students]; empty where suppressed",
                    0,
                    MOST_STUDENTS,
                    nullable=True,
                ),
            }
        ),
        ("school_id", "group"),
    ),
    "staff": Table(
        _schema(
            {
                "school_id": _text("school"),
                "role": _text("teacher, counselor, nurse, principal, ..."),
                "field": _text("certification area; `general` if none"),
                "experience": _text("novice, developing or experienced", one_of=EXPERIENCES),
                "fte": _number("filled positions [FTE]", 0, MOST_FTE),
                "salary": _number("average base pay [dollars a year per FTE]", 0, MOST_SALARY),
                "vacancies": _number("budgeted and unfilled positions [FTE]", 0, MOST_FTE, required=False),
            }
        ),
        ("school_id", "role", "field", "experience"),
    ),
    "courses": Table(
        _schema(
            {
                "school_id": _text("school"),
                "course": _text("course block, such as `K-3 core`"),
                "students": _number("seats enrolled [students]", 0, MOST_STUDENTS),
                "sections": _number("class sections today [sections]", 0, MOST_SECTIONS),
                "field": _text("certification area that may teach it"),
                "sections_per_fte": _number(
                    "sections one teacher takes [sections per FTE]", 0.01, MOST_SECTIONS_PER_FTE
                ),
            }
        ),
        ("school_id", "course"),
    ),
    "budget": Table(
        _schema(
            {
                "school_id": _text("school"),
                "fund": _text("fund that pays"),
                "use": _text("what it is spent on; `staff` is today's pay"),
                "dollars": _number("spending today [dollars a year]", -MOST_DOLLARS, MOST_DOLLARS),
            }
        ),
        ("school_id", "fund", "use"),
    ),
    "indicators": Table(
        _schema(
            {
                "school_id": _text("school"),
                "indicator": _text("name of the figure"),
                "group": _text("student group; `all` if none"),
                "value": _number(
                    "figure, in the indicator's own unit", -MOST_OF_ANY_UNIT, MOST_OF_ANY_UNIT, nullable=True
                ),
                "count": _number("students behind the figure [students]", 0, MOST_STUDENTS, required=False),
            }
        ),
        ("school_id", "indicator", "group"),
    ),
}
REQUIRED_TABLES = ("schools", "enrollment", "staff")


def empty_table(name: str) -> pd.DataFrame:
    """Return table `name` with its required columns and no rows."""
    schema = TABLES[name].schema
    return pd.DataFrame(
        {
            column: pd.Series(dtype="float64" if str(spec.dtype) == "float64" else "object")
            for column, spec in schema.columns.items()
            if spec.required
        }
    )
