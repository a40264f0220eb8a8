"""The small nation in the layouts of the Education Data Portal: ids as numbers, words as codes."""

from __future__ import annotations

from itertools import product

import pandas as pd
from federal_sample import COUNTED, DISTRICTS, SCHOOLS, Example
from samples import Tables

LEVELS = {"Elementary": "1", "Middle": "2", "High": "3"}
SPANS = {"Elementary": ("-1", "5"), "Middle": ("6", "8"), "High": ("9", "12")}
RACES = {"1": 0.5, "2": 0.3, "3": 0.2}
DIRECTORY, ENROLLMENT = "schools_ccd_directory.csv", "schools_ccd_enrollment_2017.csv"
TEACHERS, FINANCE = "schools_crdc_teacher.csv", "schools_crdc_finance.csv"
STUDENTS, PLACEMENT = "schools_crdc_enrollment_k12_2017.csv", "schools_crdc_apib_enroll.csv"
ABSENCE = "schools_crdc_chronic_absenteeism_2017.csv"


def keys(school: Example, year: int = 2017) -> dict[str, str]:
    """Return a row's ids, which the portal's files hold as numbers."""
    return {"year": str(year), "ncessch": str(int(school.school)), "leaid": str(int(school.district))}


def portal_tables() -> Tables:
    """Return the files of a portal year; the directory holds another year too."""
    rows = {
        DIRECTORY: [directory(each, year) for each in SCHOOLS for year in (2016, 2017)],
        ENROLLMENT: [row for each in SCHOOLS for row in enrollment(each)],
        TEACHERS: [teachers(each) for each in COUNTED],
        FINANCE: [keys(each) | {"salaries_teachers": str(0.9 * each.teachers * 50_000)} for each in COUNTED],
        STUDENTS: [row for each in COUNTED for row in students(each, "enrollment_crdc", 0.9)],
        PLACEMENT: [row for each in COUNTED for row in courses(each)],
        ABSENCE: [row for each in COUNTED for row in students(each, "students_chronically_absent", 0.09)],
    }
    return {name: pd.DataFrame(listed, dtype=object) for name, listed in rows.items()}


def directory(school: Example, year: int) -> dict[str, str]:
    """Return a row of the directory; the year before has other figures."""
    low, high = SPANS[school.level]
    scale = 1 if year == 2017 else 3
    return keys(school, year) | {
        "school_name": school.name,
        "lea_name": DISTRICTS[school.district],
        "fips": school.school[:2].lstrip("0"),
        "school_level": LEVELS[school.level],
        "school_type": school.kind,
        "school_status": school.status,
        "charter": "1" if school.charter == "Yes" else "0",
        "virtual": "0",
        "title_i_status": "5" if school.poor > 0.5 else "6",
        "lowest_grade_offered": low,
        "highest_grade_offered": high,
        "enrollment": str(school.students * scale),
        "teachers_fte": str(school.teachers * scale),
        "free_or_reduced_price_lunch": str(school.low_income),
        "free_lunch": str(school.low_income),
        "reduced_price_lunch": "0",
        "direct_certification": "-1",
        "latitude": "34.26",
        "longitude": "-86.21",
    }


def enrollment(school: Example) -> list[dict[str, str]]:
    """Return students by grade, race and sex with every total (99) beside its details."""
    rows = []
    for grade, (race, share), sex in product(
        ("-1", "0", "99"), (*RACES.items(), ("99", 1.0)), ("1", "2", "99")
    ):
        part = share * (1.0 if sex == "99" else 0.5) * (1.0 if grade == "99" else 0.1)
        cells = {"grade": grade, "race": race, "sex": sex, "enrollment": str(round(school.students * part))}
        rows.append(keys(school) | {"fips": "1"} | cells)
    return rows


def teachers(school: Example) -> dict[str, str]:
    """Return the collection's teachers: nine tenths of the Common Core's."""
    fte = 0.9 * school.teachers
    return keys(school) | {
        "crdc_id": school.school,
        "teachers_fte_crdc": f"{fte:.4f}",
        "teachers_uncertified_fte": "1",
        "teachers_first_year_fte": f"{fte * school.novice * 0.6:.6f}",
        "teachers_second_year_fte": f"{fte * school.novice * 0.4:.6f}",
        "teachers_absent_fte": f"{fte / 4:.4f}",
        "counselors_fte": "1.5",
        "nurses_fte": "-3",
        "psychologists_fte": "0",
        "social_workers_fte": "1",
    }


def students(school: Example, column: str, scale: float) -> list[dict[str, str]]:
    """Return a figure by race and sex, by disability and sex, by lep and sex, and in total."""
    rows = []
    groups = [
        ("99", "99", "99", 1.0),
        ("99", "1", "99", 0.12),
        ("99", "2", "99", 0.02),
        ("99", "99", "1", 0.1),
    ]
    groups += [(race, "99", "99", share) for race, share in RACES.items()]
    for (race, disability, lep, share), sex in product(groups, ("1", "2", "99")):
        count = round(school.students * scale * share * (1.0 if sex == "99" else 0.5))
        codes = {"race": race, "sex": sex, "disability": disability, "lep": lep, column: str(count)}
        rows.append(keys(school) | codes)
    return rows


def courses(school: Example) -> list[dict[str, str]]:
    """Return students in advanced courses: a high school's fifth, not applicable elsewhere."""
    rows = students(school, "enrl_ap", 0.18)
    for row in rows:
        row |= {"enrl_ib": "-2", "enrl_gifted_talented": "-1"}
        if school.level != "High":
            row["enrl_ap"] = "-2"
    return rows
