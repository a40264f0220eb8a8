"""North Carolina School Report Card files (NC Department of Public Instruction, "SRC datasets")."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import pandas as pd
from pydantic import Field

from planner.funds import SCHOOL_IMPROVEMENT
from planner.problems import InputProblems, Problem, raise_all
from planner.sources.base import SOURCES, Draft, Options, SourceFile
from planner.sources.choosing import find_district, leave_out
from planner.sources.classes import Block, course_table, cover
from planner.sources.frames import agencies, join, tall
from planner.sources.north_carolina import files as nc
from planner.sources.north_carolina.groups import GROUP_CODES, with_groups
from planner.sources.north_carolina.indicators import indicator_rows
from planner.sources.north_carolina.staff import BAND_YEARS, SCHEDULE, earlier_year, teachers_by_band
from planner.sources.reading import locate
from planner.sources.report import ImportReport
from planner.sources.spending import (
    OTHER_STAFF,
    SOURCES_OF_MONEY,
    budget_lines,
    charge_pay,
    placeable,
    plan_federal,
    planned_funds,
    title_i_estimate,
)
from planner.sources.staffing import band_salaries, cut_to_budget, pay_with_benefits, staff_table

SALARIES = "SALARIES"
END_OF_COURSE = ("English II", "Biology", "NC Math 1", "NC Math 3")
HIGH_GRADES = frozenset({"09", "10", "11", "12", "13"})
# Four core subjects in 6-8, and usual loads: five of six periods in middle school, three of four blocks in
# each of two terms in high school. Assumptions, listed as imputed; raised where today's classes need more.
BLOCKS = (
    Block("K-3 core", ("00", "01", "02", "03")),
    Block("4-5 core", ("04", "05")),
    Block("6-8 core", ("06", "07", "08"), classes_per_student=4, sections_per_fte=5),
    *(Block(f"9-12 {subject}", (subject,), sections_per_fte=6) for subject in END_OF_COURSE),
)
# Connecticut's ECS formula adds 0.30 for low income and 0.15 for English learners (ctschoolfinance.org); the
# Special Education Expenditure Project found 1.90 times the usual cost (Chambers, Parrish and Harr, 2002).
NEED_WEIGHTS = {"low_income": 0.30, "english_learner": 0.15, "disability": 0.90}
DISTRICT_WIDTH = 3
NO_FEDERAL_IDS = (
    "The files carry no federal ids: school_id is the state's agency_code, district_id the LEA code."
)


class NorthCarolinaOptions(Options):
    """Options of the North Carolina import."""

    district: str = Field(description="LEA code such as 320, the district's name, or 'all' for the state")
    previous: Path | None = Field(
        default=None,
        description="folder of the year before: rcd_experience.csv, and rcd_licenses.csv and rcd_nbpts.csv "
        "where there are any; looked for beside the folder",
    )
    local_supplement: float = Field(
        default=0.0, ge=0, le=1, description="local pay, as a share of the state salary"
    )
    min_students: int = Field(default=50, ge=1, description="schools with fewer students count as special")


@dataclass(frozen=True)
class _Chosen:
    """The schools of the data set, and what has several rows a school or one a district."""

    schools: pd.DataFrame
    spending: pd.DataFrame
    sizes: pd.DataFrame
    title_i: pd.Series
    grants: pd.Series


@SOURCES.register("nc-report-card")
class NorthCarolinaReportCard:
    """Schools, students, teachers, class sizes and spending of one district or the whole state."""

    kind: ClassVar[str] = "nc-report-card"
    title: ClassVar[str] = "North Carolina School Report Card"
    description: ClassVar[str] = (
        "Spending by school and source, teachers and beginning teachers, class sizes, student groups, status."
    )
    files: ClassVar[tuple[SourceFile, ...]] = (
        SourceFile("rcd_location.csv", "schools, their grades and Title I"),
        SourceFile("rcd_funds2.csv", "spending by school, category and source"),
        SourceFile("rcd_eq.csv", "teachers and beginning teachers"),
        SourceFile("rcd_acc_eds.csv", "economically disadvantaged students"),
        SourceFile("rcd_acc_essa_desig.csv", "ESSA support status"),
        SourceFile("ec_pupils.csv", "students by race"),
        SourceFile("rcd_chronic_absent.csv", "chronic absence by student group"),
        SourceFile("rcd_sar.csv", "average class sizes"),
        SourceFile(
            "rcd_charter.csv", "student groups of charters beside those of their districts", required=False
        ),
        SourceFile("rcd_acc_spg2.csv", "performance scores", required=False),
        SourceFile("rcd_effectiveness3.csv", "teachers by the growth of their students", required=False),
        SourceFile("ratio.csv", "average daily attendance over membership", required=False),
        SourceFile("rcd_improvement2.csv", "school improvement grants", required=False),
    )
    not_read: ClassVar[dict[str, str]] = {
        "rcd_adm.csv": "students by another count; rcd_funds2 has those that its dollars were divided by",
        "rcd_funds.csv": "dollars of districts alone, and of the year before",
    }
    options: ClassVar[type[Options]] = NorthCarolinaOptions

    def read(self, folder: Path, options: NorthCarolinaOptions, report: ImportReport) -> Draft:
        """Read the files of `folder` into a data set."""
        files, problems = locate(folder, self.files)
        everywhere, wanted = _districts(files, options.district, report, problems)
        spending = nc.read_spending(files["rcd_funds2.csv"], report)
        everywhere["students"] = spending["students"].groupby(level="school_id").first()
        everywhere["spends"] = spending[list(SOURCES_OF_MONEY)].notna().all(axis=1).groupby(level=0).all()
        complete = everywhere[everywhere["spends"].eq(True) & everywhere["students"].notna()]
        federal = _placeable_everywhere(spending)
        grants = _grants(files, federal, report)
        title_i = title_i_estimate(federal.sub(grants, fill_value=0.0), complete)
        schools = everywhere if wanted is None else everywhere[everywhere["district_id"] == wanted]
        spending = spending[spending.index.get_level_values("school_id").isin(schools.index)]
        nc.check_spending(spending, "rcd_funds2.csv", report)
        sizes = nc.read_class_sizes(files["rcd_sar.csv"], report)
        schools = _described(schools, spending, sizes, files, report)
        schools = _kept(schools, options, report)
        raise_all(
            [] if len(schools) else [Problem("schools", "none left", "a school with students and spending")]
        )
        schools = with_groups(schools, _group_shares(files, report), report)
        return _draft(_Chosen(schools, spending, sizes, title_i, grants), folder, options, report)


def _districts(
    files: Mapping[str, Path], district: str, report: ImportReport, problems: list[Problem]
) -> tuple[pd.DataFrame, str | None]:
    """Read the schools and find the district meant, raising every missing file and unknown district at once.

    Returns
    -------
    tuple
        All schools of districts, and the code of the district wanted; None for all.
    """
    location, pupils = (files.get(name) for name in ("rcd_location.csv", "ec_pupils.csv"))
    if location is None:
        raise InputProblems(problems)
    schools = nc.read_schools(location, report)
    races = nc.read_races(pupils, ImportReport(report.source)) if pupils else None
    names = _district_names(schools, races)
    code, unknown = find_district(district.removesuffix("LEA"), names, DISTRICT_WIDTH)
    raise_all(problems + unknown)
    return schools, code


def _district_names(schools: pd.DataFrame, races: pd.DataFrame | None) -> dict[str, str]:
    """Return each district's name by code, its code where no file names it."""
    named: Mapping[Any, Any] = {} if races is None else races["district_name"].dropna().to_dict()
    return {code: code for code in schools["district_id"]} | {
        str(key)[:3]: str(name) for key, name in named.items()
    }


def _described(
    schools: pd.DataFrame,
    spending: pd.DataFrame,
    sizes: pd.DataFrame,
    files: Mapping[str, Path],
    report: ImportReport,
) -> pd.DataFrame:
    """Add to each school what the other files say of it."""
    absence = nc.read_absence(files["rcd_chronic_absent.csv"], report)
    absence.columns = pd.Index([" ".join(pair) for pair in absence.columns.to_flat_index()])
    tables = {
        "rcd_funds2.csv": spending["students"].groupby(level="school_id").first().to_frame("students"),
        "rcd_eq.csv": nc.read_teachers(files["rcd_eq.csv"], report),
        "rcd_acc_eds.csv": nc.read_poverty(files["rcd_acc_eds.csv"], report),
        "rcd_acc_essa_desig.csv": nc.read_support(files["rcd_acc_essa_desig.csv"], report),
        "ec_pupils.csv": nc.read_races(files["ec_pupils.csv"], report),
        "rcd_chronic_absent.csv": absence,
    }
    if "rcd_acc_spg2.csv" in files:
        scores = nc.read_scores(files["rcd_acc_spg2.csv"], report)
        tables["rcd_acc_spg2.csv"] = scores.to_frame("performance_score")
    if "rcd_effectiveness3.csv" in files:
        rated = nc.read_effectiveness(files["rcd_effectiveness3.csv"], report)
        tables["rcd_effectiveness3.csv"] = rated.to_frame("effective_teachers")
    if "ratio.csv" in files:
        attendance = nc.read_attendance(files["ratio.csv"], str(schools["year"].dropna().max()), report)
        tables["ratio.csv"] = attendance.to_frame("attendance")
    schools = schools.drop(columns="students")
    for name, table in tables.items():
        schools = join(schools, table, name, report)
    pay = pd.DataFrame(spending.xs(SALARIES, level="category"))[list(SOURCES_OF_MONEY)].sum(axis=1)
    return schools.assign(classes=schools.index.isin(sizes["school_id"]), salaries=pay)


def _group_shares(files: Mapping[str, Path], report: ImportReport) -> pd.DataFrame:
    if "rcd_charter.csv" in files:
        return nc.read_group_shares(files["rcd_charter.csv"], report)
    index = pd.MultiIndex.from_tuples([], names=["district_id", "subgroup"])
    return pd.DataFrame({"share": [], "masking": []}, index=index, dtype=float)


def _kept(schools: pd.DataFrame, options: NorthCarolinaOptions, report: ImportReport) -> pd.DataFrame:
    """Leave out the schools that cannot be described, and the special ones unless they are asked for."""
    undescribed = {
        "no spending, or a blank cell in it": schools["spends"].ne(True) | schools["students"].isna(),
        "no students": schools["students"].le(0),
        "no teachers": schools["teachers"].isna() | schools["teachers"].le(0),
    }
    none = pd.Series(float("nan"), index=schools.index)
    scored = schools.get("performance_score", none).notna()
    special = {
        f"special: fewer than {options.min_students} students": schools["students"] < options.min_students,
        "special: neither class sizes nor a performance score": ~schools["classes"] & ~scored,
        # A small school inside another is listed with all the other's teachers.
        "special: its teachers at the lowest pay would cost more than all its salaries": (
            schools["teachers"] * SCHEDULE[0] > schools["salaries"]
        ),
    }
    reasons = undescribed if options.include_special else undescribed | special
    return leave_out(schools, reasons, report)


def _draft(chosen: _Chosen, folder: Path, options: NorthCarolinaOptions, report: ImportReport) -> Draft:
    schools = chosen.schools
    earlier = earlier_year(folder, options.previous)
    teachers = teachers_by_band(schools, earlier, report)
    categories = chosen.spending.index.get_level_values("category")
    of_schools = chosen.spending.index.get_level_values("school_id").isin(schools.index)
    spending = chosen.spending[of_schools & (categories != nc.TOTAL)]
    by_category = spending[list(SOURCES_OF_MONEY)].sum(axis=1).groupby(level="category").sum()
    benefit_rate = round(float(by_category["EMPLOYEE BENEFITS"] / by_category["SALARIES"]), 4)
    staff, lines = _pay_and_budget(teachers, spending, benefit_rate, options, report)
    lines = plan_federal(lines, schools, chosen.title_i, chosen.grants)
    _note_estimates(lines, report)
    tables = {
        "schools": schools.reset_index()[
            ["school_id", "district_id", "school_name", "level", "title_i", "support_status"]
        ],
        "enrollment": _enrollment(schools, report),
        "staff": staff,
        "courses": _courses(schools, chosen.sizes, staff, report),
        "budget": lines,
        "indicators": indicator_rows(schools, earlier, report),
    }
    facts = _facts(schools, lines, benefit_rate, report)
    return Draft(facts, tables)


def _pay_and_budget(
    teachers: pd.DataFrame,
    spending: pd.DataFrame,
    benefit_rate: float,
    options: NorthCarolinaOptions,
    report: ImportReport,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    staff = staff_table(teachers, band_salaries(SCHEDULE, BAND_YEARS, options.local_supplement))
    uses = spending.reset_index().assign(use=lambda rows: rows["category"].map(nc.USES))
    people = uses[uses["use"] == OTHER_STAFF].groupby("school_id")[list(SOURCES_OF_MONEY)].sum()
    staff, lowered = cut_to_budget(staff, benefit_rate, people.clip(lower=0).sum(axis=1))
    steps = ", ".join(f"{band} {years:g} years" for band, years in BAND_YEARS.items())
    note = f"2018-19 state schedule: {steps}; local supplement {options.local_supplement:.1%}"
    report.imputations.record("schedule", "staff", "salary", "every row", note)
    report.imputations.record(
        "assumed", "staff", "salary", lowered, "cut to what the school spends on pay and benefits"
    )
    return staff, budget_lines(uses, charge_pay(people, pay_with_benefits(staff, benefit_rate)))


def _placeable_everywhere(spending: pd.DataFrame) -> pd.Series:
    lines = spending.reset_index().assign(fund="federal", dollars=lambda rows: rows["federal"])
    lines["use"] = lines["category"].map(nc.USES)
    lines = lines.dropna(subset=["use"])
    return lines[placeable(lines)].groupby("school_id")["dollars"].sum()


def _grants(files: Mapping[str, Path], federal: pd.Series, report: ImportReport) -> pd.Series:
    """Return school improvement grants by school, within its placeable federal dollars [dollars a year]."""
    if "rcd_improvement2.csv" not in files:
        return pd.Series(dtype=float)
    award = nc.read_improvement(files["rcd_improvement2.csv"], report)
    return pd.concat([award, federal], axis=1, join="inner").min(axis=1, skipna=False).dropna()


def _note_estimates(lines: pd.DataFrame, report: ImportReport) -> None:
    record = report.imputations.record
    granted = sorted(set(lines.loc[lines["fund"] == SCHOOL_IMPROVEMENT, "school_id"]))
    record("award_as_spent", "budget", "dollars", [f"{key} {SCHOOL_IMPROVEMENT}" for key in granted])
    note = "within the estimate of federal dollars per student above the district's other schools"
    record("proportional_to_poverty", "budget", "dollars", "every line of the fund title_i", note)
    record(
        "state_and_local_first",
        "budget",
        "dollars",
        "every line of the use staff, and the line of other_staff beside it",
    )


def _enrollment(schools: pd.DataFrame, report: ImportReport) -> pd.DataFrame:
    groups = ["low_income", *GROUP_CODES, *nc.RACES]
    wide = schools[groups].clip(upper=schools["students"], axis=0)
    for group in groups:
        over = schools.index[schools[group] > schools["students"]]
        report.imputations.record(
            "capped_at_total", "enrollment", "students", [f"{key} {group}" for key in over]
        )
    wide.insert(0, "all", schools["students"])
    return tall(wide, "group", "students")


def _courses(
    schools: pd.DataFrame, sizes: pd.DataFrame, staff: pd.DataFrame, report: ImportReport
) -> pd.DataFrame:
    here = sizes[sizes["school_id"].isin(schools.index)]
    taught = {school: set(grades) for school, grades in here.groupby("school_id")["grade"]}
    rows = [
        {"school_id": school, "grade": grade, "students": students}
        for school, span, count in zip(schools.index, schools["grade_span"], schools["students"], strict=True)
        for grade, students in _grade_counts(nc.grades_of(span), taught.get(school, set()), count)
    ]
    frame = pd.DataFrame(rows, columns=["school_id", "grade", "students"])
    frame = frame.merge(here, on=["school_id", "grade"], how="left", validate="one_to_one")
    unused = len(here) - int(frame["size"].notna().sum())
    report.drop(
        "class sizes", "end-of-course classes below grade 9, whose students are not known", count=unused
    )
    report.drop(
        "class sizes",
        "no class size published; the school has no course rows",
        set(schools.index) - set(taught),
    )
    courses, raised = cover(
        course_table(frame, BLOCKS, report.imputations), staff.groupby("school_id")["fte"].sum()
    )
    record = report.imputations.record
    record(
        "even_grades",
        "courses",
        "students",
        "every row",
        "sections follow from the published average class size",
    )
    record(
        "full_load",
        "courses",
        "sections_per_fte",
        "every row",
        "elementary 1, middle 5, high 6 sections per teacher",
    )
    record(
        "full_load",
        "courses",
        "sections_per_fte",
        raised,
        "raised so that today's teachers cover today's classes",
    )
    return courses


def _grade_counts(span: list[str], taught: set[str], students: float) -> list[tuple[str, float]]:
    """Spread students evenly over a school's grades; one grade's worth takes each end-of-course subject."""
    grades = sorted({*span, *(grade for grade in taught if grade.isdigit())})
    if not grades:
        return []
    each = students / len(grades)
    subjects = END_OF_COURSE if HIGH_GRADES & set(grades) else ()
    return [(grade, each) for grade in grades] + [
        (subject, each) for subject in subjects if subject in taught
    ]


def _facts(
    schools: pd.DataFrame, lines: pd.DataFrame, benefit_rate: float, report: ImportReport
) -> dict[str, Any]:
    districts = schools["district_id"]
    names = schools["district_name"].dropna()
    one = districts.nunique() == 1 and len(names)
    year = int(schools["year"].dropna().max())
    return {
        "name": str(names.iloc[0]) if one else "North Carolina",
        "school_year": f"{year - 1}-{year % 100:02d}",
        "benefit_rate": benefit_rate,
        "need_weights": NEED_WEIGHTS,
        "funds": planned_funds(lines, districts),
        "districts": agencies(schools),
        "sources": {
            file.name: "North Carolina Department of Public Instruction, School Report Card"
            for file in report.files
        },
        "notes": NO_FEDERAL_IDS,
    }
