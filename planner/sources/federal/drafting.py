"""Schools as federal files describe them, turned into a data set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from planner.problems import Problem, raise_all
from planner.sources.base import Draft
from planner.sources.choosing import leave_out
from planner.sources.federal.districts import BENEFIT_RATE, FederalOptions
from planner.sources.federal.groups import NEED_WEIGHTS, group_counts
from planner.sources.federal.money import PARTS, filled_parts, spent
from planner.sources.federal.people import staff_rows
from planner.sources.frames import agencies, tall
from planner.sources.report import ImportReport

SCHOOL_COLUMNS = ("district_id", "school_name", "level", "title_i", "latitude", "longitude")


@dataclass(frozen=True)
class Described:
    """What is known of the schools of an import.

    Parameters
    ----------
    schools
        By school: the columns of the table `schools`, `district_name`, `students`, `teachers` [FTE]; where
        known the groups, `novice_share`, `pay` [dollars a year per FTE], support roles [FTE] and the dollars
        of `planner.sources.federal.money.PARTS`.
    indicators
        Names of the columns of `schools` that are indicators, with the column that counts their students.
    group_indicators
        For an indicator and a student group, the column of its rate and the one that counts its students.
    school_year
        Such as 2017-18.
    publisher
        Who published the files.
    notes
        What a reader must know of the data set.
    """

    schools: pd.DataFrame
    school_year: str
    publisher: str
    indicators: Mapping[str, str | None] = field(default_factory=dict)
    notes: str = ""
    group_indicators: Mapping[tuple[str, str], tuple[str, str]] = field(default_factory=dict)


def kept_schools(
    schools: pd.DataFrame, special: Mapping[str, pd.Series], options: FederalOptions, report: ImportReport
) -> pd.DataFrame:
    """Return the schools that can be described, without the special ones unless the options want them."""
    undescribed = {
        "no students reported": ~(schools["students"] > 0),
        "no teachers reported": ~(schools["teachers"] > 0),
    }
    reasons = dict(undescribed)
    if not options.include_special:
        few = schools["students"] < options.min_students
        reasons |= dict(special) | {f"special: fewer than {options.min_students} students": few}
    kept = leave_out(schools, reasons, report)
    raise_all([] if len(kept) else [Problem("schools", "none left", "a school with students and teachers")])
    return kept


def district_charters(schools: pd.DataFrame) -> pd.Series:
    """Tell charters of districts with other schools: a district cannot move their teachers."""
    charter = schools["charter"].eq("Yes").fillna(False).astype(bool)
    return charter & (~charter).groupby(schools["district_id"]).transform("any")


def draft(described: Described, options: FederalOptions, report: ImportReport) -> Draft:
    """Return the data set of schools."""
    schools = described.schools
    counts = group_counts(schools, report)
    if "low_income" in counts:
        schools = schools.assign(low_income=counts["low_income"])
    staff = staff_rows(schools, options, report)
    how = "assumed" if options.benefit_rate == BENEFIT_RATE else "entered"
    report.imputations.record(
        how, "district.yaml", "benefit_rate", "the rate", "benefits per dollar of pay, from no file"
    )
    budget = pd.DataFrame()
    funds: dict[str, Any] = {}
    if set(PARTS) <= set(schools) and schools[list(PARTS)].notna().all(axis=1).any():
        parts = filled_parts(schools[list(PARTS)], schools, report)
        staff, budget, funds = spent(parts, schools, staff, options.benefit_rate, report)
    tables = {
        "schools": _school_rows(schools),
        "enrollment": tall(counts, "group", "students"),
        "staff": staff,
        "budget": budget,
        "indicators": indicator_rows(schools, described.indicators, described.group_indicators),
    }
    return Draft(_facts(described, funds, options, report), tables)


def _school_rows(schools: pd.DataFrame) -> pd.DataFrame:
    columns = [name for name in SCHOOL_COLUMNS if name in schools and schools[name].notna().any()]
    return schools.rename_axis("school_id").reset_index()[["school_id", *columns]]


def indicator_rows(
    schools: pd.DataFrame,
    counts: Mapping[str, str | None],
    groups: Mapping[tuple[str, str], tuple[str, str]],
) -> pd.DataFrame:
    """Return rows of the indicators named, with the students behind them where a column counts them."""
    wanted: dict[tuple[str, str], tuple[str, str | None]] = {
        (name, "all"): (name, count) for name, count in counts.items()
    }
    wanted |= dict(groups)
    pieces = [
        pd.DataFrame(
            {
                "school_id": schools.index,
                "indicator": name,
                "group": group,
                "value": schools[column].round(4).to_numpy(),
                "count": schools[count].to_numpy() if count else float("nan"),
            }
        ).dropna(subset=["value"])
        for (name, group), (column, count) in wanted.items()
        if column in schools
    ]
    filled = [piece for piece in pieces if len(piece)]
    return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame()


def _facts(
    described: Described, funds: Mapping[str, Any], options: FederalOptions, report: ImportReport
) -> dict[str, Any]:
    names = described.schools["district_name"]
    one = described.schools["district_id"].nunique() == 1
    return {
        "name": str(names.iloc[0]) if one else f"{described.schools['district_id'].nunique()} districts",
        "school_year": described.school_year,
        "benefit_rate": options.benefit_rate,
        "need_weights": dict(NEED_WEIGHTS),
        "funds": dict(funds),
        "districts": agencies(described.schools),
        "sources": {file.name: described.publisher for file in report.files},
        "notes": described.notes,
    }
