"""The Civil Rights Data Collection: one CSV file a topic, as published for 2017-18, 2020-21 and 2021-22.

The later collections ask for no years of experience and no salaries, and 2021-22 renames English learners.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from planner.problems import Problem, raise_all
from planner.sources.base import SourceFile
from planner.sources.federal import crdc_rates as rates
from planner.sources.federal.cells import CRDC_CODES, all_amounts, by_school, header_of, read_cells, share_of
from planner.sources.federal.districts import Chosen
from planner.sources.federal.money import PARTS
from planner.sources.federal.people import plausible_pay, teacher_shares
from planner.sources.frames import join, unique
from planner.sources.grades import level_of
from planner.sources.report import ImportReport

SUPPORT, ENROLLMENT = "School Support.csv", "Enrollment.csv"
CHARACTERISTICS, EXPENDITURES = "School Characteristics.csv", "School Expenditures.csv"
ALGEBRA, ABSENCE = "Algebra I.csv", "*Chronic Absenteeism.csv"
FILES = (
    SourceFile(SUPPORT, "teachers by experience and certification, support staff"),
    SourceFile(ENROLLMENT, "students by group"),
    SourceFile(CHARACTERISTICS, "grades and kind of school", required=False),
    SourceFile(EXPENDITURES, "salaries and other dollars, with and without federal funds", required=False),
    SourceFile(ALGEBRA, "students in Algebra I", required=False),
    SourceFile(ABSENCE, "students chronically absent", required=False),
    *rates.FILES,
)
KEYS = {"LEAID": "district_id", "COMBOKEY": "school_id"}
NAMES = {"LEAID": "district_id", "LEA_NAME": "district_name"}
STAFF = {
    "SCH_FTETEACH_TOT": "teachers_crdc",
    "SCH_FTETEACH_NOTCERT": "not_certified",
    "SCH_FTETEACH_FY": "first_year",
    "SCH_FTETEACH_SY": "second_year",
    "SCH_FTETEACH_ABSENT": "absent",
    "SCH_FTECOUNSELORS": "counselor",
    "SCH_FTESERVICES_NUR": "nurse",
    "SCH_FTESERVICES_PSY": "psychologist",
    "SCH_FTESERVICES_SOC": "social_worker",
}
# The totals TOT_ENR stand beside the races in one row: students are read from the totals, never added up.
GROUPS = {
    "TOT_ENR": "students_crdc",
    "SCH_ENR_LEP": "english_learner",
    "SCH_ENR_IDEA": "disability",
    "SCH_ENR_AM": "american_indian",
    "SCH_ENR_AS": "asian",
    "SCH_ENR_BL": "black",
    "SCH_ENR_HI": "hispanic",
    "SCH_ENR_HP": "pacific_islander",
    "SCH_ENR_TR": "two_or_more",
    "SCH_ENR_WH": "white",
}
LATER, NONBINARY = "later_english_learner_", "nonbinary"
GRADES = {"SCH_GRADE_PS": -1, "SCH_GRADE_KG": 0} | {
    f"SCH_GRADE_G{grade:02d}": grade for grade in range(1, 13)
}
KINDS = {"SCH_STATUS_SPED": "special_education", "SCH_STATUS_ALT": "alternative"}
KINDS |= {"SCH_STATUS_CHARTER": "charter", "JJ": "justice"}
# WOFED is paid from state and local funds; WFED from federal, state and local ones, and holds the first.
DOLLARS = {
    "SCH_SAL_TOTPERS_WOFED": "own_people",
    "SCH_SAL_TOTPERS_WFED": "all_people",
    "SCH_NPE_WOFED": "own_other",
    "SCH_NPE_WFED": "all_other",
    "SCH_SAL_TEACH_WOFED": "teacher_pay",
    "SCH_FTE_TEACH_WOFED": "teachers_paid",
}
INDICATORS: dict[str, str | None] = {
    "provisional_teachers": None,
    "teacher_absence": None,
    "chronic_absence": "students_crdc",
} | rates.INDICATORS
GROUP_INDICATORS = rates.GROUP_INDICATORS
# Columns that the collections after 2017-18 do not have.
NOT_ASKED_LATER = frozenset({"first_year", "second_year", "absent"})


def read_support(path: Path, chosen: Chosen, report: ImportReport) -> pd.DataFrame:
    """Read teachers and support staff [FTE]; shares are over the collection's own count of teachers."""
    text = read_cells(path, KEYS | STAFF, report, chosen.rows, optional=NOT_ASKED_LATER)
    rows = by_school(
        all_amounts(text, list(STAFF.values()), path.name, CRDC_CODES, report), path.name, report
    )
    return teacher_shares(rows, path.name, report)


def read_enrollment(path: Path, chosen: Chosen, report: ImportReport) -> pd.DataFrame:
    """Read students by group: girls and boys together, missing where either is.

    From 2021-22 a third column counts nonbinary students; it is added where it is a figure.
    """
    halves = {f"{column}_{sex}": f"{name}_{sex}" for column, name in GROUPS.items() for sex in ("M", "F")}
    later = {f"SCH_ENR_EL_{sex}": f"{LATER}{sex}" for sex in ("M", "F")} | {"TOT_ENR_X": NONBINARY}
    names = KEYS | NAMES | {"SCH_NAME": "school_name"} | halves | later
    optional = frozenset({*later.values(), "english_learner_M", "english_learner_F"})
    text = read_cells(path, names, report, chosen.rows, optional)
    for sex in ("M", "F"):
        text[f"english_learner_{sex}"] = text[f"english_learner_{sex}"].fillna(text.pop(f"{LATER}{sex}"))
    figures = [*halves.values(), NONBINARY]
    rows = by_school(all_amounts(text, figures, path.name, CRDC_CODES, report), path.name, report)
    both = {name: rows[f"{name}_M"] + rows[f"{name}_F"] for name in GROUPS.values()}
    third = rows[NONBINARY]
    both["students_crdc"] = both["students_crdc"].where(third.isna(), both["students_crdc"] + third)
    return rows.drop(columns=figures).assign(**both)


def read_kinds(path: Path, chosen: Chosen, report: ImportReport) -> pd.DataFrame:
    """Read the level of each school by its grades, and whether it is special, alternative or a charter."""
    columns = KEYS | KINDS | {column: column for column in GRADES}
    rows = by_school(read_cells(path, columns, report, chosen.rows), path.name, report)
    taught = [
        [grade for column, grade in GRADES.items() if row[column] == "Yes"] for _, row in rows.iterrows()
    ]
    levels = [level_of(min(grades, default=None), max(grades, default=None)) for grades in taught]
    return rows[list(KINDS.values())].assign(level=levels)


def read_expenditures(path: Path, chosen: Chosen, benefit_rate: float, report: ImportReport) -> pd.DataFrame:
    """Read average teacher pay and dollars by source and use; federal is what the larger return adds.

    The returns count salaries without benefits: they are added at `benefit_rate`.
    """
    text = read_cells(path, KEYS | DOLLARS, report, chosen.rows)
    rows = by_school(
        all_amounts(text, list(DOLLARS.values()), path.name, CRDC_CODES, report), path.name, report
    )
    federal = {name: rows[f"all_{name}"] - rows[f"own_{name}"] for name in ("people", "other")}
    for name, dollars in federal.items():
        less = int((dollars < 0).sum())
        meaning = "less with federal funds than without; not used"
        report.code(f"{path.name}, {name}", "with below without federal", meaning, less)
        federal[name] = dollars.mask(dollars < 0)
    cost = 1 + benefit_rate
    parts = pd.DataFrame(
        {
            "own_staff": rows["own_people"] * cost,
            "own_other": rows["own_other"],
            "federal_staff": federal["people"] * cost,
            "federal_other": federal["other"],
        }
    )
    pay = plausible_pay(rows["teacher_pay"], rows["teachers_paid"], f"{path.name}, teacher pay", report)
    note = "salaries of the collection with benefits added at the benefit rate"
    if parts.notna().all(axis=1).any():
        report.imputations.record("assumed", "budget", "dollars", "every line of staff and other_staff", note)
    return parts[list(PARTS)].assign(pay=pay)


def read_algebra(path: Path, chosen: Chosen, report: ImportReport) -> pd.DataFrame:
    """Read grade 8 students in Algebra I; a school that answers that it has none has none."""
    columns = {"SCH_ALGENR_G08_IND": "offered", "TOT_ALGENR_G08_M": "boys", "TOT_ALGENR_G08_F": "girls"}
    text = read_cells(path, KEYS | columns, report, chosen.rows)
    rows = by_school(all_amounts(text, ["boys", "girls"], path.name, CRDC_CODES, report), path.name, report)
    both = rows["boys"] + rows["girls"]
    none = both.isna() & rows["offered"].eq("No").fillna(False).astype(bool)
    return both.mask(none, 0.0).to_frame("algebra_students")


def read_absence(path: Path, chosen: Chosen, report: ImportReport) -> pd.DataFrame:
    """Read students chronically absent, from the collection's file or that of EDFacts of 2017-18."""
    columns = {"COMBOKEY": "combokey", "TOT_ABSENT_M": "boys", "TOT_ABSENT_F": "girls"}
    columns |= {"NCESSCH": "ncessch", "TOTAL_STUDENTS_REPORTED_M": "boys_reported"}
    columns |= {"TOTAL_STUDENTS_REPORTED_F": "girls_reported"}

    def keep(rows: pd.DataFrame) -> pd.Series:
        return chosen.school_rows(rows.assign(school_id=rows["combokey"].fillna(rows["ncessch"])))

    text = read_cells(path, columns, report, keep, optional=frozenset(columns.values()))
    merged = pd.DataFrame({"school_id": text["combokey"].fillna(text["ncessch"])})
    for name in ("boys", "girls"):
        merged[name] = text[name].fillna(text[f"{name}_reported"])
    if merged.isna().all().any():
        raise_all(
            [Problem(f"{path.name} header", "no counts", "columns TOT_ABSENT_M or TOTAL_STUDENTS_REPORTED_M")]
        )
    rows = by_school(all_amounts(merged, ["boys", "girls"], path.name, CRDC_CODES, report), path.name, report)
    return (rows["boys"] + rows["girls"]).to_frame("absent_students")


def read_topics(
    files: Mapping[str, Path], chosen: Chosen, benefit_rate: float, report: ImportReport
) -> pd.DataFrame:
    """Read every topic that is there into one row a school of the file of enrollment."""
    schools = read_enrollment(files[ENROLLMENT], chosen, report)
    unique(schools, files[ENROLLMENT].name)
    readers = {SUPPORT: read_support, CHARACTERISTICS: read_kinds}
    readers |= {ALGEBRA: read_algebra, ABSENCE: read_absence}
    for name, reader in readers.items():
        if name in files:
            schools = join(schools, reader(files[name], chosen, report), files[name].name, report)
    if EXPENDITURES in files:
        dollars = read_expenditures(files[EXPENDITURES], chosen, benefit_rate, report)
        schools = join(schools, dollars, files[EXPENDITURES].name, report)
    if "absent_students" in schools:
        share = share_of(schools["absent_students"], schools["students_crdc"], "chronic_absence", report)
        schools["chronic_absence"] = share
    return rates.with_rates(schools, files, chosen, report)


def school_year(files: Mapping[str, Path]) -> str:
    """Tell the school year by the columns that a collection asked for and the others did not."""
    if "SCH_ENR_EL_M" in header_of(files[ENROLLMENT]):
        return "2021-22"
    return "2017-18" if "SCH_FTETEACH_FY" in header_of(files[SUPPORT]) else "2020-21"
