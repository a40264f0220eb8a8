"""California: one row a teacher with years of experience (CalMatters), and ESSER dollars by district."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import pandas as pd
from pydantic import Field

from planner.problems import Problem, raise_all
from planner.sources.base import SOURCES, Draft, Options, SourceFile
from planner.sources.california.esser import FILES, LEARNING_USES, esser_funds
from planner.sources.choosing import beside, find_district, leave_out
from planner.sources.frames import agencies, join, tall
from planner.sources.reading import Sheet, locate, numbers, read_text, whole_ids
from planner.sources.report import ImportReport
from planner.sources.staffing import staff_table
from planner.tables import EXPERIENCES

DISTRICT_WIDTH, SCHOOL_WIDTH = 5, 7
FIRST_DEVELOPING, FIRST_EXPERIENCED = 3.0, 10.0
# No one teaches longer; four rows of the files say more than 50 years, two less than none.
MOST_YEARS = 50.0
# Years counted from one: a bracket's share in each band, each of its years alike.
BRACKETS: dict[str, tuple[float, float, float]] = {
    "1-5": (0.6, 0.4, 0.0),
    "6-10": (0.0, 1.0, 0.0),
    "11-15": (0.0, 0.0, 1.0),
    "16-20": (0.0, 0.0, 1.0),
    "21-25": (0.0, 0.0, 1.0),
    "26+": (0.0, 0.0, 1.0),
    "20+": (0.0, 0.0, 1.0),
}
CODES = dict.fromkeys(BRACKETS, "years in a bracket") | {"Pending Review": "not yet known"}
LEVELS = {
    "Elementary Schools (Public)": "elementary",
    "Elemen Schools In 1 School Dist. (Public)": "elementary",
    "Intermediate/Middle Schools (Public)": "middle",
    "Junior High Schools (Public)": "middle",
    "High Schools (Public)": "high",
    "K-12 Schools (Public)": "other",
    "Alternative Schools of Choice": "other",
}
# Average pay of California's public school teachers in 2021-22 (state data, Modesto Bee, 2023; National
# Education Association, 2023).
AVERAGE_SALARY = 88_508.0
# How far a band's pay stands from the experienced one's; an assumption, listed as imputed.
PAY_SHAPE = {"novice": 0.64, "developing": 0.78, "experienced": 1.0}
BENEFIT_RATE = 0.30
# LCFF adds 0.20 for low-income students and English learners (Ed. Code 42238.02); the files count only meals.
NEED_WEIGHTS = {"low_income": 0.20}
# A virtual or independent-study school enrolls from afar; its list of teachers holds few of them.
MOST_PER_TEACHER = 50


class CaliforniaOptions(Options):
    """Options of the California import."""

    district: str = Field(description="five-digit district code such as 66670, its name, or 'all'")
    meals: Path | None = Field(
        default=None,
        description="folder with the FRPM workbook, which tells charters; looked for beside the folder",
    )
    average_salary: float = Field(
        default=AVERAGE_SALARY, gt=0, description="average teacher pay, dollars a year"
    )
    benefit_rate: float = Field(default=BENEFIT_RATE, ge=0, le=2, description="benefits per dollar of pay")
    min_students: int = Field(default=50, ge=1, description="schools with fewer students count as special")


@SOURCES.register("ca-teachers")
class CaliforniaTeachers:
    """Teachers' years of experience by school, fall 2022, with students of 2021-22 and ESSER dollars."""

    kind: ClassVar[str] = "ca-teachers"
    title: ClassVar[str] = "California teacher experience and ESSER"
    description: ClassVar[str] = (
        "Years of experience of every teacher in 36 districts, students, meals and ESSER dollars."
    )
    files: ClassVar[tuple[SourceFile, ...]] = (
        SourceFile("teacher_exp_teachers.csv", "one row a teacher and school"),
        SourceFile("teacher_exp_schools.csv", "schools, students and meals"),
        SourceFile("teacher_exp_districts.csv", "what the years count in each district"),
        *FILES,
    )
    not_read: ClassVar[dict[str, str]] = {
        "arpesseriii3214*.xlsx": "the reserve for lost learning; it is the totals less the other part",
    }
    options: ClassVar[type[Options]] = CaliforniaOptions

    def read(self, folder: Path, options: CaliforniaOptions, report: ImportReport) -> Draft:
        """Read the files of `folder` into a data set."""
        files, problems = locate(folder, self.files)
        raise_all(problems)
        names = _districts(files["teacher_exp_districts.csv"], report)
        wanted, unknown = find_district(options.district, dict(names["name"]), DISTRICT_WIDTH)
        raise_all(unknown)
        schools = _schools(files["teacher_exp_schools.csv"], report)
        schools = schools if wanted is None else schools[schools["district_id"] == wanted]
        schools = _kept(_with_charters(schools, folder, options, report), options, report)
        teachers = _teachers(files["teacher_exp_teachers.csv"], schools, report)
        teachers = teachers.reindex(schools.index).dropna()
        schools = schools.loc[teachers.index]
        _note_years(names.loc[sorted(set(schools["district_id"]))], report)
        funds = esser_funds(files, sorted(set(schools["district_id"])), report)
        return _draft(schools, teachers, funds, options, report)


def _districts(path: Path, report: ImportReport) -> pd.DataFrame:
    columns = {"district_code": "code", "district_name": "name", "type_of_years": "years"}
    text = read_text(path, Sheet(columns), report)
    code = whole_ids(text["code"], DISTRICT_WIDTH, f"{path.name}, district_code", report)
    return text.assign(code=code).set_index("code")


def _note_years(districts: pd.DataFrame, report: ImportReport) -> None:
    meaning = {"district": "in this district alone", "unclear": "of a kind the district did not say"}
    for kind, words in meaning.items():
        names = districts.loc[districts["years"] == kind, "name"]
        if len(names):
            report.note(f"years of experience are those {words}: {', '.join(names)}")


def _schools(path: Path, report: ImportReport) -> pd.DataFrame:
    columns = {"district_code": "district_id", "school_code": "code", "school_name": "school_name"}
    columns |= {"district_name": "district_name", "school_type": "school_type", "teachers_included": "listed"}
    columns |= {"enrollment_k12_2122": "students", "frpm_k12_2122": "low_income_share"}
    text = read_text(path, Sheet(columns), report)
    for name in ("students", "low_income_share", "listed"):
        text[name] = numbers(text[name], f"{path.name}, {name}", {}, report)
    text["low_income_share"] /= 100
    text["level"] = text["school_type"].map(LEVELS)
    return _by_school(text, path.name, report)


def _by_school(text: pd.DataFrame, file: str, report: ImportReport) -> pd.DataFrame:
    """Index rows by district and school code, twelve digits in all."""
    district = whole_ids(text["district_id"], DISTRICT_WIDTH, f"{file}, district_code", report)
    code = whole_ids(text["code"], SCHOOL_WIDTH, f"{file}, school_code", report)
    return (
        text.assign(district_id=district, school_id=district + code)
        .set_index("school_id")
        .drop(columns="code")
    )


def _with_charters(
    schools: pd.DataFrame, folder: Path, options: CaliforniaOptions, report: ImportReport
) -> pd.DataFrame:
    path = beside(options.meals or folder, "frpm*.xlsx")
    if path is None:
        report.note("no FRPM workbook: charter schools are not told from the district's own")
        return schools.assign(charter=None)
    columns = {"District Code": "district_id", "School Code": "code", "Charter School (Y/N)": "charter"}
    text = read_text(path, Sheet(columns, header=1, sheet="FRPM School-Level Data"), report)
    charters = _by_school(text, path.name, report)[["charter"]]
    return join(schools, charters[charters.index.isin(schools.index)], path.name, report)


def _kept(schools: pd.DataFrame, options: CaliforniaOptions, report: ImportReport) -> pd.DataFrame:
    undescribed = {"no students published": schools["students"].isna() | (schools["students"] <= 0)}
    special = {
        "charter school: a district cannot move its teachers": schools["charter"].eq("Yes"),
        "special: continuation, community day, opportunity or special education": schools["level"].isna(),
        f"special: fewer than {options.min_students} students": schools["students"] < options.min_students,
        f"special: over {MOST_PER_TEACHER} students for each teacher listed": (
            schools["students"] > MOST_PER_TEACHER * schools["listed"]
        ),
    }
    kept = leave_out(schools, undescribed if options.include_special else undescribed | special, report)
    raise_all([] if len(kept) else [Problem("schools", "none left", "a school with students and teachers")])
    return kept.assign(level=kept["level"].fillna("other"))


def _teachers(path: Path, schools: pd.DataFrame, report: ImportReport) -> pd.DataFrame:
    """Count teachers by school and band [FTE]; rows that look alike are teachers alike, and all count."""
    columns = {"district_code": "district_id", "school_code": "code", "experience_years": "cell"}
    districts = set(schools["district_id"])
    keep = Sheet(columns, keep=lambda rows: rows["district_id"].str.zfill(DISTRICT_WIDTH).isin(districts))
    text = _by_school(read_text(path, keep, report), path.name, report)
    outside = ~text.index.isin(schools.index)
    report.drop(f"rows of {path.name}", "at a school left out", count=int(outside.sum()))
    text = text[~outside]
    years = numbers(text["cell"], f"{path.name}, experience_years", CODES, report)
    wrong = (years < 0) | (years > MOST_YEARS)
    report.code(
        f"{path.name}, experience_years", "below 0 or over 50", "no such years; not used", int(wrong.sum())
    )
    shares = _band_shares(years.mask(wrong), text["cell"], text["district_id"], report)
    known = shares.notna().all(axis=1)
    counted = shares[known].groupby(level="school_id").sum()
    total = text.groupby(level="school_id").size()
    report.imputations.record(
        "headcount_as_fte", "staff", "fte", "every row", "a teacher at two schools counts in both"
    )
    short = total.index[total > counted.sum(axis=1).reindex(total.index).fillna(0) + 0.5]
    report.imputations.record(
        "school_mean", "staff", "fte", short, "teachers of unknown years, as the school's others"
    )
    counted = counted[counted.sum(axis=1) > 0]
    report.drop("schools", "no teacher whose years are known", set(schools.index) - set(counted.index))
    off = schools["listed"].reindex(counted.index) != total.reindex(counted.index)
    if off.any():
        report.note(f"teachers listed and counted differ at {', '.join(off.index[off])}")
    return counted.mul(total.reindex(counted.index) / counted.sum(axis=1), axis=0).round(2)


def _band_shares(years: pd.Series, cells: pd.Series, by: pd.Series, report: ImportReport) -> pd.DataFrame:
    """Return each teacher's share in each band: one band by years, several by a bracket, none if unknown."""
    least = years.groupby(by).min()
    whole = (years.dropna() % 1 == 0).groupby(by[years.notna()]).all()
    from_one = sorted(set(least.index[least >= 1]) & set(whole.index[whole]))
    if from_one:
        report.note(
            f"districts whose years are whole and start at 1 count the first year as 1: {', '.join(from_one)}"
        )
    past = years - by.isin(from_one)
    shares = pd.DataFrame(
        {
            "novice": past < FIRST_DEVELOPING,
            "developing": (past >= FIRST_DEVELOPING) & (past < FIRST_EXPERIENCED),
            "experienced": past >= FIRST_EXPERIENCED,
        }
    ).astype(float)
    shares[years.isna().to_numpy()] = float("nan")
    for bracket, parts in BRACKETS.items():
        hit = (cells == bracket).fillna(False).to_numpy(bool)
        shares.loc[hit] = parts
    if cells.isin(list(BRACKETS)).any():
        note = "five-year brackets, each year alike"
        report.imputations.record("assumed", "staff", "fte", "teachers whose years are a bracket", note)
    return shares


def _draft(
    schools: pd.DataFrame,
    teachers: pd.DataFrame,
    funds: Mapping[str, Any],
    options: CaliforniaOptions,
    report: ImportReport,
) -> Draft:
    record = report.imputations.record
    fill = report.imputations.fill_with_means
    share = fill(
        schools["low_income_share"], schools["students"], schools, ("enrollment", "students"), "low_income"
    )
    record(
        "share_of_students",
        "enrollment",
        "students",
        "low_income in every school",
        "published percent of K-12 students",
    )
    shape = pd.Series(PAY_SHAPE)[list(EXPERIENCES)]
    mean = (teachers * shape).sum().sum() / teachers.sum().sum()
    salaries = (shape * options.average_salary / mean).round()
    paid = ", ".join(f"{band} {part:.0%}" for band, part in PAY_SHAPE.items())
    note = f"bands relative to the experienced one: {paid}; mean ${options.average_salary:,.0f}"
    record("assumed", "staff", "salary", "every row", note)
    record("assumed", "district.yaml", "benefit_rate", "the rate", "benefits per dollar of pay, from no file")
    counts = pd.DataFrame({"all": schools["students"], "low_income": (share * schools["students"]).round()})
    tables = {
        "schools": schools.reset_index()[["school_id", "district_id", "school_name", "level"]],
        "enrollment": tall(counts, "group", "students"),
        "staff": staff_table(teachers, {band: float(salaries[band]) for band in EXPERIENCES}),
    }
    one = schools["district_id"].nunique() == 1
    uses = {name: {"unit": "student", "target": "low_income", "recurring": False} for name in LEARNING_USES}
    facts = {
        "name": str(schools["district_name"].iloc[0])
        if one
        else "California districts of the CalMatters survey",
        "school_year": "2022-23",
        "benefit_rate": options.benefit_rate,
        "need_weights": NEED_WEIGHTS,
        "funds": dict(funds),
        "districts": agencies(schools),
        "uses": uses if funds else {},
        "sources": {
            file.name: "CalMatters, from California Department of Education files" for file in report.files
        },
        "notes": "school_id is the state's district and school code; students are of 2021-22.",
    }
    return Draft(facts, tables)
