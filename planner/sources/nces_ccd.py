"""The nation's schools: directory, students, teachers and meals of the Common Core of Data."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

import pandas as pd
from pydantic import Field

from planner.problems import raise_all
from planner.sources.base import SOURCES, Draft, Options, SourceFile
from planner.sources.federal import ccd, crdc
from planner.sources.federal.cells import share_of
from planner.sources.federal.districts import Chosen, FederalOptions, choose_districts
from planner.sources.federal.drafting import Described, district_charters, draft, kept_schools
from planner.sources.federal.groups import RACES
from planner.sources.frames import join
from planner.sources.reading import locate
from planner.sources.report import ImportReport

DIRECTORY, CHARACTERISTICS = "ccd_sch_029*.csv", "ccd_sch_129*.csv"
MEMBERSHIP, STAFF, LUNCH = "ccd_sch_052*.csv", "ccd_sch_059*.csv", "ccd_sch_033*.csv"
PUBLISHER = "National Center for Education Statistics, Common Core of Data"
INDICATORS: dict[str, str | None] = {"prek_seats": None, "kindergarten_students": None}
ALGEBRA = {"grade8_algebra": "grade8_students"}
NOTES = "Students of {year} without adult education. Low income is free or reduced-price meals."
FROM_COLLECTION = ("english_learner", "disability")
# Columns of the collection that the Common Core gives too, and gives for every school.
GIVEN_TWICE = ["district_id", "district_name", "school_name", "level", "charter", *RACES]


class CommonCoreOptions(FederalOptions):
    """Options of the Common Core import."""

    crdc: Path | None = Field(
        default=None,
        description="folder of the Civil Rights Data Collection, for novice teachers, pay and support staff",
    )


@SOURCES.register("nces-ccd")
class CommonCore:
    """Schools, students, teachers and meals of districts; with the collection's files, novices too."""

    kind: ClassVar[str] = "nces-ccd"
    title: ClassVar[str] = "NCES Common Core of Data"
    description: ClassVar[str] = (
        "Flat files of schools from 2016-17: directory, students, teachers, meals, Title I."
    )
    files: ClassVar[tuple[SourceFile, ...]] = (
        SourceFile(DIRECTORY, "directory: names, grades, type and status of schools"),
        SourceFile(MEMBERSHIP, "membership: students by grade, race and sex"),
        SourceFile(STAFF, "staff: teachers of each school"),
        SourceFile(LUNCH, "lunch: students with free or reduced-price meals", required=False),
        SourceFile(CHARACTERISTICS, "school characteristics: Title I, virtual schools", required=False),
    )
    not_read: ClassVar[dict[str, str]] = {}
    options: ClassVar[type[Options]] = CommonCoreOptions

    def read(self, folder: Path, options: CommonCoreOptions, report: ImportReport) -> Draft:
        """Read the files of `folder`, and those of the collection where they are given, into a data set."""
        files, problems = locate(folder, self.files)
        collection, missing = locate(options.crdc, crdc.FILES) if options.crdc else ({}, [])
        raise_all(problems + missing)
        chosen = choose_districts(files[DIRECTORY], ccd.NAMES, options)
        schools, year = _described(files, chosen, report)
        indicators = dict(INDICATORS)
        if collection:
            schools = _with_collection(schools, collection, chosen, options, report)
            indicators |= crdc.INDICATORS | ALGEBRA
        schools = _kept(schools, options, report)
        notes = NOTES.format(year=year)
        groups = crdc.GROUP_INDICATORS if collection else {}
        return draft(Described(schools, year, PUBLISHER, indicators, notes, groups), options, report)


def _described(files: Mapping[str, Path], chosen: Chosen, report: ImportReport) -> tuple[pd.DataFrame, str]:
    """Return one row a school of the directory with what the other files say of it, and the school year."""
    readers = {MEMBERSHIP: ccd.read_membership, STAFF: ccd.read_staff}
    readers |= {LUNCH: ccd.read_lunch, CHARACTERISTICS: ccd.read_characteristics}
    tables = {name: reader(files[name], chosen, report) for name, reader in readers.items() if name in files}
    schools = ccd.read_directory(files[DIRECTORY], chosen, report)
    year = ccd.one_year({files[name].name: table for name, table in ({DIRECTORY: schools} | tables).items()})
    for name, table in tables.items():
        schools = join(schools.drop(columns="year", errors="ignore"), table, files[name].name, report)
    if LUNCH in files:
        schools["low_income"] = ccd.low_income(schools, report)
    return schools, year


def _with_collection(
    schools: pd.DataFrame,
    files: Mapping[str, Path],
    chosen: Chosen,
    options: FederalOptions,
    report: ImportReport,
) -> pd.DataFrame:
    """Add the collection's shares, pay, support staff and groups, by school id."""
    topics = crdc.read_topics(files, chosen, options.benefit_rate, report)
    added = topics.drop(columns=GIVEN_TWICE, errors="ignore")
    both = join(schools, added, "the Civil Rights Data Collection", report)
    for group in FROM_COLLECTION:
        # Counted on another day than the Common Core's students: the share carries over, not the count.
        share = share_of(both[group], both["students_crdc"], group, report)
        both[group] = (share * both["students"]).round()
    if both[list(FROM_COLLECTION)].notna().any(axis=None):
        note = "share of the collection's students, times the Common Core's"
        record = report.imputations.record
        record("share_of_students", "enrollment", "students", "english_learner and disability", note)
    if "algebra_students" in both and "grade8_students" in both:
        both["grade8_algebra"] = share_of(
            both["algebra_students"], both["grade8_students"], "grade8_algebra", report
        )
    return both


def _kept(schools: pd.DataFrame, options: FederalOptions, report: ImportReport) -> pd.DataFrame:
    closed = schools["status"].isin(list(ccd.NOT_OPEN))
    report.drop("schools", "closed, inactive or not yet open", schools.index[closed])
    open_schools = schools[~closed]
    special = {
        "special: not a regular school (special education, career or alternative)": open_schools["kind"]
        != "1",
        "charter school of a district with other schools": district_charters(open_schools),
    }
    if "virtual" in open_schools:
        special["special: virtual"] = open_schools["virtual"] == "FULLVIRTUAL"
    return kept_schools(open_schools, special, options, report)
