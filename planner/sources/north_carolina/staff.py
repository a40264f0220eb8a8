"""Teachers of North Carolina schools by experience band, and the state pay that stands in for theirs."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from planner.imputation import group_mean
from planner.problems import Problem, raise_all
from planner.sources.choosing import beside
from planner.sources.north_carolina import files
from planner.sources.report import ImportReport

EXPERIENCE_FILE = "rcd_experience.csv"
# State pay for a bachelor's degree in 2018-19: 5, 12 and 16 years as ABC11 gave them (14 May 2018) from the
# General Assembly's schedule; $35,000 is its first step (S.L. 2018-5, section 8.1).
SCHEDULE = {0: 35_000, 5: 40_000, 12: 47_000, 16: 50_000}
# Middle of the published bands 0-3 and 4-10; the band 10+ is paid the schedule's flat top from 16 years on.
BAND_YEARS = {"novice": 1.5, "developing": 7.0, "experienced": 16.0}
EXPERIENCED_ONLY = "no earlier rcd_experience.csv: every teacher who is not beginning counts as experienced"


def earlier_year(folder: Path, previous: Path | None) -> Path | None:
    """Find an earlier year's teacher experience: in the folder given, in `folder` itself or beside it."""
    if previous is not None:
        path = previous / EXPERIENCE_FILE
        raise_all(
            []
            if path.is_file()
            else [Problem(str(previous), f"no {EXPERIENCE_FILE}", f"the file {EXPERIENCE_FILE}")]
        )
        return path
    return beside(folder, EXPERIENCE_FILE)


def teachers_by_band(schools: pd.DataFrame, earlier: Path | None, report: ImportReport) -> pd.DataFrame:
    """Return teachers by school and experience band [FTE]."""
    record = report.imputations.record
    record("headcount_as_fte", "staff", "fte", "every row", "rcd_eq counts teachers as whole persons")
    total = schools["teachers"]
    share = group_mean(schools["novice"] / total, total, schools["district_id"])
    novice = (
        report.imputations.fill(
            schools["novice"], (share * total).round(2), "district_mean", ("staff", "fte")
        )
        .where(lambda count: count <= total, total)
        .round(2)
    )
    rest = total - novice
    developing = (rest * _developing_share(schools, earlier, report)).round(2)
    return pd.DataFrame(
        {"novice": novice, "developing": developing, "experienced": (rest - developing).round(2)}
    )


def _developing_share(schools: pd.DataFrame, earlier: Path | None, report: ImportReport) -> pd.Series:
    """Return the share of teachers past their first years who have 4 to 10 years of experience."""
    record = report.imputations.record
    if earlier is None:
        record(
            "assumed", "staff", "fte", "developing and experienced teachers of every school", EXPERIENCED_ONLY
        )
        return pd.Series(0.0, index=schools.index)
    experience = files.read_experience(earlier, report)
    year = ", ".join(sorted(set(experience["year"].dropna())))
    later = experience["developing"] + experience["experienced"]
    experience["share"] = experience["developing"] / later.where(later > 0)
    lea = experience[experience.index.str.endswith("LEA")]
    by_lea = (
        lea.assign(key=lea.index.str[:3] + " " + lea["category"].map(files.LEVELS))
        .groupby("key")["share"]
        .mean()
    )
    own = experience[~experience.index.duplicated()]["share"].reindex(schools.index)
    steps = {
        "earlier_year": own,
        "level_mean": (schools["district_id"] + " " + schools["level"]).map(by_lea),
        "state_mean": group_mean(own, schools["teachers"], pd.Series("", index=schools.index)),
    }
    share = pd.Series(float("nan"), index=schools.index)
    for method, estimate in steps.items():
        note = f"developing and experienced: bands 4-10 and 10+ years of {EXPERIENCE_FILE}, {year}"
        share = report.imputations.fill(share, estimate.astype(float), method, ("staff", "fte"), note)
    return share
