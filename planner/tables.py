"""The tables of a district data set: columns, types, units and ranges, declared once.

Every table is checked by its pandera schema; the problems of a whole table come back at once, each with
the file, the row as a spreadsheet shows it (the header is row 1), what was found and what would be right.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from planner.problems import Problem, nearest, raise_all

LEVELS = ("elementary", "middle", "high", "other")
EXPERIENCES = ("novice", "developing", "experienced")
SUPPORT_STATUSES = ("CSI", "TSI", "ATSI", "none")
MAX_FILE_BYTES = 512 * 1024 * 1024
READERS = {".csv": "csv", ".parquet": "parquet", ".xlsx": "excel"}


@dataclass(frozen=True, slots=True)
class Table:
    """A table's schema and the columns that together name one row."""

    schema: pa.DataFrameSchema
    key: tuple[str, ...]


def _text(title: str, required: bool = True, **checks: Any) -> pa.Column:
    return pa.Column(str, title=title, required=required, nullable=not required, **checks)


def _amount(
    title: str, required: bool = True, nullable: bool = False, most: float | None = None
) -> pa.Column:
    check = pa.Check.ge(0) if most is None else pa.Check.in_range(0, most)
    return pa.Column(float, check, title=title, required=required, nullable=nullable or not required)


def _number(title: str) -> pa.Column:
    return pa.Column(float, title=title, required=False, nullable=True)


def _schema(columns: dict[str, pa.Column]) -> pa.DataFrameSchema:
    return pa.DataFrameSchema(columns, strict=True, coerce=False)


TABLES: dict[str, Table] = {
    "schools": Table(
        _schema(
            {
                "school_id": _text("12-digit NCESSCH, as text", checks=pa.Check.str_length(1, 40)),
                "district_id": _text("7-digit LEAID, as text", checks=pa.Check.str_length(1, 40)),
                "school_name": _text("name", checks=pa.Check.str_length(1, 200)),
                "level": _text("elementary, middle, high or other", checks=pa.Check.isin(LEVELS)),
                "title_i": pa.Column(
                    "boolean",
                    title="served by Title I, Part A (true or false)",
                    required=False,
                    nullable=True,
                ),
                "support_status": _text(
                    "ESSA support: CSI, TSI, ATSI or none", False, checks=pa.Check.isin(SUPPORT_STATUSES)
                ),
                "latitude": _number("degrees north"),
                "longitude": _number("degrees east"),
            }
        ),
        ("school_id",),
    ),
    "enrollment": Table(
        _schema(
            {
                "school_id": _text("school"),
                "group": _text("student group; `all` is required for every school"),
                "students": _amount(
                    "students in the group [students]; empty where suppressed", nullable=True
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
                "experience": _text("novice, developing or experienced", checks=pa.Check.isin(EXPERIENCES)),
                "fte": _amount("filled positions [FTE]"),
                "salary": _amount("average base pay [dollars a year per FTE]"),
                "vacancies": _amount("budgeted and unfilled positions [FTE]", required=False),
            }
        ),
        ("school_id", "role", "field", "experience"),
    ),
    "courses": Table(
        _schema(
            {
                "school_id": _text("school"),
                "course": _text("course block, such as `K-3 core`"),
                "students": _amount("seats enrolled [students]"),
                "sections": _amount("class sections today [sections]"),
                "field": _text("certification area that may teach it"),
                "sections_per_fte": _amount("sections one teacher takes [sections per FTE]"),
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
                "dollars": pa.Column(float, title="spending today [dollars a year]"),
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
                "value": pa.Column(float, title="figure, in the indicator's own unit", nullable=True),
                "count": _amount("students behind the figure [students]", required=False),
            }
        ),
        ("school_id", "indicator", "group"),
    ),
}
REQUIRED_TABLES = ("schools", "enrollment", "staff")
TRUE_WORDS = frozenset({"true", "yes", "y", "1"})
FALSE_WORDS = frozenset({"false", "no", "n", "0"})


def find_table(folder: Path, name: str) -> Path | None:
    """Return the file that holds table `name` in `folder`, or None where there is none."""
    found = [folder / f"{name}{suffix}" for suffix in READERS if (folder / f"{name}{suffix}").is_file()]
    if len(found) > 1:
        names = " and ".join(path.name for path in found)
        raise_all(
            [Problem(str(folder), f"{names}", f"one file for the table '{name}'", "remove one of them")]
        )
    return found[0] if found else None


def read_table(path: Path, name: str) -> pd.DataFrame:
    """Read and check one table.

    Parameters
    ----------
    path
        A CSV, Parquet or Excel file.
    name
        The table, a key of `TABLES`.

    Returns
    -------
    pandas.DataFrame
        The table with its declared columns and types; empty cells stay missing.

    Raises
    ------
    InputProblems
        Every defect of the table at once.
    """
    raw = _read_raw(path)
    raise_all(_header_problems(raw, path.name, name))
    return check_table(raw, name, path.name)


def check_table(raw: pd.DataFrame, name: str, file: str) -> pd.DataFrame:
    """Check a table in memory as `read_table` does; `file` is the name to show in problems."""
    table = TABLES[name]
    columns = [column for column in table.schema.columns if column in raw.columns]
    typed = raw[columns].copy()
    problems: list[Problem] = []
    for column in columns:
        typed[column] = _typed(raw[column], table.schema.columns[column], file, problems)
    problems += _schema_problems(typed, table.schema, file) + _duplicate_problems(typed, table.key, file)
    raise_all(problems)
    return typed.reset_index(drop=True)


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


def _read_raw(path: Path) -> pd.DataFrame:
    if path.stat().st_size > MAX_FILE_BYTES:
        size = path.stat().st_size / 1e6
        raise_all([Problem(path.name, f"{size:,.0f} MB", f"at most {MAX_FILE_BYTES / 1e6:,.0f} MB")])
    try:
        if path.suffix == ".parquet":
            return pd.read_parquet(path)
        if path.suffix == ".xlsx":
            return pd.read_excel(path, dtype=str, keep_default_na=False, na_values=[""])
        return pd.read_csv(path, dtype=str, keep_default_na=False, na_values=[""], encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise_all([Problem(path.name, "text that is not UTF-8", "a UTF-8 file", "save it as 'CSV UTF-8'")])
    except (ValueError, OSError, KeyError) as error:
        raise_all([Problem(path.name, f"a file that cannot be read ({error})", "a table")])
    raise AssertionError("unreachable")


def _header_problems(raw: pd.DataFrame, file: str, name: str) -> list[Problem]:
    columns = TABLES[name].schema.columns
    required = [column for column, spec in columns.items() if spec.required]
    # A column of the district's own is left alone; one that looks like a misspelt column of ours is not.
    absent = [column for column in columns if column not in raw.columns]
    misspelt = [
        str(column) for column in raw.columns if column not in columns and nearest(str(column), absent)
    ]
    problems = [
        Problem(
            f"{file} row 1", f"column '{column}'", f"one of {', '.join(columns)}", nearest(column, absent)
        )
        for column in misspelt
    ]
    return problems + [
        Problem(f"{file} row 1", "no such column", f"a column '{column}': {columns[column].title}")
        for column in required
        if column not in raw.columns
    ]


def _typed(values: pd.Series, spec: pa.Column, file: str, problems: list[Problem]) -> pd.Series:
    dtype = str(spec.dtype)
    if dtype == "boolean":
        return _as_flag(values, file, problems)
    if dtype == "float64":
        return _as_number(values, file, problems)
    if isinstance(values.dtype, pd.StringDtype):
        return values.str.strip()
    text = values.astype(object).where(values.notna(), None)
    return text.map(
        lambda value: value.strip() if isinstance(value, str) else value if value is None else str(value)
    )


def _as_number(values: pd.Series, file: str, problems: list[Problem]) -> pd.Series:
    numbers = pd.to_numeric(values, errors="coerce").astype("float64")
    wrong = (numbers.isna() & values.notna()) | numbers.isin([float("inf"), float("-inf")])
    problems += [
        Problem(f"{file} row {row + 2}, {values.name}", f"'{values.iloc[row]}'", "a number")
        for row in wrong.to_numpy().nonzero()[0]
    ]
    return numbers.mask(wrong, 0.0)


def _as_flag(values: pd.Series, file: str, problems: list[Problem]) -> pd.Series:
    words = values.map(lambda value: None if pd.isna(value) else str(value).strip().lower())
    wrong = words.notna() & ~words.isin(TRUE_WORDS | FALSE_WORDS)
    problems += [
        Problem(f"{file} row {row + 2}, {values.name}", f"'{values.iloc[row]}'", "true or false")
        for row in wrong.to_numpy().nonzero()[0]
    ]
    return words.map(lambda word: None if pd.isna(word) else word in TRUE_WORDS).astype("boolean")


def _schema_problems(typed: pd.DataFrame, schema: pa.DataFrameSchema, file: str) -> list[Problem]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            schema.validate(typed, lazy=True)
    except SchemaErrors as errors:
        return [
            _schema_problem(row, schema, file)
            for row in errors.failure_cases.to_dict("records")
            if row["index"] is not None and not pd.isna(row["index"])
        ]
    return []


def _schema_problem(failure: dict[Any, Any], schema: pa.DataFrameSchema, file: str) -> Problem:
    column = str(failure["column"])
    case = failure["failure_case"]
    missing = "not_nullable" in str(failure["check"])
    allowed = next(
        (list(c.statistics["allowed_values"]) for c in schema.columns[column].checks if c.name == "isin"), []
    )
    return Problem(
        f"{file} row {int(failure['index']) + 2}, {column}",
        "an empty cell" if missing else f"'{case}'",
        f"{schema.columns[column].title}"
        if missing or allowed
        else f"{schema.columns[column].title}, {failure['check']}",
        nearest(str(case), allowed) if allowed and not missing else "",
    )


def _duplicate_problems(typed: pd.DataFrame, key: tuple[str, ...], file: str) -> list[Problem]:
    columns = [column for column in key if column in typed.columns]
    repeated = typed.duplicated(subset=columns, keep="first").to_numpy().nonzero()[0]
    return [
        Problem(
            f"{file} row {row + 2}",
            "a second row for " + ", ".join(f"{column} {typed[column].iloc[row]}" for column in columns),
            "one row for each " + ", ".join(columns),
        )
        for row in repeated
    ]
