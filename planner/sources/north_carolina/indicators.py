"""What the North Carolina files publish beside students, teachers and money, as indicators."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from planner.sources.north_carolina.earlier import read_earlier
from planner.sources.report import ImportReport


def indicator_rows(schools: pd.DataFrame, earlier: Path | None, report: ImportReport) -> pd.DataFrame:
    """Return rows of the table `indicators`.

    Parameters
    ----------
    schools
        By school: `teachers`, `provisional`, and where the files are there the students chronically absent,
        `performance_score`, `effective_teachers` and `attendance`.
    earlier
        The earlier year's ``rcd_experience``; files of the same year beside it have the licenses of teachers.
    """
    none = pd.Series(float("nan"), index=schools.index)
    absent, counted = (schools.get(f"{name} ALL", none) for name in ("count", "den"))
    figures = {
        "chronic_absence": (absent / counted.where(counted > 0), counted),
        "provisional_teachers": (schools["provisional"] / schools["teachers"], none),
        "performance_score": (schools.get("performance_score", none), none),
        "effective_teachers": (schools.get("effective_teachers", none), none),
        "attendance": (schools.get("attendance", none), none),
    }
    figures |= {name: (share, none) for name, share in _of_year_before(schools, earlier, report).items()}
    tables = [
        pd.DataFrame({"indicator": name, "group": "all", "value": value.round(4), "count": count})
        for name, (value, count) in figures.items()
    ]
    return pd.concat(tables).rename_axis("school_id").reset_index().dropna(subset=["value"])


def _of_year_before(
    schools: pd.DataFrame, earlier: Path | None, report: ImportReport
) -> dict[str, pd.Series]:
    """Return shares of teachers that the year's own files do not have; none where there is no year before."""
    if earlier is None:
        return {}
    shares = read_earlier(earlier, report).reindex(schools.index)
    for name in shares:
        known = shares.index[shares[name].notna()]
        report.imputations.record(
            "earlier_year", "indicators", str(name), [*known], "files of the year before"
        )
    return {str(name): shares[name] for name in shares}
