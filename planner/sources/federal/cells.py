"""Cells of federal files: ids kept whole, reserve codes told from numbers, encodings found by reading."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd

from planner.problems import Problem, raise_all
from planner.sources.reading import MAX_SHOWN, Sheet, numbers, read_text, tidy_header, whole_ids
from planner.sources.report import ImportReport

DISTRICT_WIDTH, SCHOOL_WIDTH = 7, 12
BLOCK_BYTES = 1 << 20
# Common Core of Data, file documentation: M and -1 missing, N and -2 not applicable, -9 failed its edit.
CCD_CODES = {
    "-1": "missing",
    "M": "missing",
    "-2": "not applicable",
    "N": "not applicable",
    "-9": "suppressed: failed the publisher's check",
}
# The collection's reserve codes: not reported, not asked, suppressed and so on. Which is which changes with
# its years, but every negative cell of its public files is one of them and none is ever a count.
CRDC_CODES = {
    str(code): "reserve code of the collection: no figure"
    for code in (-2, -3, -4, -5, -6, -7, -8, -9, -10, -11, -12, -13)
}
# Education Data Portal, documentation, "missing data".
PORTAL_CODES = {"-1": "missing or not reported", "-2": "not applicable", "-3": "suppressed"}
RESERVED = r"^(-\d+)\.0+$"

Keep = Callable[[pd.DataFrame], pd.Series]


def read_cells(
    path: Path,
    columns: Mapping[str, str],
    report: ImportReport,
    keep: Keep | None = None,
    optional: frozenset[str] = frozenset(),
) -> pd.DataFrame:
    """Read some columns of a CSV file as text, part by part, keeping the rows that `keep` wants.

    Never more than one part of the file and the kept rows are in memory.
    """
    sheet = Sheet(columns, optional=optional, encoding=encoding_of(path), keep=keep)
    return read_text(path, sheet, report)


def header_of(path: Path) -> list[str]:
    """Return the column names of a CSV file."""
    with path.open(encoding=encoding_of(path), newline="") as file:
        return [tidy_header(name) for name in next(csv.reader(file), [])]


def encoding_of(path: Path) -> str:
    """Return UTF-8 where the whole file is valid UTF-8, else Latin-1, in which earlier years were saved."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as file:
            while block := file.read(BLOCK_BYTES):
                decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "latin-1"
    return "utf-8-sig"


def padded(ids: pd.Series, width: int = DISTRICT_WIDTH) -> pd.Series:
    """Return ids with lost leading zeros put back, to compare rows while reading; nothing is reported."""
    return ids.astype("string").str.lstrip("'").str.zfill(width)


def amounts(text: pd.Series, where: str, codes: Mapping[str, str], report: ImportReport) -> pd.Series:
    """Turn text into counts, FTE or dollars; reserve codes become missing, other negatives are problems.

    Parameters
    ----------
    text
        Cells as text; a code may be written with decimals (``-9.00``).
    where
        File and column, for messages.
    codes
        Codes that stand for no number, with their meaning.
    """
    plain = text.replace(RESERVED, r"\1", regex=True)
    values = numbers(plain, where, codes, report)
    shown = sorted(set(map(str, text[values < 0])))[:MAX_SHOWN]
    expected = f"a number from 0, or one of {', '.join(codes)}"
    raise_all([Problem(where, f"'{cell}'", expected) for cell in shown])
    return values


def all_amounts(
    table: pd.DataFrame, names: list[str], file: str, codes: Mapping[str, str], report: ImportReport
) -> pd.DataFrame:
    """Return `table` with the columns `names` as amounts."""
    values = {name: amounts(table[name], f"{file}, {name}", codes, report) for name in names}
    return table.assign(**values)


def by_school(table: pd.DataFrame, file: str, report: ImportReport) -> pd.DataFrame:
    """Index rows by their 12-digit school id, and mend the 7-digit district id where there is one."""
    ids = whole_ids(table["school_id"], SCHOOL_WIDTH, f"{file}, school", report)
    mended = table.assign(school_id=ids)
    if "district_id" in table:
        mended["district_id"] = whole_ids(table["district_id"], DISTRICT_WIDTH, f"{file}, district", report)
    return mended.set_index("school_id")


def whole_sum(values: pd.Series, by: list[pd.Series]) -> pd.Series:
    """Add up figures by group; a sum with a missing part is missing."""
    return values.groupby(by).agg(lambda part: part.sum(skipna=False))


def share_of(
    part: pd.Series, total: pd.Series, where: str, report: ImportReport, most: float = 1.0
) -> pd.Series:
    """Return part over total; a share above `most` cannot be, is counted and stays missing."""
    share = part / total.where(total > 0)
    over = share > most
    report.code(where, f"over {most:.0%}", "more than the total it is part of; not used", int(over.sum()))
    return share.mask(over)
