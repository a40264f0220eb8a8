"""The Urban Institute's Education Data Portal: its CSV files of schools."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

import pandas as pd
from pydantic import Field

from planner.problems import raise_all
from planner.sources.base import SOURCES, Draft, Options, SourceFile
from planner.sources.federal import ccd, urban
from planner.sources.federal.cells import share_of
from planner.sources.federal.districts import FederalOptions, choose_districts
from planner.sources.federal.drafting import Described, district_charters, draft, kept_schools
from planner.sources.federal.urban import Year
from planner.sources.frames import join
from planner.sources.reading import locate
from planner.sources.report import ImportReport

DIRECTORY, ENROLLMENT = "schools_ccd_directory*.csv", "schools_ccd_enrollment*.csv"
TEACHERS, FINANCE = "schools_crdc_teacher*.csv", "schools_crdc_finance*.csv"
STUDENTS, PLACEMENT = "schools_crdc_enrollment*.csv", "schools_crdc_apib_enroll*.csv"
ABSENCE = "schools_crdc_chronic_absenteeism*.csv"
PUBLISHER = "Urban Institute, Education Data Portal (ODC-By), from the Common Core of Data and the CRDC"
COUNT = "enrollment_crdc"
# Figures of the collection: the file's column, and the codes of dimensions that are not the total.
GROUPS: dict[str, tuple[str, Mapping[str, str]]] = {
    "students_crdc": (COUNT, {}),
    "english_learner": (COUNT, {"lep": "1"}),
    "disability": (COUNT, {"disability": "1"}),
}
COURSES: dict[str, tuple[str, Mapping[str, str]]] = {
    "ap_enrollment": ("enrl_ap", {}),
    "ib_enrollment": ("enrl_ib", {}),
    "gifted_enrollment": ("enrl_gifted_talented", {}),
}
ABSENT: dict[str, tuple[str, Mapping[str, str]]] = {"chronic_absence": ("students_chronically_absent", {})}
INDICATORS: dict[str, str | None] = {"prek_seats": None, "kindergarten_students": None}
INDICATORS |= {"provisional_teachers": None, "teacher_absence": None}
RATES = (*COURSES, *ABSENT)


class PortalOptions(FederalOptions):
    """Options of the portal's import."""

    year: int = Field(ge=1986, le=2100, description="year as the portal counts: 2017 is 2017-18")
    crdc_year: int | None = Field(
        default=None, description="year of the collection's files where it is another, such as 2017 for 2019"
    )


@SOURCES.register("urban-portal")
class UrbanPortal:
    """Schools, students and teachers of one year; with the portal's files of the collection, novices."""

    kind: ClassVar[str] = "urban-portal"
    title: ClassVar[str] = "Urban Institute Education Data Portal"
    description: ClassVar[str] = "CSV files of the Common Core and of the Civil Rights Data Collection."
    files: ClassVar[tuple[SourceFile, ...]] = (
        SourceFile(DIRECTORY, "directory: schools of all years with students, teachers, meals, place"),
        SourceFile(ENROLLMENT, "students by grade, race and sex, of one year", required=False),
        SourceFile(TEACHERS, "the collection's teachers by experience and support staff", required=False),
        SourceFile(FINANCE, "the collection's salaries", required=False),
        SourceFile(STUDENTS, "the collection's students by group", required=False),
        SourceFile(PLACEMENT, "the collection's students in advanced courses", required=False),
        SourceFile(ABSENCE, "the collection's students chronically absent", required=False),
    )
    not_read: ClassVar[dict[str, str]] = {}
    options: ClassVar[type[Options]] = PortalOptions

    def read(self, folder: Path, options: PortalOptions, report: ImportReport) -> Draft:
        """Read the files of `folder` into a data set."""
        files, problems = locate(folder, self.files)
        raise_all(problems)
        chosen = choose_districts(files[DIRECTORY], urban.NAMES, options)
        year = Year(chosen, options.year)
        schools = urban.read_directory(files[DIRECTORY], year, report)
        if ENROLLMENT in files:
            counted = urban.read_enrollment(files[ENROLLMENT], year, report)
            schools = join(schools, counted, files[ENROLLMENT].name, report)
            schools["students"] = schools["students_counted"].fillna(schools["students"])
        schools["low_income"] = ccd.low_income(schools, report)
        other = Year(chosen, options.crdc_year or options.year)
        schools = _kept(_with_collection(schools, files, other, report), options, report)
        indicators = INDICATORS | dict.fromkeys(RATES, "students_crdc")
        first = options.year
        school_year = f"{first}-{(first + 1) % 100:02d}"
        return draft(Described(schools, school_year, PUBLISHER, indicators), options, report)


def _with_collection(
    schools: pd.DataFrame, files: Mapping[str, Path], year: Year, report: ImportReport
) -> pd.DataFrame:
    """Add what the collection's files say; every rate is over the collection's own count."""
    if TEACHERS in files:
        teachers = urban.read_teachers(files[TEACHERS], year, report)
        if FINANCE in files:
            salaries = urban.read_pay(files[FINANCE], year, report)
            teachers["pay"] = urban.average_pay(salaries, teachers["teachers_crdc"], report)
        schools = join(schools, teachers, files[TEACHERS].name, report)
    if STUDENTS in files:
        for name, wanted in ((STUDENTS, GROUPS), (PLACEMENT, COURSES), (ABSENCE, ABSENT)):
            if name in files:
                counted = urban.read_groups(files[name], year, wanted, report)
                schools = join(schools, counted, files[name].name, report)
        schools = _as_shares(schools, report)
    elif PLACEMENT in files or ABSENCE in files:
        report.note("no collection's students: advanced courses and absence are left out, having no total")
    return schools


def _as_shares(schools: pd.DataFrame, report: ImportReport) -> pd.DataFrame:
    total = schools["students_crdc"]
    rates = {name: share_of(schools[name], total, name, report) for name in RATES if name in schools}
    groups = {}
    for group in ("english_learner", "disability"):
        groups[group] = (share_of(schools[group], total, group, report) * schools["students"]).round()
    note = "share of the collection's students, times the Common Core's"
    record = report.imputations.record
    record("share_of_students", "enrollment", "students", "english_learner and disability", note)
    return schools.assign(**rates, **groups)


def _kept(schools: pd.DataFrame, options: PortalOptions, report: ImportReport) -> pd.DataFrame:
    closed = schools["status"].isin(list(urban.NOT_OPEN))
    report.drop("schools", "closed, inactive or not yet open", schools.index[closed])
    special = {
        "special: not a regular school (special education, career or alternative)": schools["kind"]
        != urban.REGULAR,
        "charter school of a district with other schools": district_charters(schools),
        "special: virtual": schools["virtual"] == urban.YES,
    }
    open_only = {why: hit[~closed] for why, hit in special.items()}
    return kept_schools(schools[~closed], open_only, options, report)
