"""Advanced courses and discipline of the collection, as rates of all students and of each group.

The layouts are those of 2017-18 (the collection's file structure); those of 2020-21 and 2021-22 differ in the
spellings declared here. A rate is over the collection's own count of the same students.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from planner.problems import Problem, raise_all
from planner.sources.base import SourceFile
from planner.sources.federal.cells import CRDC_CODES, all_amounts, by_school, read_cells, share_of
from planner.sources.federal.districts import Chosen
from planner.sources.frames import join
from planner.sources.report import ImportReport

KEYS = {"LEAID": "district_id", "COMBOKEY": "school_id"}
EVERYONE = "all"
SEXES = ("M", "F")
RACES = {
    "AM": "american_indian",
    "AS": "asian",
    "BL": "black",
    "HI": "hispanic",
    "HP": "pacific_islander",
    "TR": "two_or_more",
    "WH": "white",
}
DISABILITY, ENGLISH_LEARNER = "disability", "english_learner"
# Other spellings of the same column: English learners and dual enrolment were renamed in 2021-22.
RENAMED = (("_LEP_", "_EL_"), ("TOT_DUAL_", "TOT_DUALENR_"))
OFFERED = "offered"
HUNDRED = 100.0


@dataclass(frozen=True)
class Topic:
    """A file of the collection that gives one rate.

    Parameters
    ----------
    file
        Its name.
    indicator
        The diagnosis' name of the rate.
    title
        What the file holds.
    sums
        For each group the columns whose sum, girls and boys, counts its students; without ``_M`` and ``_F``.
    offered
        The column that says whether the school has any; empty where none does.
    note
        What a reader must know of the rate.
    """

    file: str
    indicator: str
    title: str
    sums: Mapping[str, tuple[str, ...]]
    offered: str = ""
    note: str = ""


def _programme(stem: str, total: str = "") -> dict[str, tuple[str, ...]]:
    """Return the columns of enrolment in a programme."""
    groups: dict[str, tuple[str, ...]] = {EVERYONE: (total or f"TOT_{stem}",)}
    groups |= {DISABILITY: (f"SCH_{stem}_IDEA",), ENGLISH_LEARNER: (f"SCH_{stem}_LEP",)}
    return groups | {race: (f"SCH_{stem}_{code}",) for code, race in RACES.items()}


def _discipline(*kinds: str) -> dict[str, tuple[str, ...]]:
    """Return the columns of disciplined students: without disabilities, under IDEA, with a 504 plan alone."""

    def each(*stems: str) -> tuple[str, ...]:
        return tuple(stem.format(kind) for kind in kinds for stem in stems)

    idea = "TOT_DISCWDIS_{}_IDEA"
    groups = {
        EVERYONE: each("TOT_DISCWODIS_{}", idea, "SCH_DISCWDIS_{}_504"),
        DISABILITY: each(idea),
        ENGLISH_LEARNER: each("SCH_DISCWODIS_{}_LEP", "SCH_DISCWDIS_{}_LEP"),
    }
    by_race = ("SCH_DISCWODIS_{{}}_{0}", "SCH_DISCWDIS_{{}}_IDEA_{0}")
    return groups | {race: each(*(stem.format(code) for stem in by_race)) for code, race in RACES.items()}


RACES_WITHOUT_504 = (
    "students disciplined who have a Section 504 plan alone are counted among all, and in no race: the file "
    "does not tell their race"
)
TOPICS = (
    Topic(
        "Advanced Placement.csv",
        "ap_enrollment",
        "students in Advanced Placement",
        _programme("APENR"),
        "SCH_APENR_IND",
    ),
    Topic(
        "International Baccalaureate.csv",
        "ib_enrollment",
        "students in the International Baccalaureate",
        _programme("IBENR"),
        "SCH_IBENR_IND",
    ),
    Topic(
        "Dual Enrollment.csv",
        "dual_enrollment",
        "students in dual enrolment",
        _programme("DUALENR", "TOT_DUAL"),
        "SCH_DUAL_IND",
    ),
    Topic(
        "Gifted and Talented.csv",
        "gifted_enrollment",
        "students in gifted and talented programmes",
        _programme("GTENR"),
        "SCH_GT_IND",
    ),
    Topic(
        "Suspensions.csv",
        "suspension",
        "students suspended out of school",
        _discipline("SINGOOS", "MULTOOS"),
        note=f"suspensions are those out of school; {RACES_WITHOUT_504}",
    ),
    Topic(
        "Expulsions.csv",
        "expulsion",
        "students expelled",
        _discipline("EXPWE", "EXPWOE"),
        note=RACES_WITHOUT_504,
    ),
)
FILES = tuple(SourceFile(topic.file, topic.title, required=False) for topic in TOPICS)
DAYS_FILE, DAYS, DAYS_LOST = "Suspensions.csv", "TOT_DAYSMISSED", "days_lost"
INDICATORS: dict[str, str | None] = {topic.indicator: "students_crdc" for topic in TOPICS} | {DAYS_LOST: None}


def members(group: str) -> str:
    """Return the name of the column of a group's students in the collection's count."""
    return f"{group} of the collection"


def rate_of(indicator: str, group: str) -> str:
    """Return the name of the column of a group's rate."""
    return f"{indicator} of {group}"


GROUP_INDICATORS = {
    (topic.indicator, group): (rate_of(topic.indicator, group), members(group))
    for topic in TOPICS
    for group in topic.sums
    if group != EVERYONE
}


def with_rates(
    schools: pd.DataFrame, files: Mapping[str, Path], chosen: Chosen, report: ImportReport
) -> pd.DataFrame:
    """Add each topic's rate of all students, and of each group that has a figure.

    Parameters
    ----------
    schools
        By school: `students_crdc`, and the students of each group in the collection's count.
    """
    counted = [group for group in (*RACES.values(), DISABILITY, ENGLISH_LEARNER) if group in schools]
    schools = schools.assign(**{members(group): schools[group] for group in counted})
    for topic in TOPICS:
        if topic.file in files:
            path = files[topic.file]
            schools = join(schools, read_counts(topic, path, chosen, report), path.name, report)
            schools = _as_rates(schools, topic, report)
    if DAYS_FILE in files:
        days = _read_days(files[DAYS_FILE], chosen, report).reindex(schools.index)
        schools[DAYS_LOST] = HUNDRED * days / schools["students_crdc"].where(schools["students_crdc"] > 0)
    return schools


def _as_rates(schools: pd.DataFrame, topic: Topic, report: ImportReport) -> pd.DataFrame:
    name = topic.indicator
    rates = {name: share_of(schools[_count(EVERYONE)], schools["students_crdc"], name, report)}
    for group in topic.sums:
        if group != EVERYONE and members(group) in schools:
            where = rate_of(name, group)
            rates[where] = share_of(schools[_count(group)], schools[members(group)], where, report)
    if topic.note and rates[name].notna().any():
        report.note(f"{topic.file}: {topic.note}")
    return schools.drop(columns=[_count(group) for group in topic.sums]).assign(**rates)


def _count(group: str) -> str:
    return f"count of {group}"


def read_counts(topic: Topic, path: Path, chosen: Chosen, report: ImportReport) -> pd.DataFrame:
    """Read how many students of each group a file counts; a sum with a missing part is missing.

    A school that answers that it has no such programme has none of its students in it.
    """
    stems = [stem for sums in topic.sums.values() for stem in sums]
    rows = _read(path, stems, {topic.offered: OFFERED} if topic.offered else {}, chosen, report)
    counts = pd.DataFrame(
        {_count(group): rows[_halves(sums)].sum(axis=1, skipna=False) for group, sums in topic.sums.items()}
    )
    if not topic.offered:
        return counts
    none = rows[OFFERED].eq("No").fillna(False).astype(bool)
    return counts.mask(counts.isna() & none.to_numpy()[:, None], 0.0)


def _read_days(path: Path, chosen: Chosen, report: ImportReport) -> pd.Series:
    """Read school days missed for suspension; the collection of 2020-21 does not ask for them."""
    rows = _read(path, [DAYS], {}, chosen, report, needed=False)
    return rows[_halves((DAYS,))].sum(axis=1, skipna=False)


def _halves(stems: tuple[str, ...]) -> list[str]:
    return [f"{stem}_{sex}" for stem in stems for sex in SEXES]


def _read(
    path: Path,
    stems: list[str],
    words: Mapping[str, str],
    chosen: Chosen,
    report: ImportReport,
    *,
    needed: bool = True,
) -> pd.DataFrame:
    """Read counts by school, whatever the spelling of the year; the first stem must be there if `needed`."""
    names = _halves(tuple(dict.fromkeys(stems)))
    spelt = {name: _spellings(name) for name in names}
    columns = {other: other for others in spelt.values() for other in others}
    text = read_cells(path, KEYS | dict(words) | columns, report, chosen.rows, frozenset(columns))
    found = {name: text[others].bfill(axis=1).iloc[:, 0].astype(object) for name, others in spelt.items()}
    first = names[: len(SEXES)]
    if needed and len(text) and pd.DataFrame(found)[first].isna().all(axis=None):
        raise_all([Problem(f"{path.name} header", "no counts", f"columns {' and '.join(first)}")])
    merged = text[[*KEYS.values(), *words.values()]].assign(**found)
    return by_school(all_amounts(merged, names, path.name, CRDC_CODES, report), path.name, report)


def _spellings(name: str) -> list[str]:
    """Return a column's names over the years."""
    return [name, *(name.replace(old, new) for old, new in RENAMED if old in name)]
