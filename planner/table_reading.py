"""Reading a table from a CSV, Parquet or Excel file: every defect at once, at the row a spreadsheet shows.

The header is row 1, and empty rows count though they hold nothing. Of many cells with the same defect, such
as a whole column of ids that lost their leading zeros, one problem tells.
"""

from __future__ import annotations

import csv
import re
import warnings
import zipfile
from collections.abc import Callable, Iterator, Mapping
from difflib import SequenceMatcher
from itertools import islice
from pathlib import Path
from typing import Any

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from planner.problems import Problem, nearest, raise_all
from planner.tables import REQUIRED_TABLES, TABLES
from planner.wording import shown

MAX_FILE_BYTES = 512 * 1024 * 1024
MAX_ROWS = 5_000_000
READERS = (".csv", ".parquet", ".xlsx")
# What a table is sometimes saved as, and cannot be read from.
UNREAD = (".xls", ".xlsm", ".xlsb", ".ods", ".txt", ".tsv")
# Of more cells than this with one defect, the first few stand for all.
MOST_LISTED = 10
FEW = 3
FIRST_ROW = 2
ALIKE = 0.8
TRUE_WORDS = frozenset({"true", "yes", "y", "1"})
FALSE_WORDS = frozenset({"false", "no", "n", "0"})
SUPPRESSED_WORDS = frozenset({"*", "**", "-", "–", "—", "n/a", "na", "nan", "s", "null", "none", "#n/a"})
_DECORATED = re.compile(r"[$€£]?\s*-?[\d,\s]*\d(\.\d+)?")
type Words = Callable[[Any], str]


def find_table(folder: Path, name: str) -> Path | None:
    """Return the file that holds table `name` in `folder`, or None where there is none.

    Raises
    ------
    InputProblems
        If there are several, or one whose name or kind is almost right.
    """
    files = sorted(file for file in folder.iterdir() if file.is_file() and file.name[0] not in ".~")
    found = [file for file in files if file.stem == name and file.suffix.lower() in READERS]
    if len(found) > 1:
        names = " and ".join(file.name for file in found)
        raise_all([Problem(str(folder), names, f"one file for the table '{name}'", "remove one of them")])
    if not found:
        raise_all(_absent(folder, name, [file for file in files if _is_almost(file, name)]))
    return found[0] if found else None


def _is_almost(file: Path, name: str) -> bool:
    stem, suffix = file.stem.lower(), file.suffix.lower()
    alike = stem == name or (stem not in TABLES and SequenceMatcher(None, stem, name).ratio() > ALIKE)
    return alike and suffix in (*READERS, *UNREAD)


def _absent(folder: Path, name: str, almost: list[Path]) -> Iterator[Problem]:
    expected = f"the table '{name}' as {name}.csv, .parquet or .xlsx"
    if almost:
        yield Problem(
            str(folder), f"{almost[0].name}, which is no table", expected, "save it under that name"
        )
    elif name in REQUIRED_TABLES:
        yield Problem(str(folder), f"no {name}.csv", expected)


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
        The table with its declared columns and types; empty cells stay missing. Row n of the file has the
        label n - 2.

    Raises
    ------
    InputProblems
        Every defect of the table at once.
    """
    raw = _read_raw(path)
    raise_all(_header_problems(raw, path.name, name))
    return check_table(raw.dropna(how="all"), name, path.name)


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
    return typed


def cell_problems(
    place: tuple[str, str],
    found: Mapping[int, Any],
    expected: str,
    hint: Words = lambda _: "",
    words: Words = shown,
) -> list[Problem]:
    """Return a problem for each cell, or one for all where they are many.

    Parameters
    ----------
    place
        File and column; no column where whole rows are wrong.
    found
        What stands there, by row label.
    expected
        What would be right.
    hint, words
        The hint for what was found, and how it is shown.
    """
    file, column = place[0], f", {place[1]}" if place[1] else ""
    if len(found) <= MOST_LISTED:
        return [
            Problem(f"{file} row {row + FIRST_ROW}{column}", words(value), expected, hint(value))
            for row, value in found.items()
        ]
    rows = ", ".join(str(row + FIRST_ROW) for row in islice(found, FEW))
    values = list(dict.fromkeys(found.values()))
    first = ", ".join(map(words, values[:FEW])) + (", ..." if len(values) > FEW else "")
    where = f"{file} rows {rows} and {len(found) - FEW:,} more{column}"
    return [Problem(where, first, expected, hint(values[0]))]


# Files ------------------------------------------------------------------------------------------------------


def _read_raw(path: Path) -> pd.DataFrame:
    """Return a file's cells as text (as they are, from Parquet), under the names of the first row."""
    try:
        raise_all(_size_problems(path))
        if path.suffix.lower() == ".parquet":
            return pd.read_parquet(path).reset_index(drop=True)
        return _under_header(_cells(path), path.name)
    except UnicodeDecodeError:
        raise_all([Problem(path.name, "text that is not UTF-8", "a UTF-8 file", "save it as 'CSV UTF-8'")])
    except pd.errors.EmptyDataError:
        raise_all([Problem(path.name, "an empty file", "a table with a header")])
    except pd.errors.ParserError:
        raise_all(_ragged_rows(path))
    except (ValueError, OSError, KeyError, TypeError, zipfile.BadZipFile):
        kind = {".csv": "CSV", ".parquet": "Parquet", ".xlsx": "Excel"}[path.suffix.lower()]
        raise_all([Problem(path.name, f"a file that cannot be read as {kind}", "a table")])
    raise AssertionError("unreachable")


def _size_problems(path: Path) -> Iterator[Problem]:
    size = path.stat().st_size
    if path.suffix.lower() == ".xlsx" and zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            size = sum(part.file_size for part in archive.infolist())
    if size > MAX_FILE_BYTES:
        yield Problem(path.name, f"{size / 1e6:,.0f} MB", f"at most {MAX_FILE_BYTES / 1e6:,.0f} MB")
    elif path.suffix.lower() == ".parquet":
        from pyarrow.parquet import ParquetFile  # noqa: PLC0415 - slow to load, and seldom needed

        rows = ParquetFile(path).metadata.num_rows
        if rows > MAX_ROWS:
            yield Problem(path.name, f"{rows:,} rows", f"at most {MAX_ROWS:,} rows")


def _cells(path: Path) -> pd.DataFrame:
    as_text: dict[str, Any] = {"header": None, "dtype": str, "keep_default_na": False, "na_values": [""]}
    cells: pd.DataFrame
    if path.suffix.lower() == ".xlsx":
        cells = pd.read_excel(path, engine="openpyxl", **as_text)
    else:
        cells = pd.read_csv(path, encoding="utf-8-sig", skip_blank_lines=False, **as_text)
    return cells


def _under_header(cells: pd.DataFrame, file: str) -> pd.DataFrame:
    if cells.empty:
        raise pd.errors.EmptyDataError
    names = ["" if pd.isna(name) else str(name).strip() for name in cells.iloc[0]]
    known = {column for table in TABLES.values() for column in table.schema.columns}
    twice = sorted({name for name in names if name in known and names.count(name) > 1})
    raise_all(
        Problem(f"{file} row 1", f"column '{name}' a second time", "each column once") for name in twice
    )
    return cells.iloc[1:].set_axis(names, axis=1).set_axis(range(len(cells) - 1), axis=0)


def _ragged_rows(path: Path) -> list[Problem]:
    """Name the rows with more values than the header has columns."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.reader(file)
            width = len(next(rows))
            long = {number: f"{len(row)} values" for number, row in enumerate(rows) if len(row) > width}
    except csv.Error:
        long = {}
    if not long:
        return [Problem(path.name, "a file that cannot be read as CSV", "a table")]
    hint = "a value with a comma in it needs quotes around it"
    return cell_problems((path.name, ""), long, f"{width} values, as in the header", lambda _: hint, str)


def _header_problems(raw: pd.DataFrame, file: str, name: str) -> list[Problem]:
    columns = TABLES[name].schema.columns
    header = [str(column) for column in raw.columns]
    if len(header) == 1 and re.search(r"[;\t|]", header[0]):
        hint = "save it as 'CSV UTF-8 (comma delimited)'"
        return [Problem(f"{file} row 1", shown(header[0]), "columns separated by commas", hint)]
    # A column of the district's own is left alone; one that looks like a misspelt column of ours is not.
    absent = [column for column in columns if column not in header]
    misspelt = {
        column: hint for column in header if column not in columns and (hint := nearest(column, absent))
    }
    problems = [
        Problem(f"{file} row 1", f"column {shown(column)}", f"one of {', '.join(columns)}", hint)
        for column, hint in misspelt.items()
    ]
    return problems + [
        Problem(f"{file} row 1", "no such column", f"a column '{column}': {columns[column].title}")
        for column in absent
        if columns[column].required and f"did you mean '{column}'?" not in misspelt.values()
    ]


# Cells ------------------------------------------------------------------------------------------------------


def _typed(values: pd.Series, spec: pa.Column, file: str, problems: list[Problem]) -> pd.Series:
    dtype = str(spec.dtype)
    if dtype == "boolean":
        return _as_flag(values, file, problems)
    if dtype == "float64":
        return _as_number(values, file, spec.nullable, problems)
    if isinstance(values.dtype, pd.StringDtype):
        stripped = values.str.strip()
        return stripped.mask(stripped == "")
    text = values.astype(object).where(values.notna(), None)
    return text.map(lambda value: None if value is None else str(value).strip() or None)


def _as_number(values: pd.Series, file: str, nullable: bool, problems: list[Problem]) -> pd.Series:
    numbers = pd.to_numeric(values, errors="coerce").astype("float64")
    wrong = (numbers.isna() & values.notna()) | numbers.isin([float("inf"), float("-inf")])
    hint = _hint_of_empty if nullable else _hint_of_number
    problems += cell_problems((file, str(values.name)), _texts(values[wrong]), "a number", hint)
    # In the place of what is no number, a figure in every range: so that a cell is told of once.
    return numbers.mask(wrong, 1.0)


def _hint_of_number(text: str) -> str:
    plain = re.sub(r"[$€£,\s]", "", text)
    return f"write {plain}" if _DECORATED.fullmatch(text.strip()) else ""


def _hint_of_empty(text: str) -> str:
    hidden = text.strip().lower() in SUPPRESSED_WORDS or text.strip()[:1] in "<≤>≥"
    return "leave what is suppressed or not known empty" if hidden else _hint_of_number(text)


def _as_flag(values: pd.Series, file: str, problems: list[Problem]) -> pd.Series:
    words = values.map(lambda value: None if pd.isna(value) else str(value).strip().lower() or None)
    wrong = words.notna() & ~words.isin(TRUE_WORDS | FALSE_WORDS)
    problems += cell_problems((file, str(values.name)), _texts(values[wrong]), "true or false")
    return words.map(lambda word: None if pd.isna(word) else word in TRUE_WORDS).astype("boolean")


def _texts(values: pd.Series) -> dict[int, str]:
    return {int(row): str(value) for row, value in zip(values.index, values, strict=True)}


# Rows -------------------------------------------------------------------------------------------------------


def _schema_problems(typed: pd.DataFrame, schema: pa.DataFrameSchema, file: str) -> list[Problem]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            schema.validate(typed, lazy=True)
    except SchemaErrors as errors:
        cases = errors.failure_cases.dropna(subset="index")
        return [
            problem
            for (column, check), part in cases.groupby(["column", "check"], sort=False)
            for problem in _failed(file, schema.columns[column], str(check), part)
        ]
    return []


def _failed(file: str, spec: pa.Column, check: str, cases: pd.DataFrame) -> list[Problem]:
    place, title = (file, str(spec.name)), str(spec.title)
    found = dict(zip(cases["index"].astype(int), cases["failure_case"], strict=True))
    if check == "not_nullable":
        return cell_problems(place, dict.fromkeys(found), title, words=lambda _: "an empty cell")
    allowed = next((each.statistics["allowed_values"] for each in spec.checks if each.name == "isin"), ())
    if allowed:
        return cell_problems(place, found, title, lambda text: nearest(text, allowed))
    words = "{:,g}".format if str(spec.dtype) == "float64" else shown
    return cell_problems(place, found, f"{title}, {check}", words=words)


def _duplicate_problems(typed: pd.DataFrame, key: tuple[str, ...], file: str) -> list[Problem]:
    columns = [column for column in key if column in typed.columns]
    repeated = typed.loc[typed.duplicated(subset=columns, keep="first"), columns]
    found = {int(row): tuple(cells) for row, *cells in repeated.itertuples(name=None)}

    def words(cells: tuple[str, ...]) -> str:
        named = (f"{column} {cell}" for column, cell in zip(columns, cells, strict=True))
        return f"a second row for {', '.join(named)}"

    return cell_problems((file, ""), found, "one row for each " + ", ".join(columns), words=words)
