"""Students by group of Kentucky's schools: counts of 2016-17, brought to the year where it is a later one."""

from __future__ import annotations

import pandas as pd

from planner.imputation import group_mean
from planner.sources.kentucky.files import RACES
from planner.sources.report import ImportReport

GROUPS = ("low_income", "english_learner", "disability")
CELLS = ("enrollment", "students")


def with_groups(schools: pd.DataFrame, report: ImportReport) -> pd.DataFrame:
    """Add the students of each group; those of no known number are listed."""
    students = schools["students"]
    share = (schools["free"] + schools["reduced"]) / students
    share = report.imputations.fill_with_means(share, students, schools, CELLS, "low_income")
    schools = schools.assign(low_income=(share * students).round())
    for group in ("english_learner", "disability"):
        counts = _least_shown(_of_newer_schools(schools, group, report), group, report)
        schools = schools.assign(**{group: counts})
    for group in (*GROUPS, *RACES):
        over = schools.index[schools[group] > students]
        report.imputations.record("capped_at_total", *CELLS, [f"{key} {group}" for key in over])
        schools[group] = schools[group].clip(upper=students)
    return schools


def _of_newer_schools(schools: pd.DataFrame, group: str, report: ImportReport) -> pd.Series:
    """Fill the count of schools that 2016-17 did not have with the mean share of their level."""
    students = schools["students"]
    level = schools["district_id"] + " " + schools["level"]
    mean = group_mean(schools[group] / students, students, level).where(schools["growth"].isna())
    keys = schools.index + f" {group}"
    filled = report.imputations.fill(
        schools[group].set_axis(keys),
        (mean * students).round().set_axis(keys),
        "level_mean",
        CELLS,
        "a school that 2016-17 did not have",
    )
    return filled.set_axis(schools.index)


def _least_shown(counts: pd.Series, group: str, report: ImportReport) -> pd.Series:
    keys = counts.index + f" {group}"
    least = pd.Series(float(counts.min()), index=keys)
    note = "no row or a blank one: the file does not say that there are none"
    filled = report.imputations.fill(counts.set_axis(keys), least, "least_shown", CELLS, note)
    return filled.set_axis(counts.index)


def filled_together(
    shares: pd.DataFrame,
    weights: pd.Series,
    schools: pd.DataFrame,
    cells: tuple[str, str],
    report: ImportReport,
) -> pd.DataFrame:
    """Fill shares that belong together: where one is missing all are filled, so they still sum to one.

    Parameters
    ----------
    shares
        By school (index) and part (columns) [0 to 1].
    weights
        What the means are weighted by.
    schools
        By school: `district_id` and `level`.
    cells
        Table and column of the figures.
    """
    whole = shares.where(shares.notna().all(axis=1))
    fill = report.imputations.fill_with_means
    return pd.DataFrame({name: fill(whole[name], weights, schools, cells, str(name)) for name in whole})
