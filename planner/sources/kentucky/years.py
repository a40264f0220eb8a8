"""Kentucky's school years: which file gives what, and school profiles of the years after 2016-17.

The department's own files count students by group, and teachers by rank, for 2016-17 alone. A later year has
its own schools, students, dollars and years of experience; shares of groups and ranks are those of 2016-17.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from planner.problems import Problem, raise_all
from planner.sources.base import SourceFile
from planner.sources.frames import join, unique
from planner.sources.kentucky import files as ky
from planner.sources.reading import Sheet, locate, numbers, read_text
from planner.sources.report import ImportReport

NEWEST = "newest"
# Total rows hold special schools and central costs too, so some difference is no error.
MOST_APART = 0.05
# One school and level a row; the labels of the whole school are the most severe.
SEVERITY = {"CSI": 3, "ATSI": 2, "TSI": 1}
LEVELS = {"ES": "elementary", "MS": "middle", "HS": "high"}
PER_STUDENT_2021 = {
    "federal_staff": "Personnel Spending per Student - Federal Funds",
    "federal_other": "Non-Personnel Spending per Student - Federal Funds",
    "own_staff": "Personnel Spending per Student - State/Local Funds",
    "own_other": "Non-Personnel Spending per Student - State/Local Funds",
    "whole": "Total Spending per Student - All Fund Sources",
}


@dataclass(frozen=True, slots=True)
class Year:
    """A school year and its files.

    Parameters
    ----------
    label
        Such as ``2020-21``.
    schedule
        File of the salary schedules.
    spending
        File of spending per student.
    staff
        File of teachers and their years; empty where the profiles themselves have them.
    accountability
        File of levels and support status a year later; empty where the tidy one has them.
    """

    label: str
    schedule: str
    spending: str
    staff: str = ""
    accountability: str = ""

    @property
    def files(self) -> tuple[SourceFile, ...]:
        """The files of the department that the year needs."""
        own = (
            SourceFile("raw_2017.csv", "school profiles of 2016-17: students by group, teachers by rank"),
            SourceFile(self.spending, "spending per student by source"),
            SourceFile(self.schedule, "salary by district, rank and years"),
        )
        later = (
            SourceFile(self.staff, "teachers and their years of experience"),
            SourceFile(self.accountability, "levels and support status"),
        )
        return own + tuple(file for file in later if file.name)


FIRST = Year("2016-17", "fy 2017 salary schedule.csv", "spending_2018.csv")
YEARS = (
    Year("2020-21", "fy 2021 salary schedule.csv", "spending_2021.csv", "raw_2021.csv", "profile_2022.csv"),
    Year("2017-18", "fy 2017 salary schedule.csv", "spending_2018.csv", "raw_2018.csv"),
    FIRST,
)


def choose(label: str, folder: Path) -> tuple[Year, dict[str, Path], list[Problem]]:
    """Find the files of a year; of the newest whose files are all there, if so asked.

    Returns
    -------
    tuple
        The year, its files by name, and the problems of those that are missing: of the first year, where no
        year is complete.
    """
    wanted = [year for year in YEARS if label in (NEWEST, year.label)]
    for year in wanted:
        files, problems = locate(folder, year.files)
        if not problems:
            break
    return year, files, problems


def later_profile(
    year: Year, first: pd.DataFrame, files: Mapping[str, Path], report: ImportReport
) -> pd.DataFrame:
    """Describe the schools of a later year as `files.read_profile` describes those of 2016-17.

    Parameters
    ----------
    first
        The profiles of 2016-17.
    files
        The year's files, by name.

    Returns
    -------
    pandas.DataFrame
        By school: the year's own students, teachers, years and dollars per student, with shares of money as
        `files.read_parts` gives them, and what 2016-17 alone has. `growth` is the school's students over
        those of 2016-17, missing for a school that is newer.
    """
    spending = ky.read_parts(files[year.spending], report, _sheet(year))
    spending["district"] = spending["district"].str.zfill(ky.DISTRICT_WIDTH)
    if "members" in spending:
        where = f"{files[year.spending].name}, MEMBERSHIP"
        spending["students"] = numbers(spending.pop("members"), where, ky.NOT_APPLICABLE, report)
        spending["students"] = spending["students"].where(spending["students"] > 0)
    staff = read_staff(files[year.staff], report)
    schools = join(spending, staff, files[year.staff].name, report)
    again = set(schools.columns) | set(ky.OF_2016_17)
    before = first.rename(columns={"students": "students_before"}).drop(
        columns=sorted(again), errors="ignore"
    )
    schools = schools.join(before)
    if "students" not in schools:
        schools["students"] = schools["students_before"]
        note = f"the files of {year.label} count no students: those of 2016-17"
        report.imputations.record("earlier_year", "enrollment", "students", "every row", note)
    newer = f"of {year.label}: {year.spending}, {year.staff}"
    report.note(f"schools, dollars and years of experience are {newer}; groups and ranks are of 2016-17")
    return _grown(year, schools, report)


def _sheet(year: Year) -> Sheet:
    """Return the columns of a year's spending file."""
    if year.label == "2017-18":
        names = {"SCH_NAME": "school_name", "DIST_NUMBER": "district", "DIST_NAME": "district_name"}
        return Sheet({**ky.PARTS_SHEET.columns, **names, "NCESID": "nces_id"})
    names = {"STATE SCHOOL ID": "state_id", "SCHOOL NAME": "school_name", "DISTRICT NUMBER": "district"}
    names |= {"DISTRICT NAME": "district_name", "NCES ID": "nces_id", "SCHOOL TYPE": "type"}
    parts = {source: name for name, source in PER_STUDENT_2021.items()}
    return Sheet(names | parts | {"MEMBERSHIP": "members"})


def _grown(year: Year, schools: pd.DataFrame, report: ImportReport) -> pd.DataFrame:
    """Bring the counts by group of 2016-17 to the school's students of the year."""
    growth = schools["students"] / schools["students_before"].where(schools["students_before"] > 0)
    counts = ["free", "reduced", *ky.RACES]
    scaled = schools[counts].mul(growth, axis=0)
    note = f"shares of 2016-17 times the students of {year.label}"
    report.imputations.record("earlier_year", "enrollment", "students", "every group but all", note)
    return schools.assign(**{name: scaled[name].round() for name in counts}, growth=growth)


def note_district_row(path: Path, schools: pd.DataFrame, report: ImportReport) -> None:
    """Note where schools spend on average otherwise than their district's own total row says.

    Parameters
    ----------
    path
        The file ``spending_2021``, which has total rows.
    schools
        The schools kept: `district` code, `students`, `dollars`.
    """
    whole = PER_STUDENT_2021["whole"]
    names = {"DISTRICT NUMBER": "district", "SCHOOL NAME": "name", "MEMBERSHIP": "students", whole: "dollars"}
    totals = Sheet(names, keep=lambda rows: rows["name"] == ky.TOTALS[0])
    text = read_text(path, totals, ImportReport(report.source)).set_index("district")
    published = numbers(text["dollars"], f"{path.name}, {whole}", ky.NOT_APPLICABLE, report)
    sums = schools.groupby("district")[["dollars", "students"]].sum()
    own = sums["dollars"] / sums["students"]
    apart = (own / published.reindex(own.index) - 1).abs() > MOST_APART
    if apart.any():
        pairs = "; ".join(
            f"{code} ${own[code]:,.0f} and ${published[code]:,.0f}" for code in own.index[apart]
        )
        report.note(f"{path.name}: dollars a student of the schools kept and of the total row: {pairs}")


def read_staff(path: Path, report: ImportReport) -> pd.DataFrame:
    """Read ``raw_2018`` or ``raw_2021``: `teachers` and their `average_years` by school.

    The average is the total of years over the teachers, which the file's own average rounds.
    """
    old = {"STATE_SCH_ID": "state_id", "Teacher Count": "teachers", "TOTEXP": "years"}
    new = {"STATE SCHOOL ID": "state_id", "EDUCATOR COUNT": "teachers", "TOTAL YEARS EXPERIENCE": "years"}
    text = _of_schools(path, Sheet(new if "2021" in path.name else old), report)
    figures = {
        name: numbers(text[name], f"{path.name}, {name}", ky.NOT_APPLICABLE, report)
        for name in ("teachers", "years")
    }
    staff = pd.DataFrame(figures)
    unique(staff, path.name)
    teachers = staff["teachers"].where(staff["teachers"] > 0)
    note = f"counts of {path.name}; some of the educators may not teach"
    report.imputations.record("headcount_as_fte", "staff", "fte", "every row", note)
    return pd.DataFrame({"teachers": teachers, "average_years": staff["years"] / teachers})


def _of_schools(path: Path, sheet: Sheet, report: ImportReport) -> pd.DataFrame:
    """Read the rows of schools, by school id; rows without a `state_id` are totals."""
    text = read_text(path, sheet, report)
    blank = text["state_id"].isna()
    report.drop(f"rows of {path.name}", "a total row or no school id", count=int(blank.sum()))
    text = text[~blank]
    return text.set_index(text["state_id"].str[-ky.ID_WIDTH :].rename("school_id"))


def read_accountability(path: Path, report: ImportReport) -> pd.DataFrame:
    """Read ``profile_2022``: `support_status` of 2021-22, the most severe of a school's levels; `stage`."""
    columns = {"STATE SCHOOL ID": "state_id", "LEVEL": "level", "FEDERAL CLASSIFICATION": "label"}
    text = _of_schools(path, Sheet(columns), report)
    key = text.index
    severity = text["label"].map(SEVERITY).fillna(0).groupby(key).max()
    stages = text["level"].map(LEVELS).groupby(key)
    several = stages.size() > 1
    if several.any():
        note = f"{int(several.sum())} schools have a row for each level; the most severe label holds"
        report.note(f"{path.name}: {note}")
    return pd.DataFrame(
        {
            "support_status": severity.map({rank: label for label, rank in SEVERITY.items()} | {0: "none"}),
            "stage": stages.first().mask(several, "other"),
        }
    )


def as_of(year: Year, schools: pd.DataFrame) -> pd.DataFrame:
    """Bring what the tidy files say of 2016-17 to a year: counts by its students; type and level its own."""
    counts = {
        group: (schools[group] * schools["growth"]).round() for group in ("english_learner", "disability")
    }
    schools = schools.assign(**counts)
    if year.accountability:
        known = schools["level"].where(schools["level"] != "other")
        schools = schools.assign(kind=schools["type"], level=known.fillna(schools["stage"]))
    return schools.assign(level=schools["level"].fillna("other"))


def with_title_i(schools: pd.DataFrame, path: Path, report: ImportReport) -> pd.DataFrame:
    """Take Title I status from ``df_header`` where it has one; a school without a program is not served.

    The file's author gathered it after 2016-17 and gives it no year.
    """
    columns = {"School Code": "code", "Title I Status": "status"}
    text = read_text(path, Sheet(columns), report)
    text = text[text["code"].notna()]
    # The words come with the numeral in two spellings.
    words = text["status"].str.replace("Title I ", "Title 1 ", regex=False)
    served = words.str.contains("Schoolwide|Targeted", na=False)
    known = served | words.str.contains("No Program|Not a Title 1", na=False)
    raise_all(
        Problem(f"{path.name}, Title I Status", f"'{word}'", "a kind of Title I school")
        for word in sorted(set(words[~known].dropna()))
    )
    codes = text["code"].str.zfill(ky.ID_WIDTH).rename("school_id")
    status = served.where(known).astype("boolean").groupby(codes).agg(["min", "max"])
    frame = pd.DataFrame({"served": status["min"].where(status["min"] == status["max"])})
    report.note(f"Title I status is that of {path.name}, which gives it no year")
    apart = frame.index[(status["min"] != status["max"]).fillna(False)]
    if len(apart):
        report.note(f"{path.name}: {', '.join(apart)} with and without Title I; the status of 2016-17 holds")
    joined = join(schools, frame, path.name, report)
    title_i = joined["served"].fillna(joined["title_i"])
    return joined.assign(title_i=title_i).drop(columns="served")
