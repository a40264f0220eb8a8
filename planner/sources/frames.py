"""Small operations on tables of schools."""

from __future__ import annotations

import pandas as pd

from planner.problems import Problem, raise_all
from planner.sources.report import ImportReport, Joined

MAX_SHOWN = 20


def tall(wide: pd.DataFrame, column: str, value: str) -> pd.DataFrame:
    """Return one row for each school (the index) and column of `wide`, missing values left out."""
    rows = wide.rename_axis("school_id").reset_index()
    return (
        rows.melt("school_id", var_name=column, value_name=value)
        .dropna(subset=[value])
        .reset_index(drop=True)
    )


def agencies(schools: pd.DataFrame) -> dict[str, dict[str, str]]:
    """Return the names of the districts, by district id; `schools` has `district_id` and `district_name`."""
    named = schools.dropna(subset=["district_name"]).groupby("district_id")["district_name"].first()
    return {str(code): {"name": str(name)} for code, name in named.items()}


def join(schools: pd.DataFrame, table: pd.DataFrame, file: str, report: ImportReport) -> pd.DataFrame:
    """Add a file's columns to the schools, both indexed by school; count what matched and what did not.

    Raises
    ------
    InputProblems
        Schools that the file names twice. Rows without an id are dropped and counted, never matched.
    """
    blank = table.index.to_series().isna().to_numpy()
    report.drop(f"rows of {file}", "no school id", count=int(blank.sum()))
    named = table[~blank]
    unique(named, file)
    matched = int(named.index.isin(schools.index).sum())
    without = sorted(set(schools.index) - set(named.index))
    report.joined.append(Joined(file, len(named), matched, len(named) - matched, without))
    return schools.join(named)


def unique(table: pd.DataFrame, file: str) -> None:
    """Raise the rows of a file that share one index."""
    twice = sorted(set(map(str, table.index[table.index.duplicated()])))[:MAX_SHOWN]
    raise_all([Problem(file, f"{key} more than once", "one row") for key in twice])
