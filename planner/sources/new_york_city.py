"""New York City: class sizes by school, grade, programme and subject, with the school demographics."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

import pandas as pd
from pydantic import Field

from planner.problems import Problem, raise_all
from planner.sources.base import SOURCES, Draft, Options, SourceFile
from planner.sources.choosing import find_district, leave_out
from planner.sources.classes import cover
from planner.sources.frames import join, tall, unique
from planner.sources.grades import level_of
from planner.sources.reading import Sheet, locate, numbers, read_text
from planner.sources.report import ImportReport
from planner.sources.staffing import FIELD, staff_table

YEAR, YEAR_IN_FILE = "2010-11", "20102011"
DISTRICT_WIDTH = 2
# Bytes 0x89 0xDB 0xD2 stand in names of Brooklyn schools: the file was saved on a Macintosh.
ENCODING = "mac_roman"
# A spreadsheet read the grades 09-12 as the twelfth of September.
DAMAGED_GRADES = {"12-Sep": "09-12"}
CODES = {"-": "not applicable", "NA": "not available", "s": "suppressed"}
COLUMNS = {
    "CSD": "district",
    "SCHOOL CODE": "code",
    "SCHOOL NAME": "school_name",
    "GRADE": "grade",
    "PROGRAM TYPE": "programme",
    "CORE SUBJECT (MS CORE and 9-12 ONLY)": "subject",
    "NUMBER OF STUDENTS / SEATS FILLED": "students",
    "NUMBER OF SECTIONS": "sections",
    "SCHOOLWIDE PUPIL-TEACHER RATIO": "ratio",
}
GRADE_BLOCKS = {
    "0K": "K-3 core",
    "1": "K-3 core",
    "2": "K-3 core",
    "3": "K-3 core",
    "4": "4-5 core",
    "5": "4-5 core",
}
GRADE_BLOCKS |= {"6": "6-8 core", "7": "6-8 core", "8": "6-8 core", "0K-09": "special education"}
SUBJECT_BLOCKS = {"MS Core": "6-8", "09-12": "9-12"}
# Secondary teachers teach 25 of 40 periods a week, five classes (UFT contract, article 7A); others one class.
SECONDARY_LOAD = 5.0
# The middle of the teachers' salary schedule of 2008 to 2018, $45,530 to $100,049 (UFT contract, article 3).
AVERAGE_SALARY = 72_790.0
BENEFIT_RATE = 0.30
# The city's formula, Fair Student Funding, adds 0.24 for poverty and 0.40 for English learners in elementary
# grades (not checked against its guide of 2010-11); 0.90 for disability is from the Special Education
# Expenditure Project (Chambers and others, 2002).
NEED_WEIGHTS = {"low_income": 0.24, "english_learner": 0.40, "disability": 0.90}
GRADES = ["k", *(f"grade{grade}" for grade in range(1, 13))]
GROUPS = {"english_learner": "ell_num", "disability": "sped_num"}
RACES = {race: f"{race}_num" for race in ("asian", "black", "hispanic", "white")}


class NewYorkCityOptions(Options):
    """Options of the New York City import."""

    district: str = Field(description="community school district, 1 to 32, or 'all'")
    average_salary: float = Field(
        default=AVERAGE_SALARY, gt=0, description="average teacher pay, dollars a year"
    )
    benefit_rate: float = Field(default=BENEFIT_RATE, ge=0, le=2, description="benefits per dollar of pay")
    min_students: int = Field(default=50, ge=1, description="schools with fewer students count as special")


@SOURCES.register("nyc-class-size")
class NewYorkCityClassSize:
    """Class sections and seats of every school, 2010-11, with students and pupil-teacher ratios."""

    kind: ClassVar[str] = "nyc-class-size"
    title: ClassVar[str] = "New York City class size report"
    description: ClassVar[str] = (
        "Sections and seats by grade and subject, pupil-teacher ratios, student groups."
    )
    files: ClassVar[tuple[SourceFile, ...]] = (
        SourceFile("class_size.csv", "sections and seats by school, grade, program and subject"),
        SourceFile("demographics.csv", "students by grade and group, by school and year"),
    )
    not_read: ClassVar[dict[str, str]] = {
        "sat_results.csv": "names no year, and has more test takers than grade 12 had students in 2010-11 "
        "at a fifth of the high schools",
    }
    options: ClassVar[type[Options]] = NewYorkCityOptions

    def read(self, folder: Path, options: NewYorkCityOptions, report: ImportReport) -> Draft:
        """Read the files of `folder` into a data set."""
        files, problems = locate(folder, self.files)
        raise_all(problems)
        rows = read_classes(files["class_size.csv"], report)
        names = {code: district_name(code) for code in sorted(set(rows["district"]))}
        wanted, unknown = find_district(options.district, names, DISTRICT_WIDTH)
        raise_all(unknown)
        rows = rows if wanted is None else rows[rows["district"] == wanted]
        by_school = rows.groupby("school_id")
        schools = by_school.agg(
            district_id=("district", "first"), school_name=("school_name", "first"), ratio=("ratio", "max")
        )
        schools = join(schools, read_students(files["demographics.csv"], report), "demographics.csv", report)
        courses = course_blocks(rows, report)
        schools = _kept(schools.assign(classes=schools.index.isin(courses["school_id"])), options, report)
        name = names[wanted] if wanted else "New York City"
        return _draft(name, schools, courses[courses["school_id"].isin(schools.index)], options, report)


def district_name(code: str) -> str:
    """Return the name of a community school district, such as that of 09."""
    return f"Community School District {int(code)}"


def read_classes(path: Path, report: ImportReport) -> pd.DataFrame:
    """Read ``class_size.csv``: one row a school, grade, programme, subject and course; ids as DBN."""
    text = read_text(path, Sheet(COLUMNS, encoding=ENCODING), report)
    for name in ("students", "sections", "ratio"):
        text[name] = numbers(text[name], f"{path.name}, {name}", CODES, report)
    for damaged, grade in DAMAGED_GRADES.items():
        hit = text["grade"] == damaged
        if hit.any():
            count = int(hit.sum())
            report.note(
                f"{path.name}: {count:,} grades read '{damaged}', spoilt by a spreadsheet, for {grade}"
            )
        text.loc[hit, "grade"] = grade
    district = text["district"].str.zfill(DISTRICT_WIDTH)
    return text.assign(district=district, school_id=district + text["code"])


def read_students(path: Path, report: ImportReport) -> pd.DataFrame:
    """Read ``demographics.csv``: students by group and the level of each school, for one year."""
    share = {"frl_percent": "low_income_share"}
    counts = {"total_enrollment": "students"} | {source: group for group, source in (GROUPS | RACES).items()}
    columns = {"DBN": "school_id", "schoolyear": "year"} | share | counts | {grade: grade for grade in GRADES}
    sheet = Sheet(columns, encoding=ENCODING, keep=lambda rows: rows["year"] == YEAR_IN_FILE)
    text = read_text(path, sheet, report).set_index("school_id")
    unique(text, path.name)
    for name in (*share.values(), *counts.values(), *GRADES):
        text[name] = numbers(text[name], f"{path.name}, {name}", CODES, report)
    taught = text[GRADES].to_numpy(float) > 0
    levels = [level_of(*_span(row.nonzero()[0].tolist())) for row in taught]
    kept = text[[*share.values(), *counts.values()]].astype(float)
    return kept.assign(low_income_share=kept["low_income_share"] / 100, level=levels)


def _span(grades: list[int]) -> tuple[int | None, int | None]:
    return (grades[0], grades[-1]) if grades else (None, None)


def course_blocks(rows: pd.DataFrame, report: ImportReport) -> pd.DataFrame:
    """Return course rows with the published seats and sections, every programme of a block together.

    Middle grades stand in the file twice, by homeroom and by subject; a school's subjects are used where it
    has them.
    """
    block = rows["grade"].map(GRADE_BLOCKS)
    span = rows["grade"].map(SUBJECT_BLOCKS)
    block = block.where(span.isna(), span + " " + rows["subject"].str.lower())
    middle = set(rows.loc[rows["grade"] == "MS Core", "school_id"])
    twice = (block == "6-8 core") & rows["school_id"].isin(middle)
    report.drop("class rows", "middle grades by homeroom, also given by subject", count=int(twice.sum()))
    unplaced = block.isna() & rows["sections"].notna()
    report.drop("class rows", "a grade of no block", count=int(unplaced.sum()))
    used = rows.assign(course=block)[block.notna() & ~twice & (rows["sections"] > 0) & (rows["students"] > 0)]
    courses = used.groupby(["school_id", "course"], as_index=False)[["students", "sections"]].sum()
    secondary = courses["course"].str.startswith(tuple(f"{span} " for span in SUBJECT_BLOCKS.values()))
    secondary &= courses["course"] != "6-8 core"
    return courses.assign(field=FIELD, sections_per_fte=secondary.map({True: SECONDARY_LOAD, False: 1.0}))


def _kept(schools: pd.DataFrame, options: NewYorkCityOptions, report: ImportReport) -> pd.DataFrame:
    undescribed = {
        "no students of the year": schools["students"].isna() | (schools["students"] <= 0),
        "no pupil-teacher ratio": schools["ratio"].isna() | (schools["ratio"] <= 0),
    }
    special = {
        f"special: fewer than {options.min_students} students": schools["students"] < options.min_students,
        "special: no class sizes": ~schools["classes"],
    }
    kept = leave_out(schools, undescribed if options.include_special else undescribed | special, report)
    raise_all([] if len(kept) else [Problem("schools", "none left", "a school with students and teachers")])
    return kept


def _groups(schools: pd.DataFrame, report: ImportReport) -> pd.DataFrame:
    """Return students by group; a missing count comes from the mean share, and is listed."""
    cells, students = ("enrollment", "students"), schools["students"]
    fill = report.imputations.fill_with_means
    note = "published percent of students with free or reduced-price lunch"
    report.imputations.record("share_of_students", *cells, "low_income in every school", note)
    counts = {"all": students}
    share = fill(schools["low_income_share"], students, schools, cells, "low_income")
    counts["low_income"] = (share * students).round()
    for group in GROUPS:
        known = schools[group]
        mean = (fill(known / students, students, schools, cells, group) * students).round().clip(lower=1)
        counts[group] = known.where(known.notna(), mean)
    counts |= {race: schools[race] for race in RACES}
    return pd.DataFrame(counts).clip(upper=students, axis=0)


def _draft(
    name: str, schools: pd.DataFrame, courses: pd.DataFrame, options: NewYorkCityOptions, report: ImportReport
) -> Draft:
    record = report.imputations.record
    fte = (schools["students"] / schools["ratio"]).round(2)
    record(
        "from_ratio", "staff", "fte", "every row", "students of the demographics over the pupil-teacher ratio"
    )
    record(
        "assumed",
        "staff",
        "experience",
        "every row",
        "no file gives years of experience: none is said to be novice",
    )
    record("assumed", "staff", "salary", "every row", f"${options.average_salary:,.0f} for all")
    record("assumed", "district.yaml", "benefit_rate", "the rate", "benefits per dollar of pay, from no file")
    staff = staff_table(fte.to_frame("experienced"), {"experienced": options.average_salary})
    courses, raised = cover(courses, fte)
    record(
        "full_load", "courses", "sections_per_fte", "every row", "by subject 5, by class 1 section a teacher"
    )
    record(
        "full_load",
        "courses",
        "sections_per_fte",
        raised,
        "raised so that today's teachers cover today's classes",
    )
    tables = {
        "schools": schools.reset_index()[["school_id", "district_id", "school_name", "level"]],
        "enrollment": tall(_groups(schools, report), "group", "students"),
        "staff": staff,
        "courses": courses,
        "indicators": tall(
            schools[["ratio"]].set_axis(["students_per_teacher"], axis=1), "indicator", "value"
        ).assign(group="all"),
    }
    facts: dict[str, Any] = {
        "name": name,
        "school_year": YEAR,
        "benefit_rate": options.benefit_rate,
        "need_weights": NEED_WEIGHTS,
        "districts": {code: {"name": district_name(code)} for code in sorted(set(schools["district_id"]))},
        "sources": {
            file.name: "New York City Department of Education, NYC Open Data" for file in report.files
        },
        "notes": "school_id is the city's DBN. No spending by school.",
    }
    return Draft(facts, tables)
