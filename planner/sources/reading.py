"""Read public files as text: headers mended, ids kept whole and codes told from numbers.

Nothing here guesses a number. A cell that is neither a number nor a declared code is a problem.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from planner.problems import Problem, nearest, raise_all
from planner.sources.base import SourceFile
from planner.sources.report import ImportReport

CHUNK_ROWS = 50_000
MAX_SHOWN = 20
SCIENTIFIC = re.compile(r"^\d(\.\d+)?[eE]\+?\d+$")


@dataclass(frozen=True)
class Sheet:
    """Where a table stands in a file.

    Parameters
    ----------
    columns
        Columns to read: name in the file to name wanted.
    optional
        Those of `columns` (by wanted name) that a file may lack; they come back empty.
    header
        Rows above the header.
    encoding
        Of a CSV file.
    keep
        Which rows of a chunk to keep; all where None.
    sheet
        Of a workbook; spaces around its name do not matter.
    """

    columns: Mapping[str, str]
    optional: frozenset[str] = frozenset()
    header: int = 0
    encoding: str = "utf-8-sig"
    keep: Callable[[pd.DataFrame], pd.Series] | None = None
    sheet: str | None = None


def locate(folder: Path, files: Iterable[SourceFile]) -> tuple[dict[str, Path], list[Problem]]:
    """Find a source's files by name.

    Returns
    -------
    tuple
        The path of each file found, and a problem for each one that is needed and missing.
    """
    present = sorted(path for path in folder.rglob("*") if path.is_file())
    found: dict[str, Path] = {}
    problems: list[Problem] = []
    for file in files:
        matches = [path for path in present if path.match(file.name, case_sensitive=False)]
        expected = f"the file {file.name}: {file.title}"
        if len({path.name for path in matches}) < len(matches):
            where = ", ".join(str(path.relative_to(folder)) for path in matches)
            problems.append(
                Problem(str(folder), f"{where}", f"one {file.name}", "give the folder of one year")
            )
        elif matches:
            found[file.name] = matches[-1]
        elif file.required:
            hint = nearest(file.name, [path.name for path in present])
            problems.append(Problem(str(folder), f"no {file.name}", expected, hint))
    return found, problems


def only_file(folder: Path, file: SourceFile) -> Path:
    """Return the one file of that name; of several, none is taken for the right one.

    Raises
    ------
    InputProblems
        No such file, or several.
    """
    files, problems = locate(folder, (file,))
    raise_all(problems)
    found = sorted(path.name for path in folder.rglob("*") if path.match(file.name, case_sensitive=False))
    listed = ", ".join(found)
    raise_all([Problem(str(folder), listed, "one file", "name it: file=...")] if len(found) > 1 else [])
    return files[file.name]


def read_text(path: Path, sheet: Sheet, report: ImportReport) -> pd.DataFrame:
    """Read some columns of a CSV or Excel file as text; empty cells are missing, blank rows dropped.

    Raises
    ------
    InputProblems
        Columns that are absent or there twice, with the nearest header; text in another encoding.
    """
    if path.suffix.lower() in (".xlsx", ".xls"):
        chunks: Iterable[pd.DataFrame] = [_read_workbook(path, sheet)]
    else:
        chunks = _read_csv(path, sheet)
    rows, blank, kept = 0, 0, []
    for chunk in chunks:
        rows += len(chunk)
        text = pd.DataFrame({name: _stripped(chunk[name]) for name in chunk.columns})
        empty = text.isna().all(axis=1)
        blank += int(empty.sum())
        text = text[~empty]
        kept.append(text if sheet.keep is None else text[sheet.keep(text)])
    report.read(path, rows)
    report.drop(f"rows of {path.name}", "blank", count=blank)
    return pd.concat(kept, ignore_index=True)


def _stripped(cells: pd.Series) -> pd.Series:
    text = cells.astype("string").str.strip()
    return text.mask(text == "", pd.NA).astype(object)


def _read_csv(path: Path, sheet: Sheet) -> Iterable[pd.DataFrame]:
    try:
        with path.open(encoding=sheet.encoding, newline="") as file:
            reader = csv.reader(file)
            for _ in range(sheet.header):
                next(reader, None)
            positions = _positions(next(reader, []), sheet, path.name)
        with pd.read_csv(
            path,
            dtype=str,
            keep_default_na=False,
            header=None,
            skiprows=sheet.header + 1,
            usecols=sorted(positions.values()),
            encoding=sheet.encoding,
            chunksize=CHUNK_ROWS,
        ) as chunks:
            for chunk in chunks:
                yield _named(chunk, positions, sheet)
    except UnicodeDecodeError:
        raise_all(
            [Problem(path.name, f"text that is not {sheet.encoding}", "the file as its publisher made it")]
        )
    except pd.errors.EmptyDataError:
        yield pd.DataFrame(columns=list(sheet.columns.values()), dtype=str)
    except pd.errors.ParserError as error:
        raise_all(
            [Problem(path.name, f"a row that cannot be read ({error})", "the file as its publisher made it")]
        )


def _read_workbook(path: Path, sheet: Sheet) -> pd.DataFrame:
    # One library reads both formats, the older of which the Census Bureau still uses.
    with pd.ExcelFile(path, engine="calamine") as book:
        names = {str(name).strip(): name for name in book.sheet_names}
        wanted = sheet.sheet.strip() if sheet.sheet else next(iter(names))
        if wanted not in names:
            raise_all(
                [
                    Problem(
                        path.name,
                        f"no sheet '{wanted}'",
                        f"one of {', '.join(names)}",
                        nearest(wanted, names),
                    )
                ]
            )
        raw = pd.read_excel(book, sheet_name=names[wanted], header=None, dtype=str, keep_default_na=False)
    header = raw.iloc[sheet.header].astype(str).tolist()
    positions = _positions(header, sheet, path.name)
    body = raw.iloc[sheet.header + 1 :, sorted(positions.values())]
    return _named(body, positions, sheet)


def tidy_header(name: str) -> str:
    """Return a header with its newlines and runs of spaces as one space, none at the ends."""
    return " ".join(str(name).replace("\ufeff", "").split())


def _positions(header: Sequence[str], sheet: Sheet, file: str) -> dict[str, int]:
    tidy = [tidy_header(name) for name in header]
    problems: list[Problem] = []
    positions: dict[str, int] = {}
    for name, wanted in sheet.columns.items():
        count = tidy.count(name)
        if count == 1:
            positions[wanted] = tidy.index(name)
        elif count > 1:
            problems.append(Problem(f"{file} header", f"column '{name}' {count} times", "each column once"))
        elif wanted not in sheet.optional:
            problems.append(
                Problem(f"{file} header", f"no column '{name}'", f"a column '{name}'", nearest(name, tidy))
            )
    raise_all(problems)
    return positions


def _named(chunk: pd.DataFrame, positions: Mapping[str, int], sheet: Sheet) -> pd.DataFrame:
    data = {
        name: chunk[positions[name]] if name in positions else pd.Series(pd.NA, index=chunk.index)
        for name in sheet.columns.values()
    }
    return pd.DataFrame(data)


def numbers(text: pd.Series, where: str, codes: Mapping[str, str], report: ImportReport) -> pd.Series:
    """Turn text into numbers; a declared code becomes missing and is counted, anything else is a problem.

    Parameters
    ----------
    text
        Cells as text. Dollar and percent signs and thousands separators are taken off.
    where
        File and column, for messages.
    codes
        Codes that stand for no number, with their meaning.
    """
    is_code = text.isin(list(codes))
    met = Counter(text[is_code])
    for code, meaning in codes.items():
        report.code(where, code, meaning, met[code])
    plain = text.mask(is_code)
    values = pd.to_numeric(plain, errors="coerce").astype(float)
    signed = values.isna() & plain.notna()
    if signed.any():
        bare = plain[signed].astype("string").str.strip().str.replace(r"[$%,]", "", regex=True)
        values[signed] = pd.to_numeric(bare, errors="coerce").astype(float)
    wrong = ~np.isfinite(values) & plain.notna()
    shown = sorted(set(map(str, text[wrong])))[:MAX_SHOWN]
    expected = "a number" + (f" or one of {', '.join(codes)}" if codes else "")
    raise_all([Problem(where, f"'{cell}'", expected) for cell in shown])
    return values


def whole_ids(text: pd.Series, width: int, where: str, report: ImportReport) -> pd.Series:
    """Give ids back the leading zeros a spreadsheet took, and refuse those it rounded."""
    clean = text.astype("string").str.strip().str.lstrip("'")
    rounded = clean[clean.str.match(SCIENTIFIC).fillna(False).astype(bool)]
    raise_all(
        [Problem(where, f"'{cell}'", "an id in full", "format the column as text") for cell in set(rounded)]
    )
    short = clean.str.fullmatch(r"[1-9]\d*").fillna(False).astype(bool) & (clean.str.len() < width)
    if short.any():
        report.note(f"{where}: {int(short.sum()):,} ids had lost leading zeros, which were put back")
    # "49E000" read as a number and padded again becomes "049": no id of ours, and nothing tells which it was.
    damaged = clean.notna() & (clean.str.len() < width) & ~short
    if damaged.any():
        shown = ", ".join(sorted(set(clean[damaged]))[:MAX_SHOWN])
        report.note(f"{where}: {int(damaged.sum()):,} ids are damaged and match no school ({shown})")
    return clean.where(~short, clean.str.zfill(width)).astype(object)
