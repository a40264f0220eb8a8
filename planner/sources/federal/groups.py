"""Student groups of federal files: never more than the school has, never none because none was given."""

from __future__ import annotations

import pandas as pd

from planner.sources.report import ImportReport

NEED_GROUPS = ("low_income", "english_learner", "disability")
RACES = ("american_indian", "asian", "black", "hispanic", "pacific_islander", "two_or_more", "white")
CELLS = ("enrollment", "students")
# Poor children count 1.4 in the federal equity factor (20 U.S.C. 6337(b)); California adds 0.20 for English
# learners (Ed. Code 42238.02); 1.90 times the usual cost for disability (Chambers and others, 2002).
NEED_WEIGHTS = {"low_income": 0.40, "english_learner": 0.20, "disability": 0.90}


def group_counts(schools: pd.DataFrame, report: ImportReport) -> pd.DataFrame:
    """Return students by school and group [students].

    Groups that need weights may count are filled where a school's figure is missing, from the mean share of
    schools like it, and listed; a group that no school has a figure of is left out. Races stay missing.

    Parameters
    ----------
    schools
        By school: `students`, `district_id`, `level`, and the groups that the files give.
    """
    students = schools["students"]
    counts = {"all": students}
    for group in NEED_GROUPS:
        if group not in schools or schools[group].isna().all():
            report.note(f"no figure of the group {group}")
            continue
        known = capped(schools[group], students, group, report)
        share = report.imputations.fill_with_means(known / students, students, schools, CELLS, group)
        # A positive share of few students rounds to one student, not to none.
        estimate = (share * students).round().mask((share > 0) & (share * students < 1), 1.0)
        counts[group] = known.where(known.notna(), estimate)
    for race in RACES:
        if race in schools and schools[race].notna().any():
            counts[race] = capped(schools[race], students, race, report)
    return pd.DataFrame(counts)


def capped(counts: pd.Series, students: pd.Series, group: str, report: ImportReport) -> pd.Series:
    """Cut counts to the school's students, and say of how many schools."""
    over = counts.index[counts > students]
    if len(over):
        report.imputations.record("capped_at_total", *CELLS, [f"{school} {group}" for school in over])
        report.note(f"{group}: {len(over):,} schools report more than their students; cut to all of them")
    return counts.clip(upper=students)
