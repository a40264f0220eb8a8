"""Digests of schools and tables by their content, which no order of rows changes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

NAMES_OF_SCHOOLS = ("school_id", "school_name")
type CellTexts = dict[str, list[str]]


def school_digests(tables: Mapping[str, pd.DataFrame], texts: Mapping[str, CellTexts]) -> dict[str, str]:
    """Return a digest of all that the tables say of each school but its names."""
    content: dict[str, list[str]] = {school: [] for school in _values(tables["schools"]["school_id"])}
    for name, table in tables.items():
        own = {column: cells for column, cells in texts[name].items() if column not in NAMES_OF_SCHOOLS}
        for school, row in zip(_values(table["school_id"]), _row_texts(own), strict=True):
            content[school].append(f"{name}|{row}")
    return {
        school: hashlib.sha256("\n".join(sorted(rows)).encode()).hexdigest()
        for school, rows in content.items()
    }


def cell_texts(table: pd.DataFrame) -> CellTexts:
    """Return each column's cells written out, columns in the order of their names."""
    return {str(column): list(map(repr, _values(table[column]))) for column in sorted(table.columns)}


def _values(column: pd.Series) -> list[Any]:
    # A column of text hands out its cells one by one, which is slow; as objects they come at once.
    text = isinstance(column.dtype, pd.StringDtype)
    return list(column.to_numpy(dtype=object) if text else column.tolist())


def _row_texts(cells: CellTexts) -> Iterable[str]:
    return map("|".join, zip(*cells.values(), strict=True))


def table_fingerprint(texts: CellTexts, name: str) -> str:
    """Return the SHA-256 of a table's content, whatever the order of its rows and columns."""
    rows = "\n".join(sorted(_row_texts(texts)))
    return hashlib.sha256(f"{name}|{'|'.join(texts)}\n{rows}".encode()).hexdigest()
