"""The Civil Rights Data Collection by itself: novice teachers, support staff, groups, dollars, courses."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import pandas as pd

from planner.problems import raise_all
from planner.sources.base import SOURCES, Draft, Options, SourceFile
from planner.sources.federal import crdc
from planner.sources.federal.districts import FederalOptions, choose_districts
from planner.sources.federal.drafting import Described, district_charters, draft, kept_schools
from planner.sources.reading import locate
from planner.sources.report import ImportReport

PUBLISHER = "Office for Civil Rights, U.S. Department of Education, Civil Rights Data Collection"
NOTES = "No figure of low-income students: the collection has none."


@SOURCES.register("crdc")
class CivilRights:
    """Schools of a district or a state as the collection of 2017-18, 2020-21 or 2021-22 counts them."""

    kind: ClassVar[str] = "crdc"
    title: ClassVar[str] = "Civil Rights Data Collection, 2017-18 to 2021-22"
    description: ClassVar[str] = (
        "Teachers, support staff, groups, salaries, advanced courses, discipline and absence by school."
    )
    files: ClassVar[tuple[SourceFile, ...]] = crdc.FILES
    not_read: ClassVar[dict[str, str]] = {}
    options: ClassVar[type[Options]] = FederalOptions

    def read(self, folder: Path, options: FederalOptions, report: ImportReport) -> Draft:
        """Read the topics of `folder` into a data set."""
        files, problems = locate(folder, self.files)
        raise_all(problems)
        chosen = choose_districts(files[crdc.ENROLLMENT], crdc.NAMES, options)
        topics = crdc.read_topics(files, chosen, options.benefit_rate, report)
        schools = topics.assign(students=topics["students_crdc"], teachers=topics["teachers_crdc"])
        schools = _kept(schools, options, report)
        year = crdc.school_year(files)
        report.note(f"the columns are those of the collection of {year}")
        described = Described(schools, year, PUBLISHER, crdc.INDICATORS, NOTES, crdc.GROUP_INDICATORS)
        return draft(described, options, report)


def _kept(schools: pd.DataFrame, options: FederalOptions, report: ImportReport) -> pd.DataFrame:
    if "level" not in schools:
        report.note(f"no {crdc.CHARACTERISTICS}: levels and special schools are not known")
        return kept_schools(schools.assign(level="other"), {}, options, report)
    special = {
        "special: a juvenile justice facility": schools["justice"] == "Yes",
        "special: special education or alternative": (schools["special_education"] == "Yes")
        | (schools["alternative"] == "Yes"),
        "charter school of a district with other schools": district_charters(schools),
    }
    return kept_schools(schools.assign(level=schools["level"].fillna("other")), special, options, report)
