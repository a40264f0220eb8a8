"""The Common Core of Data: its five flat files of schools, as NCES publishes them from 2016-17."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from planner.problems import Problem, raise_all
from planner.sources.federal.cells import CCD_CODES, amounts, by_school, read_cells, whole_sum
from planner.sources.federal.districts import Chosen
from planner.sources.frames import unique
from planner.sources.grades import level_of
from planner.sources.report import ImportReport

KEYS = {"SCHOOL_YEAR": "year", "LEAID": "district_id", "NCESSCH": "school_id"}
NAMES = {"LEAID": "district_id", "LEA_NAME": "district_name"}
# Start of year status: closed, inactive, future (2017-18 directory layout, SY_STATUS).
NOT_OPEN = {"2": "closed", "6": "inactive", "7": "future"}
LEVELS = {"Elementary": "elementary", "Middle": "middle", "High": "high", "Prekindergarten": "elementary"}
GRADES = {"PK": -1, "KG": 0, **{f"{grade:02d}": grade for grade in range(1, 14)}}
# Title I programmes that serve the school, and statuses without one (2017-18 school layout, TITLEI_STATUS).
SERVED = {"SWELIGSWPROG": True, "SWELIGTGPROG": True, "TGELGBTGPROG": True}
SERVED |= {"NOTTITLE1ELIG": False, "SWELIGNOPROG": False, "TGELGBNOPROG": False}
ALL, UNIT_TOTAL = "No Category Codes", "Education Unit Total"
NO_ADULTS = "Derived - Education Unit Total minus Adult Education Count"
BY_RACE = "Derived - Subtotal by Race/Ethnicity and Sex minus Adult Education Count"
BY_GRADE = "Subtotal 4 - By Grade"
RACES = {
    "American Indian or Alaska Native": "american_indian",
    "Asian": "asian",
    "Black or African American": "black",
    "Hispanic/Latino": "hispanic",
    "Native Hawaiian or Other Pacific Islander": "pacific_islander",
    "Two or more races": "two_or_more",
    "White": "white",
}
GRADE_COUNTS = {
    "Pre-Kindergarten": "prek_seats",
    "Kindergarten": "kindergarten_students",
    "Grade 8": "grade8_students",
}
MEALS, CERTIFIED = "Free and Reduced-price Lunch Table", "Direct Certification"
FREE, REDUCED = "Free lunch qualified", "Reduced-price lunch qualified"
# Students certified directly stand for 1.6 times as many (42 U.S.C. 1759a(a)(1)(F)(vii)).
MULTIPLIER = 1.6


def read_directory(path: Path, chosen: Chosen, report: ImportReport) -> pd.DataFrame:
    """Read schools: names, grades, level, type and status."""
    columns = KEYS | NAMES | {"SCH_NAME": "school_name", "SY_STATUS": "status", "SCH_TYPE": "kind"}
    columns |= {"LEVEL": "published", "GSLO": "low", "GSHI": "high", "CHARTER_TEXT": "charter"}
    rows = by_school(read_cells(path, columns, report, chosen.rows), path.name, report)
    unique(rows, path.name)
    spans = zip(rows["low"].map(GRADES), rows["high"].map(GRADES), strict=True)
    by_grades = [level_of(*(None if pd.isna(end) else int(end) for end in span)) for span in spans]
    level = rows["published"].map(LEVELS)
    return rows.assign(level=level.where(level.notna(), pd.Series(by_grades, index=rows.index)))


def read_characteristics(path: Path, chosen: Chosen, report: ImportReport) -> pd.DataFrame:
    """Read whether Title I serves each school and whether it is virtual; missing where not reported."""
    columns = KEYS | {"TITLEI_STATUS": "title_i_status", "VIRTUAL": "virtual"}
    read = read_cells(path, columns, report, chosen.rows, optional=frozenset({"title_i_status", "virtual"}))
    rows = by_school(read, path.name, report)
    served = rows["title_i_status"].map(SERVED).astype("boolean")
    for status, count in rows["title_i_status"][served.isna()].value_counts().items():
        report.code(f"{path.name}, TITLEI_STATUS", str(status), "Title I status not known", int(count))
    return rows.assign(title_i=served)[["year", "title_i", "virtual"]]


def read_membership(path: Path, chosen: Chosen, report: ImportReport) -> pd.DataFrame:
    """Read students, and those of each race and of some grades, from the file's own totals.

    The details by race, sex and grade stand beside four kinds of totals; each figure is read from one kind.
    """
    kinds = (NO_ADULTS, UNIT_TOTAL, BY_RACE, BY_GRADE)
    columns = KEYS | {"GRADE": "grade", "RACE_ETHNICITY": "race", "STUDENT_COUNT": "count"}
    columns |= {"TOTAL_INDICATOR": "kind", "DMS_FLAG": "flag"}
    text = read_cells(
        path, columns, report, lambda rows: chosen.rows(rows) & rows["kind"].isin(kinds).astype(bool)
    )
    rows = by_school(_counted(text, path.name, report), path.name, report)
    totals = {kind: rows.loc[rows["kind"] == kind, ["year", "count"]] for kind in (NO_ADULTS, UNIT_TOTAL)}
    for table in totals.values():
        unique(table, path.name)
    table = totals[UNIT_TOTAL].combine_first(totals[NO_ADULTS])
    table["students"] = totals[NO_ADULTS]["count"].reindex(table.index).fillna(table["count"])
    for kind, column, names in ((BY_RACE, "race", RACES), (BY_GRADE, "grade", GRADE_COUNTS)):
        table = table.join(_summed(rows[rows["kind"] == kind], column, names))
    return table.drop(columns="count")


def _summed(rows: pd.DataFrame, column: str, names: dict[str, str]) -> pd.DataFrame:
    """Return one column of students for each name; sums over sexes, missing where a part is."""
    name = rows[column].map(names)
    known = name.notna()
    ids = rows.index.to_series()[known]
    wide = whole_sum(rows["count"][known], [ids, name[known]]).unstack()
    return wide.reindex(columns=[each for each in names.values() if each in wide])


def _counted(text: pd.DataFrame, file: str, report: ImportReport) -> pd.DataFrame:
    """Turn counts into numbers; flags of counts that are not there are met codes."""
    count = amounts(text["count"], f"{file}, STUDENT_COUNT", CCD_CODES, report)
    for flag, number in text["flag"][count.isna()].value_counts().items():
        report.code(f"{file}, DMS_FLAG", str(flag), "no count beside the flag", int(number))
    return text.assign(count=count)


def read_staff(path: Path, chosen: Chosen, report: ImportReport) -> pd.DataFrame:
    """Read teachers of each school [FTE]."""
    columns = KEYS | {"TEACHERS": "teachers", "TOTAL_INDICATOR": "kind"}

    def totals(rows: pd.DataFrame) -> pd.Series:
        return chosen.rows(rows) & (rows["kind"] == UNIT_TOTAL)

    rows = by_school(read_cells(path, columns, report, totals), path.name, report)
    rows["teachers"] = amounts(rows["teachers"], f"{path.name}, TEACHERS", CCD_CODES, report)
    return rows[["year", "teachers"]]


def read_lunch(path: Path, chosen: Chosen, report: ImportReport) -> pd.DataFrame:
    """Read low-income students: free and reduced-price meals, else their total, else direct certification.

    The total of free and reduced-price meals stands beside its parts; they are never added to each other.
    """
    columns = KEYS | {"DATA_GROUP": "group", "LUNCH_PROGRAM": "programme", "STUDENT_COUNT": "count"}
    columns |= {"TOTAL_INDICATOR": "kind", "DMS_FLAG": "flag"}
    text = read_cells(path, columns, report, chosen.rows)
    text = text[text["programme"] != "Missing"]
    rows = by_school(_counted(text, path.name, report), path.name, report)
    meals = rows[rows["group"] == MEALS]
    table = rows[["year"]].groupby(level=0).first()
    for name, part in {"free": FREE, "reduced": REDUCED, "either": ALL}.items():
        table[name] = _one(meals[meals["programme"] == part], path.name)
    table["certified"] = _one(rows[rows["group"] == CERTIFIED], path.name)
    both = table["free"] + table["reduced"]
    return table.assign(meals=both.where(both.notna(), table["either"]))[["year", "meals", "certified"]]


def _one(rows: pd.DataFrame, file: str) -> pd.Series:
    unique(rows, file)
    return rows["count"]


def low_income(schools: pd.DataFrame, report: ImportReport) -> pd.Series:
    """Return low-income students: meals as published, or direct certification times its multiplier.

    Schools under the Community Eligibility Provision feed everyone and count no applications for meals.
    """
    estimate = (schools["certified"] * MULTIPLIER).round()
    estimate = pd.concat([estimate, schools["students"]], axis=1).min(axis=1).where(estimate.notna())
    keys = pd.Index([f"{school} low_income" for school in schools.index])
    filled = report.imputations.fill(
        schools["meals"].set_axis(keys),
        estimate.set_axis(keys),
        "direct_certification",
        ("enrollment", "students"),
    )
    return filled.set_axis(schools.index)


def one_year(tables: dict[str, pd.DataFrame]) -> str:
    """Return the school year of the files, such as 2017-18; files of several years are a problem."""
    years = {file: sorted(set(table["year"].dropna().astype(str))) for file, table in tables.items()}
    found = sorted({year for listed in years.values() for year in listed})
    if len(found) != 1:
        each = "; ".join(f"{file}: {', '.join(listed) or 'none'}" for file, listed in years.items())
        raise_all([Problem("SCHOOL_YEAR", each, "files of one school year")])
    first, last = found[0][:4], found[0][-2:]
    return f"{first}-{last}"
