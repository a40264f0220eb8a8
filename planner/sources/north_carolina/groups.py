"""Student groups of North Carolina schools, and what stands in where they are masked or not published."""

from __future__ import annotations

import pandas as pd

from planner.imputation import spread
from planner.problems import Problem, raise_all
from planner.sources.report import ImportReport

GROUP_CODES = {"english_learner": "ELS", "disability": "SWD"}
# data-dictionary_2019.xlsx, rcd_chronic_absent.pct: "no row for den<10".
SUPPRESSED_BELOW = 10
CELLS = ("enrollment", "students")


def with_groups(schools: pd.DataFrame, shares: pd.DataFrame, report: ImportReport) -> pd.DataFrame:
    """Add the students of each group that the need weights name [students].

    Parameters
    ----------
    schools
        Schools with `students`, `low_income_share`, `masking` and the chronic absence figures.
    shares
        Each district's published `share` of students and its `masking`, by district and subgroup.
    """
    filled = schools.assign(low_income=_low_income(schools, report))
    for group, code in GROUP_CODES.items():
        counted = _counted(schools, group, code, report)
        filled[group] = _spread_group(schools, group, shares, report) if counted is None else counted
    return filled


def _keys(schools: pd.DataFrame, group: str) -> pd.Series:
    return pd.Series(schools.index + f" {group}", index=schools.index)


def _low_income(schools: pd.DataFrame, report: ImportReport) -> pd.Series:
    keys = _keys(schools, "low_income")
    share, students = schools["low_income_share"], schools["students"]
    masked = share.notna() & schools["masking"].notna()
    report.imputations.record("published_bound", *CELLS, keys[masked])
    share = report.imputations.fill_with_means(share, students, schools, CELLS, "low_income")
    note = "pct_eds is a share of students tested for accountability, applied to average daily membership"
    report.imputations.record("share_of_students", *CELLS, "low_income in every school", note)
    count = share * students
    # A share above zero is at least one student, however small the school.
    return count.round().where(count == 0, count.round().clip(lower=1))


def _counted(schools: pd.DataFrame, group: str, code: str, report: ImportReport) -> pd.Series | None:
    """Return a group's students from the column `den`, or None where it repeats the whole school's."""
    den, everyone = schools.get(f"den {code}"), schools.get("den ALL")
    if den is None or everyone is None or den.isna().all():
        return None
    both = den.notna() & everyone.notna()
    if both.any() and float((den[both] == everyone[both]).mean()) > 0.5:
        report.note(f"rcd_chronic_absent.csv: `den` of {code} repeats the school's students, not the group's")
        return None
    report.imputations.record("half_of_threshold", *CELLS, _keys(schools, group)[den.isna()])
    return den.fillna(_few(schools["students"]))


def _few(students: pd.Series) -> pd.Series:
    return students.clip(upper=SUPPRESSED_BELOW / 2)


def _spread_group(schools: pd.DataFrame, group: str, shares: pd.DataFrame, report: ImportReport) -> pd.Series:
    """Spread each district's published count of a group by its share of the chronically absent."""
    students, keys = schools["students"], _keys(schools, group)
    expected = schools["district_id"].map(_district_shares(schools, group, shares, report)) * students
    none = pd.Series(float("nan"), index=schools.index)
    count, everyone = (schools.get(f"count {code}", none) for code in (GROUP_CODES[group], "ALL"))
    part = (count / everyone.where(everyone > 0)).clip(upper=1)
    unseen, few = everyone.isna(), everyone.notna() & count.isna()
    record = report.imputations.record
    record("district_share", *CELLS, keys[unseen], "no chronic absence figures")
    record("half_of_threshold", *CELLS, keys[few], "no row for the group among the chronically absent")
    record("share_of_absent", *CELLS, keys[~unseen & ~few])
    fixed = expected.where(unseen, _few(students).where(few))
    for _, members in schools.groupby("district_id"):
        here = members.index[fixed[members.index].isna()]
        left = float(expected[members.index].sum() - fixed[members.index].sum())
        fixed[here] = spread(max(left, 0.0), (part * students)[here], students[here])
    # Those chronically absent are students of the group: it cannot be smaller than their count.
    return fixed.round().clip(lower=count.fillna(1)).clip(upper=students)


def _district_shares(
    schools: pd.DataFrame, group: str, shares: pd.DataFrame, report: ImportReport
) -> pd.Series:
    """Return each district's share of a group; the mean of the published ones where it has none."""
    code = GROUP_CODES[group]
    own = (
        shares.xs(code, level="subgroup")
        if code in shares.index.get_level_values("subgroup")
        else shares.iloc[:0]
    )
    if own["share"].isna().all():
        where = "rcd_charter.csv, pct_enrolled"
        raise_all([Problem(where, f"no district's share of {code}", "the districts' own student groups")])
    districts = sorted(set(schools["district_id"]))
    known = own.reindex(districts)
    for method, hit in (("published_bound", known["masking"].notna()), ("state_mean", known["share"].isna())):
        names = [f"{group}, district {district}" for district in known.index[hit]]
        report.imputations.record(method, *CELLS, names, "the district's share of students")
    return known["share"].fillna(own["share"].mean()).astype(float)
