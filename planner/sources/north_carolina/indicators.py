"""What the North Carolina files publish beside students, teachers and money, as indicators."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from planner.sources.north_carolina import files
from planner.sources.report import ImportReport


def indicator_rows(schools: pd.DataFrame, earlier: Path | None, report: ImportReport) -> pd.DataFrame:
    """Return rows of the table `indicators`.

    Parameters
    ----------
    schools
        By school: `teachers`, `provisional`, and where the files are there the students chronically absent,
        `performance_score` and `effective_teachers`.
    earlier
        The earlier year's ``rcd_experience``, which has the turnover of teachers.
    """
    none = pd.Series(float("nan"), index=schools.index)
    absent, counted = (schools.get(f"{name} ALL", none) for name in ("count", "den"))
    figures = {
        "chronic_absence": (absent / counted.where(counted > 0), counted),
        "provisional_teachers": (schools["provisional"] / schools["teachers"], none),
        "performance_score": (schools.get("performance_score", none), none),
        "effective_teachers": (schools.get("effective_teachers", none), none),
        "teacher_turnover": (_turnover(schools, earlier, report), none),
    }
    tables = [
        pd.DataFrame({"indicator": name, "group": "all", "value": value.round(4), "count": count})
        for name, (value, count) in figures.items()
    ]
    return pd.concat(tables).rename_axis("school_id").reset_index().dropna(subset=["value"])


def _turnover(schools: pd.DataFrame, earlier: Path | None, report: ImportReport) -> pd.Series:
    """Return the share of teachers who left within a year, of the earlier year: the later one has none."""
    if earlier is None:
        return pd.Series(float("nan"), index=schools.index)
    published = files.read_turnover(earlier, report).reindex(schools.index)
    known = published.index[published.notna()]
    note = f"{earlier.name} of the year before"
    report.imputations.record("earlier_year", "indicators", "teacher_turnover", [*known], note)
    return published
