"""North Carolina School Report Card files (NC Department of Public Instruction, "SRC datasets")."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import pandas as pd
from pydantic import Field

from planner.imputation import group_mean, spread
from planner.problems import Problem, nearest, raise_all
from planner.sources import nc_files
from planner.sources.base import SOURCES, Draft, Options, SourceFile
from planner.sources.classes import Block, course_table, cover
from planner.sources.reading import join, locate
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

EXPERIENCE_FILE = "rcd_experience.csv"
GROUP_CODES = {"english_learner": "ELS", "disability": "SWD"}
# data-dictionary_2019.xlsx, rcd_chronic_absent.pct: "no row for den<10".
SUPPRESSED_BELOW = 10
# State pay for a bachelor's degree in 2018-19: 5, 12 and 16 years as ABC11 gave them (14 May 2018) from the
# General Assembly's schedule; $35,000 is its first step (S.L. 2018-5, section 8.1).
SCHEDULE = {0: 35_000, 5: 40_000, 12: 47_000, 16: 50_000}
# Middle of the published bands 0-3 and 4-10; the band 10+ is paid the schedule's flat top from 16 years on.
BAND_YEARS = {"novice": 1.5, "developing": 7.0, "experienced": 16.0}
END_OF_COURSE = ("English II", "Biology", "NC Math 1", "NC Math 3")
HIGH_GRADES = frozenset({"09", "10", "11", "12", "13"})
# Four core subjects in 6-8, and usual loads: five of six periods in middle school, three of four blocks in each
# of two terms in high school. Assumptions, listed as imputed; raised where today's classes need more.
BLOCKS = (
    Block("K-3 core", ("00", "01", "02", "03")),
    Block("4-5 core", ("04", "05")),
    Block("6-8 core", ("06", "07", "08"), classes_per_student=4, sections_per_fte=5),
    *(Block(f"9-12 {subject}", (subject,), sections_per_fte=6) for subject in END_OF_COURSE),
)
# Connecticut's ECS formula adds 0.30 for low income and 0.15 for English learners (ctschoolfinance.org); the
# Special Education Expenditure Project found 1.90 times the usual cost (Chambers, Parrish and Harr, 2002).
NEED_WEIGHTS = {"low_income": 0.30, "english_learner": 0.15, "disability": 0.90}
EXPERIENCED_ONLY = "no earlier rcd_experience.csv: every teacher who is not beginning counts as experienced"
NO_FEDERAL_IDS = "The files carry no federal ids: school_id is the state's agency_code, district_id the LEA code."


class NorthCarolinaOptions(Options):
    """Options of the North Carolina import."""

    district: str = Field(description="LEA code such as 320, the district's name, or 'all' for the state")
    previous: Path | None = Field(
        default=None, description="folder of the year before, with rcd_experience.csv; looked for beside the folder"
    )
    local_supplement: float = Field(default=0.0, ge=0, le=1, description="local pay, as a share of the state salary")
    min_students: int = Field(default=50, ge=1, description="schools with fewer students count as special")


@dataclass(frozen=True)
class _State:
    """All schools of the state, one row each, and the tables with several rows a school."""

    schools: pd.DataFrame
    spending: pd.DataFrame
    sizes: pd.DataFrame
    shares: pd.DataFrame


@SOURCES.register("nc-report-card")
class NorthCarolinaReportCard:
    """Schools, students, teachers, class sizes and spending of one district or the whole state."""

    kind: ClassVar[str] = "nc-report-card"
    title: ClassVar[str] = "North Carolina School Report Card"
    description: ClassVar[str] = (
        "Spending by school and source, teachers and beginning teachers, class sizes, student groups and ESSA status."
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
        SourceFile("rcd_charter.csv", "student groups of charters beside those of their districts", required=False),
        SourceFile("rcd_acc_spg2.csv", "performance scores", required=False),
    )
    options: ClassVar[type[Options]] = NorthCarolinaOptions

    def read(self, folder: Path, options: NorthCarolinaOptions, report: ImportReport) -> Draft:
        """Read the files of `folder` into a data set."""
        files, problems = locate(folder, self.files)
        everywhere = nc_files.read_schools(files["rcd_location.csv"], report) if "rcd_location.csv" in files else None
        if everywhere is not None and "ec_pupils.csv" in files:
            names = _district_names(nc_files.read_races(files["ec_pupils.csv"], ImportReport(self.kind)))
            problems += _district_problems(options.district, everywhere, names)
        raise_all(problems)
        assert everywhere is not None
        state = _read_state(everywhere, files, report)
        district = _district_code(options.district, names)
        chosen = state.schools if district is None else state.schools[state.schools["district_id"] == district]
        chosen = _with_groups(chosen, state, report)
        kept = chosen[~chosen.index.isin(_left_out(chosen, options, report))]
        raise_all([] if len(kept) else [Problem("schools", "none left", "a school with students, staff and spending")])
        teachers = _teachers(kept, _earlier_year(folder, options.previous), report)
        return _draft(kept, teachers, state, options, report)


def _district_names(races: pd.DataFrame) -> dict[str, str]:
    named = races["district_name"].dropna()
    return {str(name): str(school)[:3] for school, name in named.items()}


def _district_code(district: str, names: Mapping[str, str]) -> str | None:
    """Return the LEA code meant by an option, or None for the whole state."""
    text = district.strip().upper().removesuffix("LEA")
    by_name = {name.upper(): code for name, code in names.items()}
    return None if text == "ALL" else by_name.get(text, text.zfill(3))


def _district_problems(district: str, schools: pd.DataFrame, names: Mapping[str, str]) -> list[Problem]:
    code = _district_code(district, names)
    known = sorted(set(schools["district_id"]))
    if code is None or code in known:
        return []
    codes = {name: code for name, code in names.items() if code in known}
    hint = nearest(district, codes) or nearest(code, known)
    return [Problem("option district", f"'{district}'", "'all', or the code or name of one of the file's districts", hint)]


def _earlier_year(folder: Path, previous: Path | None) -> Path | None:
    """Find an earlier year's teacher experience: in the folder given, in `folder`, or in a folder beside it."""
    if previous is not None:
        path = previous / EXPERIENCE_FILE
        raise_all([] if path.is_file() else [Problem(str(previous), f"no {EXPERIENCE_FILE}", f"the file {EXPERIENCE_FILE}")])
        return path
    beside = sorted(folder.resolve().parent.glob(f"*/{EXPERIENCE_FILE}"))
    own = folder / EXPERIENCE_FILE
    return own if own.is_file() else beside[-1] if beside else None


def _read_state(schools: pd.DataFrame, files: Mapping[str, Path], report: ImportReport) -> _State:
    spending = nc_files.read_spending(files["rcd_funds2.csv"], report)
    complete = spending[list(SOURCES_OF_MONEY)].notna().all(axis=1).groupby(level="school_id").all()
    students = spending["students"].groupby(level="school_id").first()
    money = pd.DataFrame({"students": students, "spends": complete})
    absence = nc_files.read_absence(files["rcd_chronic_absent.csv"], report)
    absence.columns = [f"{kind} {group}" for kind, group in absence.columns]
    for name, table in (
        ("rcd_funds2.csv", money),
        ("rcd_eq.csv", nc_files.read_teachers(files["rcd_eq.csv"], report)),
        ("rcd_acc_eds.csv", nc_files.read_poverty(files["rcd_acc_eds.csv"], report)),
        ("rcd_acc_essa_desig.csv", nc_files.read_support(files["rcd_acc_essa_desig.csv"], report)),
        ("ec_pupils.csv", nc_files.read_races(files["ec_pupils.csv"], report)),
        ("rcd_chronic_absent.csv", absence),
    ):
        schools = join(schools, table, name, report)
    if "rcd_acc_spg2.csv" in files:
        scores = nc_files.read_scores(files["rcd_acc_spg2.csv"], report).rename("performance_score")
        schools = join(schools, scores.to_frame(), "rcd_acc_spg2.csv", report)
    sizes = nc_files.read_class_sizes(files["rcd_sar.csv"], report)
    shares = pd.DataFrame(columns=["share", "masking"])
    if "rcd_charter.csv" in files:
        shares = nc_files.read_group_shares(files["rcd_charter.csv"], report)
    return _State(schools.assign(classes=schools.index.isin(sizes["school_id"])), spending, sizes, shares)
